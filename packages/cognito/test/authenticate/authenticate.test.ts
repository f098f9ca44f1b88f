import { spawnSync } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import {
  AdminAddUserToGroupCommand,
  AdminCreateUserCommand,
  AdminSetUserPasswordCommand,
  CognitoIdentityProviderClient,
  CreateGroupCommand,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { judgeAnswer } from "@cognito-to-descope/core";
import { type Sandbox, type SandboxOptions, startSandbox } from "@cognito-to-descope/sandbox";
import { describe, expect, it, onTestFinished } from "vitest";
import {
  createMigratedUserMarker,
  createPasswordAuthenticator,
  createPoolCalls,
  createPoolUserReader,
  type PasswordAuthenticatorOptions,
  type PoolCalls,
} from "../../src/authenticate/index.ts";
import { hasMoto, startCognitoLocal, startMoto } from "../support/emulators.ts";

const TIME = { timeoutMs: 10_000 };
const KEYS = { accessKeyId: "AKIAEXAMPLE", secretAccessKey: "a secret key" };

function callsOf(sandbox: Pick<Sandbox, "cognito" | "region">, keys: typeof KEYS | null = KEYS): PoolCalls {
  const credentials = keys === null ? undefined : async (): Promise<typeof KEYS> => keys;
  const calls = createPoolCalls({ region: sandbox.region, endpoint: sandbox.cognito, credentials }, () => Date.now());
  onTestFinished(() => calls[Symbol.dispose]());
  return calls;
}

/** A sandbox that verifies signatures, with an app client of its own. */
async function open(
  options: SandboxOptions = {},
  client: object = {},
): Promise<{
  readonly sandbox: Sandbox;
  readonly calls: PoolCalls;
  readonly username: string;
  readonly password: string;
  readonly authenticator: (
    change?: Partial<PasswordAuthenticatorOptions>,
  ) => ReturnType<typeof createPasswordAuthenticator>;
}> {
  const sandbox = await startSandbox({
    only: "cognito",
    users: 60,
    ...options,
    cognito: { accessKeys: { [KEYS.accessKeyId]: KEYS.secretAccessKey }, ...options.cognito },
  });
  onTestFinished(() => sandbox.stop());
  const calls = callsOf(sandbox);
  const { userPoolId, generated } = sandbox;
  const made = await calls.sendSigned(
    "CreateUserPoolClient",
    {
      UserPoolId: userPoolId,
      ClientName: "jit",
      ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
      ...client,
    },
    10_000,
  );
  const { ClientId: clientId, ClientSecret: clientSecret } = (
    made as {
      readonly body: { readonly UserPoolClient: { readonly ClientId: string; readonly ClientSecret?: string } };
    }
  ).body.UserPoolClient;
  const sub = generated?.kinds.get("complete-profile") ?? "";
  return {
    sandbox,
    calls,
    username: "complete-profile",
    password: generated?.passwordOf(sub) ?? "",
    authenticator: (change = {}) =>
      createPasswordAuthenticator({ userPoolId, clientId, clientSecret, flow: "public", calls, ...change }),
  };
}

describe("a password", () => {
  it("is tried without a signature by the public flow, and with one by the other", async () => {
    const { sandbox, username, password, authenticator } = await open({}, { GenerateSecret: true });
    for (const flow of ["public", "admin"] as const) {
      const answer = await authenticator({ flow }).authenticate(username, password, TIME);
      expect(answer).toMatchObject({
        kind: "signed-in",
        user: { username, createdAt: 0, attributes: { email: "complete@example.com", birthdate: "1984-02-29" } },
      });
      const wrong = await authenticator({ flow }).authenticate(username, "wrong", TIME);
      expect(judgeAnswer(wrong).meaning).toBe("wrong-password");
    }
    for (const operation of ["InitiateAuth", "AdminInitiateAuth"]) {
      expect(sandbox.requests.count({ operation })).toBe(2);
    }
  });

  it.for<[string, typeof KEYS | null]>([
    ["other keys", { ...KEYS, secretAccessKey: "another" }],
    ["no keys", null],
  ])("with %s cannot be tried by the flow that is signed, which is a matter for the operator", async ([, keys]) => {
    const { sandbox, username, password, authenticator } = await open();
    const answer = await authenticator({ flow: "admin", calls: callsOf(sandbox, keys) }).authenticate(
      username,
      password,
      TIME,
    );
    expect(judgeAnswer(answer).meaning).toBe("misconfigured");
  });

  it("that is right brings the attributes that the client may read; others come by a call where nothing else tells who it is", async () => {
    const { sandbox, username, password, authenticator } = await open({}, { ReadAttributes: ["name"] });
    const answer = await authenticator().authenticate(username, password, TIME);
    expect(answer).toMatchObject({ user: { attributes: { name: "Complete Profile", email: "complete@example.com" } } });
    expect(sandbox.requests.count({ operation: "GetUser" })).toBe(1);
  });

  it("that is right brings the attributes by a call where that is wanted, and none where the token says enough", async () => {
    const { sandbox, username, password, authenticator } = await open({}, { ReadAttributes: ["email"] });
    const fromToken = await authenticator().authenticate(username, password, TIME);
    expect(fromToken).toMatchObject({ user: { attributes: { email: "complete@example.com" } } });
    expect(sandbox.requests.count({ operation: "GetUser" })).toBe(0);
    const asked = await authenticator({ attributes: "get-user" }).authenticate(username, password, TIME);
    expect(asked).toMatchObject({ user: { attributes: { "custom:plan": "enterprise" } } });
    sandbox.faults.add([{ operation: "GetUser", fault: { kind: "status", status: 500 } }]);
    const failed = await authenticator({ attributes: "get-user" }).authenticate(username, password, TIME);
    expect(judgeAnswer(failed).verdict).toBe("unavailable");
  });

  it("is in nothing that is thrown or told when the endpoint is no Cognito at all", async () => {
    const sent: string[] = [];
    const server = createServer((request, response) => {
      request.setEncoding("utf8").on("data", (chunk: string) => sent.push(chunk));
      request.on("end", () => response.writeHead(302, { location: "http://127.0.0.1:1/" }).end("canary"));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { username, authenticator } = await open();
    const calls = callsOf({ cognito: endpoint, region: "eu-west-1" });
    const answer = await authenticator({ calls }).authenticate(username, "Canary-Passw0rd", TIME);
    expect(answer).toEqual({ kind: "no-answer", why: "unreadable" });
    expect(sent.join("")).toContain("Canary-Passw0rd");
    const nobody = callsOf({ cognito: "http://127.0.0.1:1", region: "eu-west-1" });
    expect(await authenticator({ calls: nobody }).authenticate(username, "Canary-Passw0rd", TIME)).toEqual({
      kind: "no-answer",
      why: "network",
    });
  });
});

describe("a user", () => {
  it("is read by name, sub or alias, with its state and times", async () => {
    const { sandbox, calls, username } = await open();
    const reader = createPoolUserReader({ userPoolId: sandbox.userPoolId, calls });
    const sub = sandbox.generated?.kinds.get("complete-profile") ?? "";
    const record = sandbox.generated?.pool.users.byUsername(username);
    for (const name of [username, sub, "complete@example.com", "+12025550100"]) {
      expect(await reader.readUser(name, TIME)).toMatchObject({
        kind: "found",
        user: {
          sub,
          username,
          status: "CONFIRMED",
          enabled: true,
          createdAt: record?.createdAt,
          attributes: { locale: "de-DE" },
        },
      });
    }
    for (const nobody of ["nobody", "with blanks in it", "x".repeat(200)]) {
      expect(await reader.readUser(nobody, TIME)).toEqual({ kind: "absent" });
    }
  });

  it("has all its groups read, of which there are more than a page holds", async () => {
    const { sandbox, calls } = await open();
    const reader = createPoolUserReader({ userPoolId: sandbox.userPoolId, calls });
    const read = await reader.readGroups("hundred-groups", TIME);
    expect(read.kind === "found" && new Set(read.groups).size).toBe(100);
    expect(await reader.readGroups("nobody", TIME)).toEqual({ kind: "failed", code: "UserNotFoundException" });
  });

  it("cannot be read or marked without the right to it, which is said by AWS's code", async () => {
    const { sandbox, calls } = await open({ cognito: { permissions: { deny: ["AdminGetUser", "AdminDisableUser"] } } });
    const reader = createPoolUserReader({ userPoolId: sandbox.userPoolId, calls });
    expect(await reader.readUser("complete-profile", TIME)).toEqual({ kind: "failed", code: "AccessDeniedException" });
    const marker = createMigratedUserMarker({ userPoolId: sandbox.userPoolId, calls, after: { kind: "disable" } });
    expect(await marker.mark("complete-profile", TIME)).toBe(false);
  });
});

/** A pool of an emulator with one user who has a password, and one who must change hers. */
async function fill(endpoint: string): Promise<{ readonly userPoolId: string; readonly clientId: string }> {
  const client = new CognitoIdentityProviderClient({
    region: "us-east-1",
    endpoint,
    credentials: { accessKeyId: "emulator", secretAccessKey: "emulator" },
  });
  const { UserPool } = await client.send(new CreateUserPoolCommand({ PoolName: "emulated" }));
  const UserPoolId = UserPool?.Id ?? "";
  const { UserPoolClient } = await client.send(
    new CreateUserPoolClientCommand({
      UserPoolId,
      ClientName: "jit",
      ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    }),
  );
  for (const Username of ["ada@example.com", "invited@example.com"]) {
    await client.send(
      new AdminCreateUserCommand({
        UserPoolId,
        Username,
        MessageAction: "SUPPRESS",
        TemporaryPassword: "Temporary-1!",
        UserAttributes: [{ Name: "email", Value: Username }],
      }),
    );
  }
  await client.send(
    new AdminSetUserPasswordCommand({
      UserPoolId,
      Username: "ada@example.com",
      Password: "Right-Passw0rd",
      Permanent: true,
    }),
  );
  await client.send(new CreateGroupCommand({ UserPoolId, GroupName: "editors" }));
  await client.send(new AdminAddUserToGroupCommand({ UserPoolId, Username: "ada@example.com", GroupName: "editors" }));
  client.destroy();
  return { userPoolId: UserPoolId, clientId: UserPoolClient?.ClientId ?? "" };
}

const moto = hasMoto();
if (!moto) process.emitWarning("moto is not installed: passwords are not tried at it");

describe.each([
  { name: "cognito-local", start: startCognitoLocal, available: true },
  { name: "moto", start: startMoto, available: moto },
])("at $name", ({ start, available }) => {
  it.skipIf(!available)("passwords are tried, and its answers are understood", { timeout: 60_000 }, async () => {
    await using emulator = await start();
    const pool = await fill(emulator.url);
    const calls = callsOf({ cognito: emulator.url, region: "us-east-1" });
    const authenticator = createPasswordAuthenticator({ ...pool, flow: "public", calls });
    const meaning = async (username: string, password: string): Promise<string> =>
      judgeAnswer(await authenticator.authenticate(username, password, TIME)).meaning;
    expect(await meaning("ada@example.com", "wrong")).toBe("wrong-password");
    expect(await meaning("invited@example.com", "Temporary-1!")).toBe("temporary-password");
    expect(["unknown-user", "wrong-password"]).toContain(await meaning("nobody", "Right-Passw0rd"));
    const answer = await authenticator.authenticate("ada@example.com", "Right-Passw0rd", TIME);
    expect(answer).toMatchObject({
      kind: "signed-in",
      user: { attributes: { email: "ada@example.com" } },
      groups: ["editors"],
    });
    const named = answer.kind === "signed-in" ? answer.user.username : "";
    const reader = createPoolUserReader({ userPoolId: pool.userPoolId, calls });
    expect(await reader.readUser("ada@example.com", TIME)).toMatchObject({
      kind: "found",
      user: { status: "CONFIRMED" },
    });
    expect(await reader.readUser("nobody", TIME)).toEqual({ kind: "absent" });
    expect(await reader.readGroups(named, TIME)).toEqual({ kind: "found", groups: ["editors"] });
  });
});

it("what tries passwords loads nothing of the AWS SDK", () => {
  const entry = fileURLToPath(new URL("../../src/authenticate/index.ts", import.meta.url));
  const program = `
    const { registerHooks } = require("node:module");
    const loaded = [];
    registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) });
    import(${JSON.stringify(entry)}).then(() => console.log(JSON.stringify(loaded)));
  `;
  const { stdout } = spawnSync(
    process.execPath,
    ["--conditions=@cognito-to-descope/source", "--disable-warning=ExperimentalWarning", "-e", program],
    { encoding: "utf8", timeout: 30_000 },
  );
  const loaded = JSON.parse(stdout) as readonly string[];
  expect(loaded.length).toBeGreaterThan(5);
  expect(loaded.filter((url) => /@aws-sdk|@smithy|node_modules/.test(url))).toEqual([]);
});
