import { expect, test } from "vitest";

import { LineInvalid, createCognitoService, loadPool } from "../../src/index.ts";
import type { CognitoService, LoadedPools } from "../../src/index.ts";

const userPoolId = "eu-west-1_Loaded";

const pool = {
  type: "pool",
  userPoolId,
  name: "customers",
  region: "eu-west-1",
  estimatedUsers: 2,
  schema: [
    { name: "email", type: "String", required: true, mutable: true },
    { name: "custom:plan", type: "String", required: false, mutable: true },
    { name: "dev:custom:risk", type: "Number", required: false, mutable: false },
  ],
  usernameAttributes: [],
  aliasAttributes: ["email"],
  caseSensitive: false,
  mfa: { configuration: "OPTIONAL", sms: true, totp: true, email: true, passkeys: false },
  passwordPolicy: {
    minimumLength: 12,
    requireLowercase: true,
    requireUppercase: false,
    requireNumbers: true,
    requireSymbols: false,
  },
  triggers: { PreSignUp: "arn:aws:lambda:eu-west-1:123456789012:function:check" },
  tier: "PLUS",
  domain: "customers",
  customDomain: "auth.example.com",
  appClients: [
    {
      clientId: "3n4b5urk1ft4fl3mg5e62d9ado",
      name: "web",
      hasSecret: true,
      authFlows: ["ALLOW_USER_PASSWORD_AUTH"],
      callbackUrls: ["https://app.example.com/callback"],
      oauthFlows: ["code"],
      identityProviders: ["COGNITO", "okta"],
      refreshTokenSeconds: 5400,
    },
  ],
  identityProviders: [
    {
      name: "okta",
      type: "SAML",
      identifiers: ["example.com"],
      details: { MetadataURL: "https://okta.example/metadata" },
      attributeMapping: { email: "email" },
    },
  ],
};
const group = { type: "group", userPoolId, name: "admins", description: "", precedence: 0 };
const user = {
  type: "user",
  userPoolId,
  sub: "9a0b1c2d-0000-4000-8000-000000000001",
  username: "Ada",
  attributes: { email: "ada@example.com", email_verified: "true", "custom:plan": 'a "b"\\\u001f\ud800' },
  enabled: true,
  status: "CONFIRMED",
  createdAt: 1_700_000_000_123,
  modifiedAt: 0,
};
const membership = { type: "membership", userPoolId, group: "admins", sub: user.sub };

async function load(lines: readonly (object | string)[], service = createCognitoService()): Promise<LoadedPools> {
  return loadPool(
    service,
    lines.map((line) => (typeof line === "string" ? line : JSON.stringify(line))),
  );
}

/** What loading says of lines that it cannot take, and that it left nothing behind. */
async function refusal(lines: readonly (object | string)[]): Promise<string> {
  const service = createCognitoService();
  const error: unknown = await load(lines, service).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(LineInvalid);
  expect([service.state.pools.size, service.state.domains.size]).toEqual([0, 0]);
  return (error as LineInvalid).message;
}

function only(service: CognitoService): NonNullable<ReturnType<CognitoService["state"]["pools"]["get"]>> {
  const found = service.state.pools.get(userPoolId);
  if (found === undefined) throw new Error("the pool is missing");
  return found;
}

test("a pool, its group, its user and the membership come to stand as they were", async () => {
  const service = createCognitoService();
  expect(await load([pool, group, user, membership], service)).toEqual({
    userPoolIds: [userPoolId],
    users: 1,
    memberships: 1,
  });
  const loaded = only(service);
  const found = loaded.users.byUsername("ADA");
  expect(found).toMatchObject({ sub: user.sub, username: "Ada", createdAt: 1_700_000_000_123, modifiedAt: 0 });
  expect(found?.groups.map(({ name }) => name)).toEqual(["admins"]);
  expect(found && Object.fromEntries(loaded.users.attributes(found).slice(1))).toEqual(user.attributes);
  expect(loaded.settings).toMatchObject({ UserPoolTier: "PLUS", LambdaConfig: pool.triggers });
  expect(loaded.schema.map(({ Name }) => Name)).toEqual(["email", "custom:plan", "dev:custom:risk"]);
  expect([...service.state.domains.keys()]).toEqual(["customers", "auth.example.com"]);
  const [client] = loaded.clients.values();
  expect(client?.secret).toHaveLength(51);
  expect(client?.settings).toMatchObject({
    RefreshTokenValidity: 5400,
    TokenValidityUnits: { RefreshToken: "seconds" },
  });
});

