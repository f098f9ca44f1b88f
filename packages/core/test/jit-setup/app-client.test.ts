import { describe, expect, test } from "vitest";
import { allowCheckFlow, allowsCheck } from "../../src/jit-setup/app-client/allow-check-flow.ts";
import { checkAppClient } from "../../src/jit-setup/app-client/check-app-client.ts";
import { planAppClient } from "../../src/jit-setup/app-client/plan-app-client.ts";
import { wantedAppClient } from "../../src/jit-setup/app-client/wanted-app-client.ts";
import { createFindings } from "@cognito-to-descope/core";
import { sampleClient, samplePool } from "./samples.ts";

const pool = samplePool();
const own = { kind: "own", name: "jit", secret: true } as const;
const wanted = wantedAppClient(pool, "public");

describe("the client that is made", () => {
  test("checks passwords and does nothing else, and reads what can be read", () => {
    expect(wanted).toMatchObject({
      ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
      ReadAttributes: ["custom:tier", "email", "email_verified"],
      PreventUserExistenceErrors: "ENABLED",
    });
    expect(wantedAppClient(pool, "admin")["ExplicitAuthFlows"]).toContain("ALLOW_ADMIN_USER_PASSWORD_AUTH");
    for (const setting of Object.keys(wanted)) expect(setting).not.toMatch(/URL|OAuthScopes|AllowedOAuthFlows$/);
  });

  test("has no finding against it", () => {
    const findings = createFindings();
    const client = { name: "jit", hasSecret: true, settings: wanted };
    checkAppClient(client, pool, { route: "gateway", flow: "public" }, findings);
    expect(findings.list()).toEqual([]);
  });

  test("is known again by the record, else by its name, and what Cognito adds to it does not count", () => {
    const settings = {
      ...wanted,
      TokenValidityUnits: { RefreshToken: "minutes", IdToken: "minutes", AccessToken: "minutes" },
    };
    const clients = [
      sampleClient("b", "jit", { ...settings, AnythingNew: 7 }, "s"),
      sampleClient("a", "jit", settings, "s"),
    ];
    expect(planAppClient(pool, "public", own, { clients })).toMatchObject({
      operation: "none",
      clientId: "a",
      doubles: ["b"],
    });
    expect(planAppClient(pool, "public", own, { clients, recordedId: "b" })).toMatchObject({
      operation: "none",
      clientId: "b",
      doubles: ["a"],
    });
    const renamed = [sampleClient("c", "renamed", settings, "s")];
    expect(planAppClient(pool, "public", own, { clients: renamed, recordedId: "c" }).operation).toBe("none");
  });

  test("is as it should be where Cognito tells no attributes because they are the standard ones", () => {
    const standard = samplePool({ schema: pool.schema.filter(({ name }) => !name.includes("custom:")) });
    const { ReadAttributes: _told, ...settings } = wantedAppClient(standard, "public");
    const plan = planAppClient(standard, "public", own, { clients: [sampleClient("a", "jit", settings, "s")] });
    expect(plan.operation).toBe("none");
    const other = planAppClient(pool, "public", own, { clients: [sampleClient("a", "jit", settings, "s")] });
    expect(other.differences.map(({ setting }) => setting)).toEqual(["ReadAttributes"]);
  });

  test("is mended setting by setting, and everything else that it has is sent along", () => {
    const settings = { ...wanted, ExplicitAuthFlows: [], AnythingNew: 7 };
    const plan = planAppClient(pool, "public", own, { clients: [sampleClient("a", "jit", settings, "s")] });
    expect(plan).toMatchObject({ operation: "update", settings: { ...wanted, AnythingNew: 7 } });
    expect(plan.differences).toEqual([{ setting: "ExplicitAuthFlows", from: [], to: wanted["ExplicitAuthFlows"] }]);
  });

  test.each([
    [{ AllowedOAuthFlowsUserPoolClient: true }, "exists that c2d did not make"],
    [{ CallbackURLs: ["https://a.example/"] }, "exists that c2d did not make"],
  ])("is never one of the same name with %j", (more, message) => {
    const clients = [sampleClient("a", "jit", { ...wanted, ...more }, "s")];
    expect(() => planAppClient(pool, "public", own, { clients })).toThrow(message);
  });

  test("cannot be given a secret, or lose it, once it is made", () => {
    const without = [sampleClient("a", "jit", wanted)];
    expect(() => planAppClient(pool, "public", own, { clients: without })).toThrow("has no secret");
    const bare = { ...own, secret: false };
    const [withSecret] = [[sampleClient("a", "jit", wanted, "s")]];
    expect(() => planAppClient(pool, "public", bare, { clients: withSecret })).toThrow("has a secret");
  });
});

