import { type SignInMethod, type SignInTest, testSignIns } from "@cognito-to-descope/core";
import { startSandbox } from "@cognito-to-descope/sandbox";
import { describe, expect, it } from "vitest";
import { type Migration, openMigration } from "./migration.ts";
import { descope, projectUsers, startWorld, verified } from "./world.ts";

let testUsers = 0;

function sample(migration: Migration, count: number, method: SignInMethod): Promise<readonly SignInTest[]> {
  return testSignIns(migration.context(), count, method, () => `sign-in-test-${(testUsers += 1)}@example.com`);
}

describe("test sign-ins", () => {
  it("take users of every kind in turn, each once, and find all well", async () => {
    await using sandbox = await startSandbox({ users: 150, groups: 4, cognito: { requireSignature: false } });
    await using migration = await openMigration(sandbox);
    await migration.migrate();
    const users = projectUsers(sandbox).length;
    const tests = await sample(migration, 18, "management");
    expect(tests).toHaveLength(18);
    expect(new Set(tests.map(({ sub }) => sub)).size).toBe(18);
    const kinds = tests.map(({ kind }) => kind);
    expect(new Set(kinds.slice(0, 8)).size).toBe(8);
    expect(new Set(kinds)).toEqual(
      new Set([
        "native",
        "federated",
        "linked",
        "must-set-password",
        "phone-only",
        "unconfirmed",
        "disabled",
        "retired",
      ]),
    );
    expect(tests.filter(({ problems }) => problems.length > 0)).toEqual([]);
    // Who was invited is not enabled by a test: a test user signs in instead, and is gone afterwards.
    for (const { method } of tests.filter(({ kind }) => kind === "unconfirmed")) expect(method).toBe("otp");
    expect(projectUsers(sandbox)).toHaveLength(users);
    expect(sandbox.descopeService.countTestUsers()).toBe(0);
  });

  it.for(["otp", "magic-link"] as const)("by %s sign test users in and remove them again", async (method) => {
    await using world = await startWorld();
    const { sandbox, pool } = world;
    pool.add("ada", verified("ada@example.com"));
    await pool.group("admins", ["ada"]);
    await using migration = await openMigration(sandbox, { pools: [{ ...pool, tenant: "north" }] });
    await migration.migrate();
    expect(await sample(migration, 5, method)).toMatchObject([{ kind: "native", method, problems: [] }]);
    expect(sandbox.descopeService.countTestUsers()).toBe(0);
    expect(projectUsers(sandbox)).toHaveLength(1);
  });

  it("say what is wrong: a role that is missing, a tenant, an open door, a user that is gone", async () => {
    await using world = await startWorld();
    const { sandbox, pool } = world;
    const [ada, bob, carl, dora] = ["ada", "bob", "carl", "dora"].map((name) =>
      pool.add(name, verified(`${name}@example.com`), { enabled: name !== "carl" }),
    );
    await pool.group("admins", ["ada"]);
    await pool.group("north", ["bob"]);
    await using migration = await openMigration(sandbox, {
      pools: [pool],
      rules: { groups: [{ group: "north", tenant: "north", role: true }] },
    });
    await migration.migrate();
    await descope(sandbox, "POST /v1/mgmt/user/update/role/remove", {
      loginId: "ada@example.com",
      roleNames: ["admins"],
    });
    await descope(sandbox, "POST /v1/mgmt/user/update/tenant/remove", {
      loginId: "bob@example.com",
      tenantId: "north",
    });
    await descope(sandbox, "POST /v1/mgmt/user/update/status", { loginId: "carl@example.com", status: "enabled" });
    await descope(sandbox, "POST /v1/mgmt/user/delete", { loginId: "dora@example.com" });
    const tests = await sample(migration, 10, "management");
    const problems = Object.fromEntries(tests.map(({ sub, problems: list }) => [sub, list.join()]));
    expect(problems).toEqual({
      [ada ?? ""]: "the token lacks a role",
      [bob ?? ""]: "the token lacks tenant north",
      [carl ?? ""]: "a disabled user was signed in",
      [dora ?? ""]: expect.stringMatching(/^the sign-in was refused/) as unknown,
    });
    expect(JSON.stringify(tests)).not.toContain("example.com");
  });

  it("expect a user to be refused that the project itself had shut before", async () => {
    await using world = await startWorld();
    const { sandbox, pool } = world;
    sandbox.descopeService.addUser({
      loginId: "ada@example.com",
      email: "ada@example.com",
      verifiedEmail: true,
      status: "disabled",
    });
    pool.add("ada", verified("ada@example.com"));
    await using migration = await openMigration(sandbox, { pools: [pool] });
    await migration.migrate();
    expect(await sample(migration, 5, "management")).toMatchObject([{ kind: "native", problems: [] }]);
  });
});