test("local users sign in with a derived password, federated ones with none", async () => {
  const service = createCognitoService();
  const federated = { ...user, sub: "b-2", username: "okta_1", status: "EXTERNAL_PROVIDER" };
  await load([pool, user, federated], service);
  const loaded = only(service);
  const passwords = ["Ada", "okta_1"].map((name) => {
    const found = loaded.users.byUsername(name);
    return found && loaded.derivedPassword?.(found);
  });
  expect(passwords).toEqual(["Passw0rd!9a0b1c2d", undefined]);
});

test("empty lines and Windows line ends do not matter", async () => {
  const lines = ["", `${JSON.stringify(pool)}\r`, "", `${JSON.stringify(user)}\r`, ""];
  expect(await load(lines)).toMatchObject({ users: 1 });
});

test.each([
  ["what is not JSON", [pool, '{"type":"user","sub":"secret'], "line 2: is not JSON"],
  ["what is no object", [pool, "[1]"], "line 2: is not a JSON object"],
  ["an unknown type", [pool, { type: "robot" }], 'line 2: "type" must be one of pool, group, user, membership'],
  ["a user before its pool", [user], "line 1: is of a pool that no earlier line has"],
  ["a pool twice", [pool, pool], "line 2: has a user pool that an earlier line has"],
  [
    "a pool without a usable ID",
    [{ ...pool, userPoolId: "../x" }],
    'line 1: "userPoolId" must be the ID of a user pool',
  ],
  ["a group twice", [pool, group, group], "line 3: has a group that an earlier line has"],
  [
    "a username twice",
    [pool, user, { ...user, sub: "other", username: "ADA" }],
    "line 3: has a username that an earlier line has",
  ],
  ["a sub twice", [pool, user, { ...user, username: "Eve" }], "line 3: has a sub that an earlier line has"],
  [
    "a value that is no text",
    [pool, { ...user, attributes: { email: 7 } }],
    'line 2: "attributes" must be an object of texts',
  ],
  [
    "identities that are no list",
    [pool, { ...user, attributes: { identities: "{" } }],
    'line 2: "attributes" must have a JSON list of objects as "identities"',
  ],
  [
    "an unknown status",
    [pool, { ...user, status: "HAPPY" }],
    'line 2: "status" must be one of UNCONFIRMED, CONFIRMED, ARCHIVED, COMPROMISED, UNKNOWN, RESET_REQUIRED, FORCE_CHANGE_PASSWORD, EXTERNAL_PROVIDER',
  ],
  ["a time before 1970", [pool, { ...user, createdAt: -1 }], 'line 2: "createdAt" must be milliseconds since 1970'],
  ["an empty sub", [pool, { ...user, sub: "" }], 'line 2: "sub" must be a text of 1 to 2048 characters'],
  ["a membership of nobody", [pool, group, membership], "line 3: is of a user that no earlier line has"],
  ["a membership of nothing", [pool, user, membership], "line 3: is of a group that no earlier line has"],
  [
    "a membership twice",
    [pool, group, user, membership, membership],
    "line 5: is a membership that an earlier line has",
  ],
  ["nothing at all", ["", ""], "line 1: is missing: the file is empty"],
] as const)("%s is one clear error and loads nothing", async (_, lines, message) => {
  expect(await refusal(lines)).toBe(message);
});

test("no error carries anything that stands in the line", async () => {
  const secret = "grace@example.com";
  const broken = [
    { ...user, username: 1, sub: secret },
    { ...user, status: secret },
    { ...user, userPoolId: secret },
    `{"type":"user","sub":"${secret}"`,
    { ...membership, sub: secret },
  ];
  for (const line of broken) expect(await refusal([pool, line])).not.toContain(secret);
});
