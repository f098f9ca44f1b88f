import { variants } from "@cognito-to-descope/sandbox";
import { describe, expect, it } from "vitest";
import { startJit, type TestJit } from "../../../gateway/test/jit/start-jit.ts";
import { type HandmadePool, migratedUser, projectUsers, startWorld, verified } from "../pipeline/world.ts";
import { defineOwnAttributes, openProvisioning, signsIn } from "./provisioning.ts";
import type { Sandbox } from "@cognito-to-descope/sandbox";

const TIMEOUT = { timeout: 60_000 };
const PASSWORD = 'Right-Passw0rd "\\é😀 x';
const OK = { verdict: "ok", next: "sign-in", reason: "password-right" };

/** A gateway whose users are brought into the sandbox's project. */
async function openJit(sandbox: Sandbox, pool: HandmadePool): Promise<TestJit> {
  await defineOwnAttributes(sandbox);
  const { provisioner } = await openProvisioning(sandbox, { pools: [pool] });
  return startJit({
    world: sandbox,
    provisioner: () => provisioner,
    pools: async (_sandbox, open) => [await open(pool.userPoolId)],
  });
}

describe.for(variants("users"))("with a project with $name", ({ variants: choice }) => {
  it("200 sign-ins of one user at once make one user, who then signs in with the same password", TIMEOUT, async () => {
    await using world = await startWorld({ variants: choice });
    const { sandbox, pool } = world;
    const sub = pool.add("ada", verified("ada@example.com"), { password: PASSWORD });
    const jit = await openJit(sandbox, pool);
    // By two names and with retries, as a connector and an impatient user make them.
    const verdicts = await Promise.all(
      Array.from({ length: 200 }, async (_, index) =>
        jit.ask({ username: index % 2 === 0 ? "ada" : " ada ", password: PASSWORD }),
      ),
    );
    expect(new Set(verdicts.map((verdict) => JSON.stringify(verdict)))).toEqual(new Set([JSON.stringify(OK)]));
    expect(jit.tries()).toBe(1);
    expect(projectUsers(sandbox)).toHaveLength(1);
    expect(migratedUser(sandbox, sub)).toMatchObject({ customAttributes: { freshlyMigrated: false } });
    expect(await signsIn(sandbox, "ada@example.com", PASSWORD)).toBe(true);
    expect(await signsIn(sandbox, "ada@example.com", "Another-Passw0rd")).toBe(false);
  });
});

describe("a first sign-in", () => {
  it("while the project is down comes to nothing, and the next one works", TIMEOUT, async () => {
    await using world = await startWorld();
    const { sandbox, pool } = world;
    pool.add("ada", verified("ada@example.com"), { password: PASSWORD });
    const jit = await openJit(sandbox, pool);
    sandbox.faults.add([{ service: "descope", operation: "*", fault: { kind: "status", status: 503 } }]);
    expect(await jit.ask({ username: "ada", password: PASSWORD })).toEqual({
      verdict: "unavailable",
      next: "retry-later",
      reason: "project-unavailable",
      retryAfterSeconds: 5,
    });
    expect(projectUsers(sandbox)).toEqual([]);
    sandbox.faults.clear();
    expect(await jit.ask({ username: "ada", password: PASSWORD })).toEqual(OK);
    expect(await signsIn(sandbox, "ada@example.com", PASSWORD)).toBe(true);
  });

  it("with a password that the project does not take asks for a new one", TIMEOUT, async () => {
    await using world = await startWorld();
    const { sandbox, pool } = world;
    pool.add("ada", verified("ada@example.com"), { password: "short" });
    const jit = await openJit(sandbox, pool);
    expect(await jit.ask({ username: "ada", password: "short" })).toEqual({
      verdict: "reset_required",
      next: "reset-password",
      reason: "password-policy",
    });
  });

  it("after the user has chosen another password in the project does not bring the old one back", TIMEOUT, async () => {
    await using world = await startWorld();
    const { sandbox, pool } = world;
    pool.add("ada", verified("ada@example.com"), { password: PASSWORD });
    const first = await openJit(sandbox, pool);
    expect(await first.ask({ username: "ada", password: PASSWORD, withLoginId: true })).toEqual({
      ...OK,
      loginId: "ada",
    });
    const again = await openJit(sandbox, pool);
    expect(await again.ask({ username: "ada", password: PASSWORD })).toEqual({ ...OK, reason: "moved-before" });
  });
});
