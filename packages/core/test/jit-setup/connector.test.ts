import { createHash } from "node:crypto";
import {
  type Connector,
  type Digest,
  directConnector,
  gatewayConnector,
  parseGatewayUrl,
} from "@cognito-to-descope/core";
import { describe, expect, test } from "vitest";
import { planConnector } from "../../src/jit-setup/connector/plan-connector.ts";

const digest: Digest = { sha256: (text) => createHash("sha256").update(text).digest("hex") };
const secrets = { token: "canary-token", hmacSecret: "canary-hmac" };
const wanted = gatewayConnector("jit", "https://jit.example.com", secrets, digest);

/** A connector as a project gives it back. */
function readBack(connector: Connector, change: Partial<Connector> = {}): Connector {
  const blank = JSON.stringify(connector.configuration).replaceAll(/canary-\w+/g, "");
  const configuration = { ...(JSON.parse(blank) as Record<string, unknown>), rfc9421SigningEnabled: false };
  return { ...connector, id: "CI1", configuration, ...change };
}

describe("the connector", () => {
  test("is made where there is none, and the plan for it shows no secret", () => {
    for (const listed of [[], undefined, [readBack(wanted, { name: "other" })]]) {
      const plan = planConnector({ listed }, wanted);
      expect(plan).toMatchObject({ operation: "create", own: true, connector: wanted });
      expect(JSON.stringify(plan.differences)).not.toContain("canary");
      expect(JSON.stringify(plan.connector.description)).not.toContain("canary");
    }
  });

  test("is as it should be when it is read back with its secrets blank and more settings than it was given", () => {
    const found = readBack(wanted);
    expect(planConnector({ listed: [found] }, wanted)).toMatchObject({ operation: "none", differences: [] });
    expect(planConnector({ listed: undefined, read: found }, wanted)).toMatchObject({ operation: "none" });
  });

  test("gets new secrets when they are not those that its description tells", () => {
    const other = gatewayConnector("jit", "https://jit.example.com", { ...secrets, token: "canary-other" }, digest);
    const plan = planConnector({ listed: [readBack(wanted)] }, other);
    expect(plan).toMatchObject({
      operation: "update",
      differences: [{ setting: "secrets", from: "[secret]", to: "[secret]" }],
      connector: {
        id: "CI1",
        description: other.description,
        configuration: { authentication: { bearerToken: "canary-other" }, rfc9421SigningEnabled: false },
      },
    });
  });

  test("that was made by hand is taken as it is when nothing differs, and never changed by its name", () => {
    const byHand = readBack(wanted, { description: "mine" });
    expect(planConnector({ listed: [byHand] }, wanted)).toMatchObject({
      operation: "none",
      own: false,
      unproven: true,
    });
    const elsewhere = readBack(wanted, { description: "mine", configuration: { baseUrl: "https://other.example" } });
    expect(() => planConnector({ listed: [elsewhere] }, wanted)).toThrow("that c2d did not make, and it differs");
    const plan = planConnector({ listed: [elsewhere], chosenId: "CI1" }, wanted);
    expect(plan).toMatchObject({ operation: "update", own: false, connector: { id: "CI1" } });
    expect(plan.connector.description).toMatch(/^mine \(secrets [0-9a-f]{8}\)$/);
    const changed = readBack(plan.connector);
    expect(planConnector({ listed: [changed], chosenId: "CI1" }, wanted)).toMatchObject({ operation: "none" });
  });

  test("of another type is never touched", () => {
    const found = readBack(wanted, { type: "audit-webhook" });
    expect(() => planConnector({ listed: [found], chosenId: "CI1" }, wanted)).toThrow("it differs");
  });

  test("that cannot be seen is believed only when somebody says that it is there", () => {
    expect(() => planConnector({ listed: undefined, chosenId: "CI9" }, wanted)).toThrow("no connector with this ID");
    expect(planConnector({ listed: undefined, chosenId: "CI9", trusted: true }, wanted)).toMatchObject({
      operation: "none",
      unproven: true,
      connector: { id: "CI9" },
    });
  });

  test.each([
    ["eu-central-1", "https://cognito-idp.eu-central-1.amazonaws.com"],
    ["cn-north-1", "https://cognito-idp.cn-north-1.amazonaws.com.cn"],
  ])("of the migration guide calls Cognito in %s with its two headers, and holds no secret", (region, baseUrl) => {
    const direct = directConnector("jit", region);
    expect(direct.configuration).toMatchObject({ baseUrl, authentication: { method: "none" } });
    expect(direct.configuration["headers"]).toEqual([
      { key: "Content-Type", value: "application/x-amz-json-1.1" },
      { key: "X-Amz-Target", value: "AWSCognitoIdentityProviderService.InitiateAuth" },
    ]);
    const plan = planConnector({ listed: [{ ...direct, id: "CI1" }] }, direct);
    expect(plan).toMatchObject({ operation: "none", unproven: false });
  });
});

describe("the address of the gateway", () => {
  test.each([
    ["https://jit.example.com", { baseUrl: "https://jit.example.com", loopback: false, plain: false }],
    [
      "HTTPS://JIT.Example.com:8443/Base/",
      { baseUrl: "https://jit.example.com:8443/Base", loopback: false, plain: false },
    ],
    ["http://127.0.0.1:8420/", { baseUrl: "http://127.0.0.1:8420", loopback: true, plain: true }],
    ["http://localhost:1", { baseUrl: "http://localhost:1", loopback: true, plain: true }],
    ["http://[::1]:8420", { baseUrl: "http://[::1]:8420", loopback: true, plain: true }],
    ["https://127.0.0.1", { baseUrl: "https://127.0.0.1", loopback: true, plain: false }],
  ])("%s is taken", (text, expected) => {
    expect(parseGatewayUrl(text)).toEqual(expected);
  });

  test.each([
    "",
    "jit.example.com",
    "ftp://jit.example.com",
    "http://jit.example.com",
    "http://127.0.0.1.example.com",
    "http://localhost.example.com",
    "http://127.0.0.1@evil.example",
    "https://user:pw@jit.example.com",
    "https://jit.example.com/?a=b",
    "https://jit.example.com/#a",
    "https://jit example.com",
    "https://jit.example.com\\@evil.example",
    "https://",
    "https://jit.example.com:123456",
  ])("%s is not", (text) => {
    expect(() => parseGatewayUrl(text)).toThrowError(expect.objectContaining({ code: "ERR_USAGE" }));
  });
});
