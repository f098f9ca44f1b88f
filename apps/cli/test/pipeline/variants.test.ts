import { startSandbox, variants } from "@cognito-to-descope/sandbox";
import { describe, expect, it } from "vitest";
import { itemsOf, openMigration, total } from "./migration.ts";
import { descope, identitiesOf, migratedUser, projectUsers, startWorld, verified, writes } from "./world.ts";

describe.for(variants("users"))("a project with $name", ({ variants: choice }) => {
  it("loses nobody, doubles nobody, and holds what was planned", { timeout: 60_000 }, async () => {
    await using sandbox = await startSandbox({
      users: 100,
      groups: 3,
      variants: choice,
      cognito: { requireSignature: false },
    });
    await using migration = await openMigration(sandbox, { batchSize: 40 });
    const { plan, counts, summary } = await migration.migrate();
    expect(total(counts)).toBe(100);
    expect(counts).toMatchObject({ created: plan.counts.create, skipped: plan.counts.skip, failed: 0 });
    expect(projectUsers(sandbox)).toHaveLength(plan.counts.create);
    expect(summary).toMatchObject({ discrepancies: 0, checked: plan.counts.create });
    // Twice on the same project: nothing is left to do, once searches know what was written.
    await new Promise((resolve) => setTimeout(resolve, choice.searchLag));
    const sent = writes(sandbox);
    await using second = await openMigration(sandbox, { batchSize: 40 });
    const again = await second.migrate();
    expect(again.counts).toMatchObject({ created: 0, failed: 0, unchanged: plan.counts.create });
    expect(writes(sandbox)).toBe(sent);
  });

  it("keeps everything that its users had when it is patched", { timeout: 60_000 }, async () => {
    await using world = await startWorld({ variants: choice });
    const { sandbox, pool } = world;
    for (const name of ["tier", "score"]) {
      await descope(sandbox, "POST /v1/mgmt/user/customattribute/create", {
        attributes: [{ name, type: name === "tier" ? 1 : 2, displayName: name }],
      });
    }
    await descope(sandbox, "POST /v1/mgmt/role/create", { name: "own", description: "", permissionNames: [] });
    sandbox.descopeService.addUser({
      loginId: "ada@example.com",
      additionalLoginIds: ["countess"],
      additionalIdentifiers: ["countess"],
      email: "ada@example.com",
      verifiedEmail: true,
      name: "Ada L.",
      status: "enabled",
      roleNames: ["own"],
      customAttributes: { tier: "gold", score: 7 },
    });
    // Searches may lag behind the user that was there long before.
    await new Promise((resolve) => setTimeout(resolve, choice.searchLag + 10));
    const sub = pool.add("ada", verified("ada@example.com", { name: "Ada", locale: "en" }));
    await pool.group("editors", ["ada"]);
    await using migration = await openMigration(sandbox, { pools: [pool] });
    const { counts, summary } = await migration.migrate();
    expect(counts).toMatchObject({ updated: 1, created: 0, failed: 0 });
    expect(summary.discrepancies).toBe(0);
    expect(migratedUser(sandbox, sub)).toMatchObject({
      name: "Ada",
      email: "ada@example.com",
      loginIds: ["ada@example.com", "countess", "ada"],
      roleNames: expect.arrayContaining(["own", "editors"]) as unknown,
      customAttributes: { tier: "gold", score: 7, cognitoSub: sub, locale: "en" },
    });
  });

  it("gives a login ID that a stranger took meanwhile to nobody else, and says so", { timeout: 60_000 }, async () => {
    await using world = await startWorld({ variants: choice });
    const { sandbox, pool } = world;
    const taken = pool.add("bob", verified("bob@example.com"));
    const fine = Array.from({ length: 12 }, (_, index) =>
      pool.add(`user${index}`, verified(`user${index}@example.com`)),
    );
    await using migration = await openMigration(sandbox, { pools: [pool], batchSize: 5 });
    await migration.plan();
    sandbox.descopeService.addUser({ loginId: "bob@example.com", email: "bob@example.com", name: "Bobby" });
    const counts = await migration.apply();
    expect(counts).toMatchObject({ created: 12, failed: 1 });
    const { outcome } = (await itemsOf(migration)).get(taken) ?? {};
    expect(outcome).toMatchObject({ outcome: "failed", failure: "login-id-taken" });
    expect(sandbox.descopeService.user("bob@example.com")).toMatchObject({ name: "Bobby", customAttributes: {} });
    expect(projectUsers(sandbox)).toHaveLength(13);
    for (const sub of fine) expect(migratedUser(sandbox, sub)).toBeDefined();
    expect((await migration.reconcile()).discrepancies).toBe(0);
  });

  it("makes one user of a federated and a native one with the same verified address", { timeout: 60_000 }, async () => {
    await using world = await startWorld({ variants: choice });
    const { sandbox, pool } = world;
    const native = pool.add("ada", verified("Ada@Example.com"));
    const federated = pool.add(
      "Google_117",
      verified("ada@example.com", { identities: identitiesOf("Google", "117"), picture: "p" }),
      { status: "EXTERNAL_PROVIDER" },
    );
    await using migration = await openMigration(sandbox, { pools: [pool] });
    const { plan, counts, summary } = await migration.migrate();
    expect(plan.counts).toMatchObject({ create: 1, skip: 1 });
    expect(counts).toMatchObject({ created: 1, skipped: 1, failed: 0 });
    expect(summary.discrepancies).toBe(0);
    expect((await itemsOf(migration)).get(federated)?.item.mergedInto).toBe(native);
    expect(migratedUser(sandbox, native)).toMatchObject({ picture: "p", verifiedEmail: true });
  });
});
