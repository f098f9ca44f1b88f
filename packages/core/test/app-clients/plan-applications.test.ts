import { describe, expect, test } from "vitest";
import { readPoolAppClient, type PoolAppClient } from "../../src/app-clients/app-client.ts";
import { classifyAppClient, type ApplicationChoices } from "../../src/app-clients/classify-app-client.ts";
import { handOverSheet } from "../../src/app-clients/hand-over-sheet.ts";
import { planApplications } from "../../src/app-clients/plan-applications.ts";
import type { ApplicationPlan } from "../../src/app-clients/application-plan.ts";
import type { CognitoSettings } from "../../src/ports/pool-settings.ts";
import type { InboundApp } from "../../src/ports/inbound-apps.ts";
import { Secret } from "../../src/secret.ts";

const userPoolId = "eu-west-1_AbCdEf123";

function client(clientId: string, settings: CognitoSettings, secret?: string): PoolAppClient {
  const description = {
    clientId,
    name: "app",
    settings,
    ...(secret === undefined ? {} : { secret: new Secret(secret) }),
  };
  return readPoolAppClient(description, userPoolId);
}

const oauth = (...flows: readonly string[]): CognitoSettings => ({
  AllowedOAuthFlowsUserPoolClient: true,
  AllowedOAuthFlows: flows,
  AllowedOAuthScopes: ["openid", "phone"],
  CallbackURLs: ["https://b.example/", "https://a.example/"],
});

function plan(clients: readonly PoolAppClient[], present: readonly InboundApp[] = [], choices = {}): ApplicationPlan {
  const given: ApplicationChoices = { clients: choices, loginPageUrl: "" };
  return planApplications({
    pools: [{ userPoolId, clients, resourceServers: [] }],
    present,
    records: [],
    choices: given,
  });
}

describe("an app client", () => {
  test.each([
    ["web", oauth("code")],
    ["web", oauth("implicit")],
    ["web", oauth("code", "client_credentials")],
    ["machine", oauth("client_credentials")],
    ["api", {}],
    ["api", { ...oauth("code"), AllowedOAuthFlowsUserPoolClient: false }],
    ["api", { ExplicitAuthFlows: ["USER_PASSWORD_AUTH"] }],
    ["unused", { ExplicitAuthFlows: ["ALLOW_REFRESH_TOKEN_AUTH"] }],
  ] as const)("is told to be %s by its settings", (expected, settings) => {
    expect(classifyAppClient(client("1a", settings))).toBe(expected);
  });

  test("has the lifetimes of its units, and Cognito's own where it names none", () => {
    const seconds = (settings: CognitoSettings): readonly number[] => {
      const { accessTokenSeconds, refreshTokenSeconds } = client("1a", settings);
      return [accessTokenSeconds, refreshTokenSeconds];
    };
    expect(seconds({})).toEqual([3600, 30 * 86_400]);
    expect(seconds({ AccessTokenValidity: 2, RefreshTokenValidity: 7 })).toEqual([7200, 7 * 86_400]);
    const TokenValidityUnits = { AccessToken: "minutes", RefreshToken: "hours" };
    expect(seconds({ AccessTokenValidity: 5, RefreshTokenValidity: 2, TokenValidityUnits })).toEqual([300, 7200]);
  });
});

describe("a plan", () => {
  test("is the same whatever the order of the clients, and gives every application a name of its own", () => {
    const clients = [client("2b", oauth("code")), client("1a", oauth("code"), "s"), client("3c", oauth("code"))];
    const one = plan(clients);
    expect(plan(clients.toReversed())).toEqual(one);
    expect(one.items.map(({ wanted }) => wanted?.name)).toEqual(["app", "app (2b)", "app (3c)"]);
    expect(one.items[0]?.wanted).toMatchObject({
      approvedCallbackUrls: ["https://a.example/", "https://b.example/"],
      attributesScopes: [{ name: "phone", values: ["phone"] }],
      nonConfidentialClient: false,
    });
  });

  test("keeps the page and the name that an application of ours has, and tells a secret that cannot be changed", () => {
    const [item] = plan([client("1a", oauth("code"), "s")]).items;
    const settings = { ...item?.wanted, loginPageUrl: "https://login.example/" } as InboundApp["settings"];
    const app: InboundApp = { id: "TPA1", clientId: "other", settings };
    expect(plan([client("1a", oauth("code"), "s")], [app]).items).toMatchObject([{ operation: "unchanged" }]);
    const without = plan([client("1a", oauth("code"))], [app]);
    expect(without.items).toMatchObject([{ operation: "unchanged" }]);
    expect(without.findings.map(({ rule }) => rule)).toContain("app-secret-kind-differs");
  });

  test("names what is left out, and does what the operator says", () => {
    const clients = [client("1a", oauth("code")), client("2b", {})];
    expect(plan(clients, [], { "1a": "skip", "2b": "inbound" }).items).toMatchObject([
      { operation: "skip", reason: "left out by the config" },
      { operation: "create", wanted: { approvedCallbackUrls: [] } },
    ]);
    const scopes = plan([client("1a", { ...oauth("code"), AllowedOAuthScopes: ["gone/read", "openid"] })]);
    expect(scopes.findings).toContainEqual(
      expect.objectContaining({ rule: "app-scope-unmapped", subjects: ["gone/read"] }),
    );
  });
});

test("a sheet shows names as text, and says nothing of a secret but whether it stays", () => {
  const named = { ...client("1a", oauth("code"), "top-secret"), name: "<script>\u202ealert|1" };
  const item = plan([named]).items[0];
  if (item === undefined) throw new Error("no item");
  const endpoints = {
    issuer: "https://api.example/v1/apps/P",
    discoveryUrl: "https://api.example/v1/apps/P/.well-known/openid-configuration",
    authorize: "https://api.example/a",
    token: "https://api.example/t",
    userInfo: "https://api.example/u",
    jwks: "https://api.example/k",
  };
  const sheet = handOverSheet({
    projectId: "P",
    endpoints,
    entries: [{ ...item, clientId: "new-id", credentialsKept: false }],
  });
  expect(sheet).toContain("## \\<script\\>\u{fffd}alert\\|1");
  expect(sheet).toContain("| Client ID | new: `new-id` |");
  expect(sheet).toContain("| Client secret | new: it is handed over apart from this sheet |");
  expect(sheet).not.toContain("top-secret");
});
