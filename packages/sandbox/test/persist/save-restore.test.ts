import { chmodSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  AdminListGroupsForUserCommand,
  CognitoIdentityProviderClient,
  DescribeIdentityProviderCommand,
  DescribeUserPoolClientCommand,
  DescribeUserPoolCommand,
  GetUserPoolMfaConfigCommand,
  InitiateAuthCommand,
  ListGroupsCommand,
  ListUserPoolClientsCommand,
  ListUsersCommand,
  ListUsersInGroupCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import DescopeClient from "@descope/node-sdk";
import { afterEach, beforeEach, expect, test } from "vitest";

import { LineInvalid, startSandbox } from "../../src/index.ts";
import type { Sandbox } from "../../src/index.ts";

let folder = "";
let file = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sandbox-state-"));
  file = join(folder, "state.jsonl");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function aws(sandbox: Sandbox): CognitoIdentityProviderClient {
  return new CognitoIdentityProviderClient({
    endpoint: sandbox.cognito,
    region: sandbox.region,
    credentials: { accessKeyId: "AKIASANDBOX", secretAccessKey: "secret" },
    maxAttempts: 1,
  });
}

function descope(sandbox: Sandbox): ReturnType<typeof DescopeClient> {
  const { projectId, managementKey } = sandbox;
  return DescopeClient({ projectId, managementKey, baseUrl: sandbox.descope });
}

/** What AWS's SDK can see of a pool. */
async function seenByAws(sandbox: Sandbox): Promise<object> {
  const client = aws(sandbox);
  const UserPoolId = sandbox.userPoolId;
  const users = await client.send(new ListUsersCommand({ UserPoolId }));
  const clients = await client.send(new ListUserPoolClientsCommand({ UserPoolId, MaxResults: 60 }));
  const { Groups = [] } = await client.send(new ListGroupsCommand({ UserPoolId }));
  const Username = users.Users?.find((user) => user.Username === "many-groups")?.Username ?? users.Users?.[0]?.Username;
  const parts = [
    client.send(new DescribeUserPoolCommand({ UserPoolId })),
    client.send(new GetUserPoolMfaConfigCommand({ UserPoolId })),
    client.send(new AdminListGroupsForUserCommand({ UserPoolId, Username })),
    client.send(new DescribeIdentityProviderCommand({ UserPoolId, ProviderName: "Google" })),
    ...Groups.slice(0, 6).map(({ GroupName }) => client.send(new ListUsersInGroupCommand({ UserPoolId, GroupName }))),
    ...(clients.UserPoolClients ?? []).map(({ ClientId }) =>
      client.send(new DescribeUserPoolClientCommand({ UserPoolId, ClientId })),
    ),
  ];
  return [users, clients, Groups, ...(await Promise.all(parts))].map((answer) =>
    JSON.parse(JSON.stringify(answer, (key, value: unknown) => (/^\$metadata$|Token$/.test(key) ? undefined : value))),
  );
}

/** What Descope's SDK can see of a project. */
async function seenByDescope(sandbox: Sandbox): Promise<object> {
  const { management } = descope(sandbox);
  return [
    (await management.user.search({ limit: 100 })).data,
    (await management.role.loadAll()).data,
    (await management.tenant.loadAll()).data,
    (await management.permission.loadAll()).data,
  ];
}

async function fill(sandbox: Sandbox): Promise<void> {
  const { management } = descope(sandbox);
  await management.permission.create("read");
  await management.role.create("readers", "who read", ["read"]);
  await management.tenant.createWithId("acme", "Acme");
  await management.user.create("ada", { email: "ada@example.com", roles: ["readers"] });
  await management.user.create("bob", { email: "bob@example.com", userTenants: [{ tenantId: "acme", roleNames: [] }] });
  await management.user.setActivePassword("ada", "Str0ng!password");
}

test("after save and restore both SDKs see the same, and the file is the same again", async () => {
  await using before = await startSandbox({ users: 120, seed: "save" });
  await fill(before);
  // A member that joined last and is first in the pool's table: the order of joining is kept too.
  const [pool] = before.cognitoService.state.pools.values();
  const first = pool?.users.at(0);
  const group = pool?.groups.get("group-001");
  if (pool === undefined || first === undefined || group === undefined) throw new Error("the pool is too small");
  pool.users.leave(group, first);
  pool.users.join(group, first);
  before.save(file);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder)).toEqual(["state.jsonl"]);

  await using after = await startSandbox({ restore: file, seed: "save" });
  expect([after.userPoolId, after.clientId, after.projectId]).toEqual([
    before.userPoolId,
    before.clientId,
    before.projectId,
  ]);
  expect(await seenByAws(after)).toEqual(await seenByAws(before));
  expect(await seenByDescope(after)).toEqual(await seenByDescope(before));

  const again = join(folder, "again.jsonl");
  after.save(again);
  const linesOf = (path: string): readonly unknown[] => {
    const [, ...lines] = readFileSync(path, "utf8").trimEnd().split("\n");
    return lines.map((line) => JSON.parse(line) as unknown);
  };
  expect(linesOf(again)).toEqual(linesOf(file));
});

