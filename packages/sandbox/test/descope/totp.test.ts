import { decodeJwt } from "jose";
import { expect, test } from "vitest";

import { totpCode } from "../../src/descope/sign-in/totp.ts";
import { action, flow, screen } from "./flow-documents.ts";
import { openWorld } from "./world.ts";

// The secret and the codes of RFC 6238, appendix B, shortened to six digits.
const rfcSecret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

test.each([
  [59, "287082"],
  [1_111_111_109, "081804"],
  [1_234_567_890, "005924"],
  [20_000_000_000, "353130"],
])("the code at second %i is %s", (second, code) => {
  expect(totpCode(rfcSecret, second * 1000)).toBe(code);
});

test("a user enrols an app and signs in with its code, also of a neighbouring step", async () => {
  await using world = await openWorld();
  const enrolled = await world.sdk.totp.signUp("ana@example.com", { email: "ana@example.com" });
  const key = enrolled.data?.key ?? "";
  expect(enrolled.data?.provisioningURL).toContain(`secret=${key}`);
  expect(world.service.user("ana@example.com")).toMatchObject({ TOTP: true });
  const signIn = (now: number): Promise<{ ok?: boolean; data?: { sessionJwt: string } }> =>
    world.sdk.totp.verify("ana@example.com", totpCode(key, now));
  const session = await signIn(world.clock.now);
  expect(decodeJwt(session.data?.sessionJwt ?? "")["amr"]).toEqual(["totp"]);
  expect((await signIn(world.clock.now - 30_000)).ok).toBe(true);
  expect((await signIn(world.clock.now - 90_000)).ok).toBe(false);
});

test("a seed in a batch is an app that was enrolled before", async () => {
  await using world = await openWorld();
  const users = [{ loginId: "ana", email: "ana@example.com", seed: rfcSecret }];
  await world.manage("POST", "/v1/mgmt/user/create/batch", { users });
  expect((await world.sdk.totp.verify("ana", totpCode(rfcSecret, world.clock.now))).ok).toBe(true);
  await world.sdk.management.user.removeTOTPSeed("ana");
  expect((await world.sdk.totp.verify("ana", totpCode(rfcSecret, world.clock.now))).code).toBe(401);
});

test("a flow enrols an app and asks for its code", async () => {
  await using world = await openWorld();
  await world.sdk.password.signUp("ana@example.com", "Passw0rd-One!");
  await world.manage("POST", "/v2/mgmt/flow/import", {
    flow: flow("second-factor", [
      screen("0", { go: "1" }),
      action("1", "password-sign-in-v2", { success: "2" }),
      action("2", "update-user-totp", { success: "3" }),
      screen("3", { go: "4" }, { contextKeys: ["totp.key"] }),
      action("4", "verify-totp-code", { success: "5" }),
      action("5", "logged-in", {}),
    ]),
  });
  const { data } = await world.sdk.flow.start("second-factor");
  const executionId = data?.executionId ?? "";
  const input = { email: "ana@example.com", password: "Passw0rd-One!" };
  const shown = await world.sdk.flow.next(executionId, "0", "go", undefined, undefined, input);
  const key = String(shown.data?.screen?.state["totp.key"]);
  const wrong = await world.sdk.flow.next(executionId, "3", "go", undefined, undefined, { code: "x" });
  expect(wrong.data?.stepId).toBe("3");
  const code = totpCode(key, world.clock.now);
  const end = await world.sdk.flow.next(executionId, "3", "go", undefined, undefined, { code });
  expect(decodeJwt(end.data?.authInfo?.sessionJwt ?? "")["amr"]).toEqual(["pwd", "totp"]);
});
