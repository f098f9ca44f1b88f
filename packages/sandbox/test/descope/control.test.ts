import { expect, test } from "vitest";

import { defaultVariants } from "../../src/descope/variants.ts";
import { openWorld } from "./world.ts";

test("another process reads messages, users and variants, and chooses a JWT template", async () => {
  await using world = await openWorld();
  await world.sdk.otp.signUp.email("ana@example.com");
  await world.sdk.management.user.createTestUser("tom", { email: "tom@example.com" });
  const get = async (path: string): Promise<unknown> =>
    (await fetch(`${world.server.url}/_sandbox/descope/${path}`)).json();
  expect(await get("messages?to=ana@example.com&kind=otp")).toMatchObject({
    messages: [{ kind: "otp", secret: expect.stringMatching(/^\d{6}$/) as string }],
  });
  expect(await get("messages?to=nobody")).toEqual({ messages: [] });
  expect(await get("users")).toEqual({ users: 1, testUsers: 1 });
  expect(await get("users?loginId=ana@example.com")).toMatchObject({ user: { email: "ana@example.com" } });
  expect(await get("users?loginId=nobody")).toEqual({ error: "no such user" });
  expect(await get("variants")).toEqual({ variants: defaultVariants });
  await world.manage("POST", "/v1/mgmt/jwt/templates/create", { template: { name: "t", template: { a: "b" } } });
  const select = async (body: string): Promise<number> => {
    const headers = { "content-type": "application/json" };
    const answer = await fetch(`${world.server.url}/_sandbox/descope/jwt-template`, { method: "POST", headers, body });
    return answer.status;
  };
  expect(await select('{"template":"t"}')).toBe(200);
  expect((await world.sdk.management.jwt.signIn("ana@example.com")).data).toMatchObject({ claims: { a: "b" } });
  for (const body of ["{", "{}", "null", '{"template":"nothing"}']) expect(await select(body)).toBe(400);
});

test.each([
  ["POST /v1/mgmt/user/create/test", true],
  ["POST /v1/mgmt/user/create/batch", true],
  ["PATCH /v1/mgmt/user/patch", true],
  ["DELETE /v1/mgmt/user/test/delete/all", true],
  ["POST /v2/mgmt/user/search", false],
  ["POST /v2/mgmt/user/search/test", false],
  ["POST /v1/mgmt/users/load", false],
  ["POST /v1/mgmt/user/history", false],
  ["POST /v2/mgmt/flow/export", false],
  ["GET /v1/mgmt/role/all", false],
  ["POST /v1/auth/validate", false],
])("%s may change state: %s", async (operation, writes) => {
  await using world = await openWorld();
  expect(world.service.isWrite?.(operation, undefined as never)).toBe(writes);
});