describe("a client that is there", () => {
  test.each([
    [undefined, ["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_CUSTOM_AUTH", "ALLOW_USER_PASSWORD_AUTH"]],
    [[], ["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_CUSTOM_AUTH", "ALLOW_USER_PASSWORD_AUTH"]],
    [["ALLOW_USER_SRP_AUTH"], ["ALLOW_USER_SRP_AUTH", "ALLOW_USER_PASSWORD_AUTH"]],
    [["ALLOW_USER_PASSWORD_AUTH"], ["ALLOW_USER_PASSWORD_AUTH"]],
    [["CUSTOM_AUTH_FLOW_ONLY"], ["CUSTOM_AUTH_FLOW_ONLY", "USER_PASSWORD_AUTH"]],
    [["USER_PASSWORD_AUTH"], ["USER_PASSWORD_AUTH"]],
  ])("that allows %j allows the check besides", (flows, expected) => {
    const after = allowCheckFlow(flows === undefined ? { Other: 1 } : { ExplicitAuthFlows: flows, Other: 1 }, "public");
    expect(after).toEqual({ ExplicitAuthFlows: expected, Other: 1 });
    expect(allowsCheck(after, "public")).toBe(true);
    expect(allowCheckFlow(after, "public")).toBe(after);
  });

  test("allows the check by IAM rights under its old name too", () => {
    expect(allowsCheck({ ExplicitAuthFlows: ["ADMIN_NO_SRP_AUTH"] }, "admin")).toBe(true);
    expect(allowsCheck({ ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH"] }, "admin")).toBe(false);
  });

  test.each([
    [{ ExplicitAuthFlows: ["ALLOW_USER_SRP_AUTH"] }, ["jit-flow-not-allowed", "jit-refresh-not-allowed"]],
    [{ ExplicitAuthFlows: ["USER_PASSWORD_AUTH"] }, []],
    [{ PreventUserExistenceErrors: "LEGACY" }, ["jit-users-told-apart"]],
    [{ PreventUserExistenceErrors: undefined }, ["jit-users-told-apart"]],
    [{ ReadAttributes: undefined }, ["jit-attributes-unreadable"]],
    [{ SupportedIdentityProviders: ["Google"] }, ["jit-cognito-not-offered"]],
    [{ CallbackURLs: ["https://a.example/"] }, ["jit-oauth-settings"]],
    [{ RefreshTokenValidity: 2, TokenValidityUnits: { RefreshToken: "days" } }, ["jit-tokens-live-long"]],
    [{ RefreshTokenValidity: 24, TokenValidityUnits: { RefreshToken: "hours" } }, []],
    [{ RefreshTokenValidity: 0, TokenValidityUnits: {} }, ["jit-tokens-live-long"]],
  ])("with %j is found to have %j", (change, rules) => {
    const findings = createFindings();
    const client = { name: "web", hasSecret: false, settings: { ...wanted, ...change } };
    checkAppClient(client, pool, { route: "gateway", flow: "public" }, findings);
    expect(
      findings
        .list()
        .map(({ rule }) => rule)
        .toSorted(),
    ).toEqual(rules.toSorted());
  });

  test("with a secret stands against the connector that calls Cognito itself, and not against the gateway", () => {
    for (const [route, rules] of [
      ["direct", ["jit-secret-unusable"]],
      ["gateway", []],
    ] as const) {
      const findings = createFindings();
      checkAppClient({ name: "web", hasSecret: true, settings: wanted }, pool, { route, flow: "public" }, findings);
      expect(findings.list().map(({ rule }) => rule)).toEqual(rules);
    }
  });

  test("of another pool is not there", () => {
    for (const kind of ["use", "edit"] as const) {
      expect(() => planAppClient(pool, "public", { kind, clientId: "x" }, { clients: [] })).toThrow(
        "us-east-1_AbCdEf123 has no app client of this ID",
      );
    }
  });
});
