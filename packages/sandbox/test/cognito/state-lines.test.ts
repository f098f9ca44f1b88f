import { expect, test } from "vitest";

import { createCognitoService, generatePool } from "../../src/index.ts";
import type { CognitoService } from "../../src/index.ts";

function filled(): { service: CognitoService; userPoolId: string } {
  const service = createCognitoService({ now: () => 1_800_000_000_000 });
  const { userPoolId } = generatePool(service, { users: 120 });
  return { service, userPoolId };
}

test("a saved state is restored to the last byte", async () => {
  const { service } = filled();
  const lines = [...service.save()];
  const other = createCognitoService();
  await other.restore(lines);
  expect([...other.save()]).toEqual(lines);
});

test("restored users keep their passwords and second factors", async () => {
  const { service, userPoolId } = filled();
  const other = createCognitoService();
  await other.restore(service.save());
  const pool = other.state.pools.get(userPoolId);
  const user = pool?.users.byUsername("totp-mfa");
  expect(user?.signIn?.totpSecret).toBe("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP");
  expect(user && pool?.derivedPassword?.(user)).toBe(`Passw0rd!${user?.sub.slice(0, 8)}`);
});

test.each([
  [["nonsense"], "line 1: not JSON"],
  [['{"type":"pool"}'], "line 1: not a saved Cognito state"],
  [[], "line 1: not a saved Cognito state"],
  [
    ['{"type":"cognito","version":1,"domains":[]}', '{"type":"user","pool":"x","user":{}}'],
    "line 2: a user of a pool that is not there",
  ],
  [['{"type":"cognito","version":2,"domains":[]}'], "line 1: not a saved Cognito state"],
])("refuses %j and keeps what was there", async (lines, message) => {
  const { service } = filled();
  const before = [...service.save()];
  await expect(service.restore(lines)).rejects.toThrow(message);
  expect([...service.save()]).toEqual(before);
});

test("refuses a user that is there already and a membership of no group", async () => {
  const { service } = filled();
  const lines = [...service.save()];
  const user = lines.find((line) => line.includes('"username":"disabled"')) ?? "";
  await expect(service.restore([...lines, user])).rejects.toThrow(/^line \d+: a user that is there already$/);
  const homeless = user.replace('"status"', '"groups":["nope"],"status"');
  const changed = lines.map((line) => (line === user ? homeless : line));
  await expect(service.restore(changed)).rejects.toThrow(/^line \d+: a membership of a group that is not there$/);
});