test("users of both sides sign in after a restore as before", async () => {
  await using before = await startSandbox({ users: 3, profile: "plain" });
  await fill(before);
  before.save(file);
  await using after = await startSandbox({ restore: file });
  const [pool] = after.cognitoService.state.pools.values();
  const user = pool?.users.at(0);
  const signedIn = await aws(after).send(
    new InitiateAuthCommand({
      AuthFlow: "USER_PASSWORD_AUTH",
      ClientId: after.clientId,
      AuthParameters: {
        USERNAME: user?.username ?? "",
        PASSWORD: before.generated?.passwordOf(user?.sub ?? "") ?? "",
      },
    }),
  );
  expect(signedIn.AuthenticationResult?.IdToken).toBeTypeOf("string");
  const session = await descope(after).password.signIn("ada", "Str0ng!password");
  expect(session.ok).toBe(true);
  expect((await descope(before).validateJwt(session.data?.sessionJwt ?? "")).token.sub).toBe(
    session.data?.user?.userId,
  );
});

test("IDs made after a restore are new ones", async () => {
  await using before = await startSandbox({ users: 2, profile: "plain" });
  const make = async (sandbox: Sandbox, name: string): Promise<string | undefined> =>
    (await descope(sandbox).management.user.create(name, { email: `${name}@example.com` })).data?.userId;
  const ids = [await make(before, "one")];
  before.save(file);
  await using after = await startSandbox({ restore: file });
  ids.push(await make(after, "two"));
  after.save(file);
  await using third = await startSandbox({ restore: file });
  ids.push(await make(third, "three"));
  expect(new Set(ids).size).toBe(3);
  expect(third.descopeService.countUsers()).toBe(3);
});

test("POST /_sandbox/save writes the file that the sandbox was started with, and only that", async () => {
  await using sandbox = await startSandbox({ users: 1, saveTo: file });
  await using other = await startSandbox({ users: 1 });
  const save = async (url: string): Promise<number> =>
    (await fetch(`${url}/_sandbox/save`, { method: "POST", headers: { "content-type": "application/json" } })).status;
  expect([await save(sandbox.cognito), await save(sandbox.descope), await save(other.cognito)]).toEqual([
    200, 200, 404,
  ]);
  expect(JSON.parse(readFileSync(file, "utf8").split("\n")[0] ?? "")).toMatchObject({ version: 1 });
});

test("a file that cannot be written leaves what was there, and says so", async () => {
  writeFileSync(file, "kept");
  await using sandbox = await startSandbox({ users: 1, saveTo: join(folder, "missing", "state.jsonl") });
  const answer = await fetch(`${sandbox.cognito}/_sandbox/save`, {
    method: "POST",
    headers: { "content-type": "application/json" },
  });
  expect([answer.status, await answer.json()]).toEqual([500, { error: "the file cannot be written (ENOENT)" }]);
  expect(() => sandbox.save(join(folder, "missing", "x"))).toThrow("ENOENT");
  expect(readFileSync(file, "utf8")).toBe("kept");
  chmodSync(folder, 0o700);
});

async function saved(): Promise<string[]> {
  await using sandbox = await startSandbox({ users: 5, profile: "plain" });
  await fill(sandbox);
  sandbox.save(file);
  return readFileSync(file, "utf8").split("\n");
}

async function restoring(lines: readonly string[]): Promise<unknown> {
  writeFileSync(file, lines.join("\n"));
  return startSandbox({ restore: file }).then(
    async (sandbox) => {
      await sandbox.stop();
      return "restored";
    },
    (error: unknown) => error,
  );
}

test("a foreign, newer, cut, mixed-up or prolonged file is refused with the line that is wrong", async () => {
  const lines = await saved();
  expect(await restoring(lines)).toBe("restored");
  const header = JSON.parse(lines[0] ?? "") as object;
  const descopeAt = lines.indexOf('{"section":"descope"}');
  const cases: readonly (readonly [lines: readonly string[], message: RegExp])[] = [
    [["hello"], /^line 1: is not the beginning of a saved sandbox$/],
    [[], /^line 1: is not the beginning of a saved sandbox$/],
    [[JSON.stringify({ ...header, version: 2 }), ...lines.slice(1)], /^line 1: is of format 2, .* reads format 1$/],
    [lines.slice(0, 4), /^line 5: is missing: the file was cut$/],
    [lines.slice(0, -2), new RegExp(`^line ${lines.length - 1}: is missing`)],
    [lines.toSpliced(-3, 1), /says that the file has \d+ lines: lines were lost or added$/],
    [[...lines.slice(0, -1), "{}"], /comes after the end$/],
    [lines.toSpliced(2, 0, '{"robot":{}}'), /^line 3: is no state of a Cognito service$/],
    [lines.toSpliced(2, 0, '{"user":'), /^line 3: is no state of a Cognito service$/],
    [lines.toSpliced(descopeAt + 1, 1, "{}"), new RegExp(`^line ${descopeAt + 2}: is no state of a Descope project$`)],
    [lines.toSpliced(descopeAt + 3, 0, '{"user":{"x":1}}'), new RegExp(`^line ${descopeAt + 4}: is no state`)],
  ];
  for (const [wrong, message] of cases) {
    const error = await restoring(wrong);
    expect(error).toBeInstanceOf(LineInvalid);
    expect((error as LineInvalid).message).toMatch(message);
  }
});

test("bytes that are not UTF-8 are named by their line", async () => {
  const lines = await saved();
  writeFileSync(file, Buffer.concat([Buffer.from(`${lines.slice(0, 3).join("\n")}\n`), Buffer.from([0xff, 0x0a])]));
  await expect(startSandbox({ restore: file })).rejects.toThrow("line 4: is not UTF-8");
});

test("load and restore exclude each other", async () => {
  await expect(startSandbox({ load: file, restore: file })).rejects.toThrow(TypeError);
});
