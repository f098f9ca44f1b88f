import {
  CognitoIdentityProviderClient,
  ListUsersCommand,
  paginateListUsers,
} from "@aws-sdk/client-cognito-identity-provider";
import { expect, test } from "vitest";

import { startSandbox } from "../../src/index.ts";
import type { Sandbox, SandboxOptions } from "../../src/index.ts";

function clientOf(sandbox: Sandbox): CognitoIdentityProviderClient {
  return new CognitoIdentityProviderClient({
    region: sandbox.region,
    endpoint: sandbox.cognito,
    credentials: { accessKeyId: "AKIASANDBOX", secretAccessKey: "sandbox" },
    maxAttempts: 1,
  });
}

async function start(options: Omit<SandboxOptions, "only"> = {}): Promise<Sandbox> {
  return startSandbox({ ...options, only: "cognito" });
}

async function subs(sandbox: Sandbox, filter?: string, limit?: number): Promise<string[]> {
  const client = clientOf(sandbox);
  const found: string[] = [];
  let token: string | undefined;
  do {
    const page = await client.send(
      new ListUsersCommand({
        UserPoolId: sandbox.userPoolId,
        ...(filter === undefined ? {} : { Filter: filter }),
        ...(limit === undefined ? {} : { Limit: limit }),
        ...(token === undefined ? {} : { PaginationToken: token }),
      }),
    );
    for (const user of page.Users ?? []) found.push(user.Attributes?.find(({ Name }) => Name === "sub")?.Value ?? "");
    token = page.PaginationToken;
  } while (token !== undefined);
  return found;
}

test("gives every user once, 60 a page", async () => {
  await using sandbox = await start({ users: 250 });
  const all = await subs(sandbox);
  expect(new Set(all).size).toBe(250);
  expect(all).toHaveLength(250);
  expect(sandbox.requests.count({ operation: "ListUsers" })).toBe(5);
});

test("the SDK's own paginator reaches the end", async () => {
  await using sandbox = await start({ users: 130 });
  let count = 0;
  for await (const page of paginateListUsers({ client: clientOf(sandbox) }, { UserPoolId: sandbox.userPoolId })) {
    count += page.Users?.length ?? 0;
  }
  expect(count).toBe(130);
});

test("short pages and empty pages with a token lose nobody", async () => {
  await using sandbox = await start({ users: 200, cognito: { lists: { shortPages: true, emptyPageEvery: 3 } } });
  const all = await subs(sandbox);
  expect(new Set(all).size).toBe(200);
  expect(all).toHaveLength(200);
});

test("shards by the first digit of sub make up the whole pool", async () => {
  await using sandbox = await start({ users: 300, profile: "plain" });
  const shards = await Promise.all("0123456789abcdef".split("").map((digit) => subs(sandbox, `sub ^= "${digit}"`)));
  expect(shards.flat().toSorted()).toEqual((await subs(sandbox)).toSorted());
});

test("filters compare e-mail addresses without regard to case and usernames with", async () => {
  await using sandbox = await start({ users: 100 });
  expect(await subs(sandbox, 'email = "CASE.variant@example.com"')).toHaveLength(2);
  expect(await subs(sandbox, 'username = "Case-Variant"')).toHaveLength(1);
  expect(await subs(sandbox, 'cognito:user_status = "archived"')).toHaveLength(1);
  expect(await subs(sandbox, 'status = "disabled"')).toHaveLength(0);
  expect((await subs(sandbox, 'status = "Disabled"')).length).toBeGreaterThan(0);
  expect(await subs(sandbox, 'name = "Back\\\\slash \\"Quote\\" <b>&amp;\n\tTab"')).toHaveLength(1);
});

test.each([
  ['custom:plan = "free"', "Filtering on attribute custom:plan is not supported"],
  ['email ~ "a"', "Error while parsing filter"],
  ['email = "a" and name = "b"', "Error while parsing filter"],
])("refuses the filter %s", async (filter, message) => {
  await using sandbox = await start({ users: 1 });
  await expect(subs(sandbox, filter)).rejects.toMatchObject({ name: "InvalidParameterException", message });
});

test("a token belongs to its filter and limit and dies after an hour", async () => {
  let now = 1_800_000_000_000;
  await using sandbox = await start({ users: 200, clock: () => now });
  const client = clientOf(sandbox);
  const UserPoolId = sandbox.userPoolId;
  const { PaginationToken } = await client.send(new ListUsersCommand({ UserPoolId, Limit: 50 }));
  const refusal = { name: "InvalidParameterException", message: "Paging Marker is Invalid for Request" };
  const next = (input: object): Promise<unknown> =>
    client.send(new ListUsersCommand({ UserPoolId, PaginationToken, ...input }));
  await expect(next({ Limit: 60 })).rejects.toMatchObject(refusal);
  await expect(next({ Limit: 50, Filter: 'sub ^= "a"' })).rejects.toMatchObject(refusal);
  await expect(next({ Limit: 50 })).resolves.toMatchObject({ Users: { length: 50 } });
  now += 61 * 60 * 1000;
  await expect(next({ Limit: 50 })).rejects.toMatchObject(refusal);
});

test("AttributesToGet fails when a user lacks the attribute", async () => {
  await using sandbox = await start({ users: 60 });
  const client = clientOf(sandbox);
  const ask = (name: string): Promise<unknown> =>
    client.send(new ListUsersCommand({ UserPoolId: sandbox.userPoolId, AttributesToGet: [name] }));
  await expect(ask("email")).rejects.toMatchObject({ name: "InvalidParameterException" });
  await expect(ask("sub")).resolves.toMatchObject({ Users: { length: 60 } });
});

test("a limit above 60 breaks the model's constraint", async () => {
  await using sandbox = await start({ users: 1 });
  await expect(subs(sandbox, undefined, 61)).rejects.toMatchObject({
    name: "InvalidParameterException",
    message:
      "1 validation error detected: Value '61' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 60",
  });
});
