import { expect, test } from "vitest";

import { openWorld } from "./world.ts";

const good = "Correct-Horse-1";
const better = "Battery-Staple-2";

test("a user signs up with a password and in again", async () => {
  await using world = await openWorld();
  const { password } = world.sdk;
  const up = await password.signUp("ana@example.com", good, { name: "Ana", email: "ana@example.com" });
  expect(up.data).toMatchObject({ firstSeen: true, user: { name: "Ana", status: "enabled", password: true } });
  expect((await password.signIn("ana@example.com", good)).data?.firstSeen).toBe(false);
  expect((await password.signUp("ana@example.com", good)).error?.errorCode).toBe("E062107");
  expect((await password.signUp("bob@example.com", "weak")).error?.errorCode).toBe("E011003");
  expect(world.service.countUsers()).toBe(1);
});

test("a wrong password, an unknown user and a user without a password get one answer", async () => {
  await using world = await openWorld();
  await world.sdk.management.user.create("ana", { email: "ana@example.com" });
  await world.sdk.password.signUp("bob@example.com", good);
  const answers = await Promise.all([
    world.sdk.password.signIn("ana", good),
    world.sdk.password.signIn("bob@example.com", better),
    world.sdk.password.signIn("nobody", good),
  ]);
  expect(answers.map(({ code }) => code)).toEqual([401, 401, 401]);
  expect(new Set(answers.map(({ error }) => JSON.stringify(error))).size).toBe(1);
});

test("a temporary password must be replaced", async () => {
  await using world = await openWorld();
  const { user } = world.sdk.management;
  await user.create("ana", { email: "ana@example.com" });
  await user.setTemporaryPassword("ana", good);
  expect(await world.sdk.password.signIn("ana", good)).toMatchObject({ code: 401, error: { errorCode: "E062909" } });
  expect((await world.sdk.password.replace("ana", better, good)).code).toBe(401);
  expect((await world.sdk.password.replace("ana", good, better)).ok).toBe(true);
  expect((await world.sdk.password.signIn("ana", better)).ok).toBe(true);
  await user.expirePassword("ana");
  expect((await world.sdk.password.signIn("ana", better)).error?.errorCode).toBe("E062909");
});

test("too many wrong passwords lock the user until a new one is set", async () => {
  await using world = await openWorld();
  await world.sdk.password.signUp("ana@example.com", good);
  for (let n = 0; n < 5; n += 1) await world.sdk.password.signIn("ana@example.com", better);
  expect((await world.sdk.password.signIn("ana@example.com", good)).code).toBe(401);
  await world.sdk.management.user.setActivePassword("ana@example.com", better);
  expect((await world.sdk.password.signIn("ana@example.com", better)).ok).toBe(true);
});

test("a forgotten password is reset by link", async () => {
  await using world = await openWorld();
  await world.sdk.password.signUp("ana@example.com", good);
  const reset = await world.sdk.password.sendReset("ana@example.com", "https://app.example/reset");
  expect(reset.data).toMatchObject({ resetMethod: "magiclink", maskedEmail: "a****@example.com" });
  const [message] = world.service.messages();
  expect(message).toMatchObject({ to: "ana@example.com", kind: "password-reset" });
  const token = new URL(message?.secret ?? "").searchParams.get("t") ?? "";
  const session = await world.sdk.magicLink.verify(token);
  const update = await world.sdk.password.update("ana@example.com", better, session.data?.refreshJwt);
  expect(update.ok).toBe(true);
  expect((await world.sdk.password.signIn("ana@example.com", better)).ok).toBe(true);
  expect((await world.sdk.password.update("bob@example.com", good, session.data?.refreshJwt)).code).toBe(401);
  expect((await world.sdk.password.sendReset("nobody@example.com")).ok).toBe(true);
  expect(world.service.messages()).toHaveLength(1);
});

test("a project that remembers passwords refuses an old one", async () => {
  await using world = await openWorld();
  await world.manage("POST", "/v1/mgmt/password/settings", { enabled: true, reuse: true, reuseAmount: 2 });
  await world.sdk.password.signUp("ana@example.com", good);
  expect((await world.sdk.password.replace("ana@example.com", good, good)).error?.errorCode).toBe("E011004");
  expect((await world.sdk.password.replace("ana@example.com", good, better)).ok).toBe(true);
  expect((await world.sdk.password.replace("ana@example.com", better, good)).error?.errorCode).toBe("E011004");
});

test("a password in a batch signs in afterwards", async () => {
  await using world = await openWorld();
  const users = [{ loginId: "ana", email: "ana@example.com", password: good }];
  await world.manage("POST", "/v1/mgmt/user/create/batch", { users });
  expect((await world.sdk.password.signIn("ana", good)).ok).toBe(true);
});

test("a code is sent by email and by text message, and verifies what it was sent to", async () => {
  await using world = await openWorld();
  const up = await world.sdk.otp.signUp.email("ana@example.com", { name: "Ana" });
  expect(up.data).toMatchObject({ maskedEmail: "a****@example.com" });
  const code = world.service.messages().at(-1)?.secret ?? "";
  expect((await world.sdk.otp.verify.email("ana@example.com", code)).data?.user).toMatchObject({ verifiedEmail: true });
  await world.sdk.otp.signUpOrIn.sms("+15555555555");
  expect(world.service.messages().at(-1)).toMatchObject({ to: "+15555555555", method: "sms", kind: "otp" });
  expect((await world.sdk.otp.signIn.email("nobody@example.com")).error?.errorCode).toBe("E062108");
});

test("a magic link and an enchanted link are sent", async () => {
  await using world = await openWorld();
  await world.sdk.management.user.create("ana", { email: "ana@example.com" });
  await world.sdk.magicLink.signIn.email("ana", "https://app.example/verify");
  const magic = new URL(world.service.messages().at(-1)?.secret ?? "");
  expect((await world.sdk.magicLink.verify(magic.searchParams.get("t") ?? "")).ok).toBe(true);
  const sent = await world.sdk.enchantedLink.signIn("ana", "https://app.example/verify");
  expect(sent.data).toMatchObject({ pendingRef: expect.any(String) as string, linkId: expect.any(String) as string });
});
