import { createRateLimiter } from "@cognito-to-descope/core";
import { describe, expect, it } from "vitest";
import { boundLimiter } from "../src/bounded-limiter.ts";
import { createProvisionTarget } from "../src/provision-target.ts";
import { realClock } from "./real-clock.ts";
import { json, optionsFor, refusal, type Script, startScriptedProject } from "./scripted-project.ts";

/** Runs a target against answers that a test writes down. */
async function withTarget(
  script: Script,
  work: (target: ReturnType<typeof createProvisionTarget>) => Promise<void>,
): Promise<void> {
  await using project = await startScriptedProject(script);
  await work(createProvisionTarget(optionsFor(project.url).options));
}

describe("creating users with passwords", () => {
  it("sends the password in the item, and none where there is none", async () => {
    const bodies: unknown[] = [];
    const user = {
      loginId: "ada",
      additionalLoginIds: [],
      verifiedEmail: true,
      verifiedPhone: false,
      status: "enabled" as const,
      roleNames: ["staff"],
      userTenants: [],
      customAttributes: {},
    };
    await withTarget(
      ({ path }, body) => {
        if (path === "/v1/mgmt/user/create/batch") bodies.push(body);
        return json({ createdUsers: [{ loginIds: ["ada"], userId: "U1", password: true }], failedUsers: [] });
      },
      async (target) => {
        const { done } = await target.createUsers([
          { user, password: 'a "b" \\ ü' },
          { user: { ...user, loginId: "bob" } },
        ]);
        expect(done).toMatchObject([{ userId: "U1", credentials: ["password"] }]);
      },
    );
    expect(bodies).toMatchObject([
      { users: [{ loginId: "ada", password: 'a "b" \\ ü', roleNames: ["staff"] }, { loginId: "bob" }] },
    ]);
    expect(JSON.stringify(bodies).match(/password/g)).toHaveLength(1);
    expect(JSON.stringify(bodies)).not.toContain("invite");
  });
});

describe("setting a password", () => {
  it("is tried again when its answer is lost, and refused in the project's own status", async () => {
    let tries = 0;
    await withTarget(
      ({ path }) => {
        if (path !== "/v1/mgmt/user/password/set/active") return undefined;
        tries += 1;
        return tries === 1 ? json({}, 503) : tries === 2 ? json({}) : refusal(400, "E011003");
      },
      async (target) => {
        await target.setPassword("ada", "right");
        expect(tries).toBe(2);
        await expect(target.setPassword("ada", "canary")).rejects.toMatchObject({
          code: "ERR_TARGET_REFUSED",
          status: 400,
          message: expect.not.stringContaining("canary") as unknown,
        });
      },
    );
  });
});

describe("the password policy", () => {
  const whole = {
    enabled: true,
    minLength: "10",
    lowercase: true,
    uppercase: false,
    number: true,
    nonAlphanumeric: false,
    anyLetter: false,
    disallowedCharacters: "<>",
    disallowEmailMatch: true,
    enablePasswordStrength: true,
    passwordStrengthScore: 3,
  };

  it("is read from the settings", async () => {
    await withTarget(
      ({ path }) => (path === "/v1/mgmt/password/settings" ? json(whole) : undefined),
      async (target) => {
        expect(await target.readPasswordPolicy()).toEqual({
          enabled: true,
          minLength: 10,
          lowercase: true,
          uppercase: false,
          number: true,
          nonAlphanumeric: false,
          anyLetter: false,
          disallowedCharacters: "<>",
          disallowEmailMatch: true,
          strengthScore: 3,
        });
      },
    );
  });

  it.each([refusal(403, "E011001"), refusal(404, "E011001"), json({}, 404)])(
    "is read from what sign-in pages read, where the key may not read settings",
    async (answer) => {
      await withTarget(
        ({ path }) => {
          if (path === "/v1/mgmt/password/settings") return answer;
          return path === "/v1/auth/password/policy" ? json({ minLength: 9, uppercase: true }) : undefined;
        },
        async (target) => {
          const policy = await target.readPasswordPolicy();
          expect(policy).toMatchObject({ enabled: true, minLength: 9, uppercase: true, lowercase: false });
          expect(policy.strengthScore).toBeUndefined();
        },
      );
    },
  );
});

describe("finding users by an attribute", () => {
  it("asks for a hundred values at a time, and takes nobody who has another", async () => {
    const lists: (readonly string[])[] = [];
    await withTarget(
      ({ path }, { customAttributes }) => {
        if (path !== "/v2/mgmt/user/search") return undefined;
        const { cognitoSub = [] } = (customAttributes ?? {}) as { readonly cognitoSub?: readonly string[] };
        lists.push(cognitoSub);
        // A project that does not know the filter gives everybody.
        const users = [cognitoSub[0], "stranger"].map((sub) => ({
          userId: `U-${sub}`,
          loginIds: [sub],
          customAttributes: { cognitoSub: sub },
        }));
        return json({ users, total: users.length });
      },
      async (target) => {
        const subs = Array.from({ length: 150 }, (_, index) => `sub ${index}`);
        const found = await target.findUsersByAttribute("cognitoSub", [...subs, "", "sub 0"]);
        expect(found.map(({ userId }) => userId)).toEqual(["U-sub 0", "U-sub 100"]);
      },
    );
    expect(lists.map(({ length }) => length)).toEqual([100, 50]);
  });
});

describe("throttling", () => {
  it("is not waited out: whoever waits hears for how long", async () => {
    await withTarget(
      ({ path }) => (path === "/v1/mgmt/user/password/set/active" ? refusal(429, "E130429") : undefined),
      async (target) => {
        await expect(target.setPassword("ada", "right")).rejects.toMatchObject({
          code: "ERR_TARGET_THROTTLED",
          retryAfterMs: expect.any(Number) as unknown,
        });
        expect(target.quota("change").allowed).toBeLessThan(1000);
      },
    );
  });

  it("is what somebody hears who would wait too long for a place", async () => {
    const limiter = boundLimiter(
      createRateLimiter({ requests: 1, windowMs: 60_000 }, realClock),
      "user-create",
      20,
      realClock,
    );
    (await limiter.acquire()).release();
    await expect(limiter.acquire()).rejects.toMatchObject({ code: "ERR_TARGET_THROTTLED" });
    const gone = AbortSignal.abort(new Error("gone"));
    await expect(limiter.acquire(gone)).rejects.toThrow("gone");
    expect(limiter.inUse).toBe(1);
  });
});
