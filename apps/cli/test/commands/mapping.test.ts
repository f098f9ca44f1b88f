import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { runC2d, temporaryFolder } from "../e2e/run-c2d.ts";
import { addPool, migratedUser, projectUsers, startWorld } from "../pipeline/world.ts";
import { environmentFor, FAST_LIMITS, writeFastConfig } from "./fast-world.ts";

// Each test starts processes, which takes its time on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

test("a TypeScript config holds a transform, anywhere on the machine, and changing it makes the plan stale", async () => {
  using folder = temporaryFolder();
  await using world = await startWorld();
  const { pool, sandbox } = world;
  const anna = pool.add("anna", { email: "anna@example.com", name: "anna" });
  const test1 = pool.add("test-1", { email: "test-1@example.com" });
  const write = (change: string): void =>
    writeFileSync(
      join(folder.path, "c2d.config.ts"),
      `import { defineConfig, type NewProjectUser, type PoolUser } from "cognito-to-descope";
       const limits = ${JSON.stringify(FAST_LIMITS)};
       function transform(planned: NewProjectUser, user: PoolUser): NewProjectUser | null {
         return user.username.startsWith("test-") ? null : { ...planned, name: ${change} };
       }
       export default defineConfig({ limits, mapping: { transform } });`,
    );
  const options = { cwd: folder.path, env: { ...environmentFor(sandbox), COGNITO_USER_POOL_ID: pool.userPoolId } };
  write("planned.name?.toUpperCase() ?? ''");
  const migrated = await runC2d(["migrate", "--no-log-file"], options);
  expect(migrated.code, migrated.stderr).toBe(0);
  expect(migratedUser(sandbox, anna)?.name).toBe("ANNA");
  expect(migratedUser(sandbox, test1)).toBeUndefined();
  expect((await runC2d(["plan"], options)).code).toBe(0);
  write("'other'");
  const stale = await runC2d(["apply"], options);
  expect(stale.stderr).toContain("code: ERR_PLAN_STALE");
});

test("several pools go into one project, each into a tenant of its own", async () => {
  using folder = temporaryFolder();
  await using world = await startWorld();
  const { sandbox } = world;
  const pools = [world.pool, addPool(sandbox)];
  const subs: string[] = [];
  for (const [index, pool] of pools.entries()) {
    subs.push(pool.add(`user${index}`, { email: `user${index}@example.com` }));
    await pool.group("editors", [`user${index}`]);
  }
  writeFastConfig(folder.path, {
    sources: pools.map(({ userPoolId }, index) => ({ userPoolId, tenant: `tenant-${index}` })),
  });
  const { code, stdout, stderr } = await runC2d(["migrate", "--json", "--no-log-file"], {
    cwd: folder.path,
    env: environmentFor(sandbox),
  });
  expect({ code, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stderr: "" });
  expect(JSON.parse(stdout)).toMatchObject({ users: { created: 2 }, tenants: { created: 2 }, roles: { created: 1 } });
  expect(projectUsers(sandbox)).toHaveLength(2);
  for (const [index, sub] of subs.entries()) {
    expect(migratedUser(sandbox, sub)?.userTenants).toEqual([
      expect.objectContaining({ tenantId: `tenant-${index}`, roleNames: ["editors"] }),
    ]);
  }
});

test("YAML and JSON say the same", async () => {
  using folder = temporaryFolder();
  await using world = await startWorld();
  world.pool.add("anna", { email: "anna@example.com", "custom:plan": "gold" });
  const env = { ...environmentFor(world.sandbox), COGNITO_USER_POOL_ID: world.pool.userPoolId };
  const hashOf = async (config: string): Promise<string> => {
    const { code, stdout, stderr } = await runC2d(["plan", "--json", "--config", config, "--state", `${config}.db`], {
      cwd: folder.path,
      env,
    });
    expect(code, stderr).toBe(0);
    return (JSON.parse(stdout) as { readonly configHash: string }).configHash;
  };
  const mapping = { attributes: { "custom:plan": { name: "tier" } }, groups: [{ group: "x*", role: true }] };
  writeFastConfig(folder.path, { mapping });
  const json = JSON.parse(readFileSync(join(folder.path, "c2d.config.json"), "utf8")) as object;
  // JSON is YAML, too: what differs is how it is read.
  writeFileSync(join(folder.path, "same.yaml"), JSON.stringify(json));
  expect(await hashOf("same.yaml")).toBe(await hashOf("c2d.config.json"));
});
