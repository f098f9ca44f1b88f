import { setTimeout as sleep } from "node:timers/promises";
import { type DescopeVariants, variants } from "@cognito-to-descope/sandbox";
import { describe, expect, it } from "vitest";
import { openMigration } from "../pipeline/migration.ts";
import { descope, migratedUser, projectUsers, startWorld, targetState, verified, writes } from "../pipeline/world.ts";
import { defineOwnAttributes, openProvisioning, PASSWORD, signsIn } from "./provisioning.ts";

const TIMEOUT = { timeout: 60_000 };

/** How much faster time passes in the sandbox: searches lag for a tenth of a second, and not for two. */
const SPEED = 20;

/** Behaviours of calls that bringing users in does not make. */
const ELSEWHERE =
  /^(issuer|duplicateRole|duplicatePermission|duplicateTenant|roleBatch|deleteUnknownUser|updateAdditionalLoginIds)=/;

function start(choice: DescopeVariants): ReturnType<typeof startWorld> {
  const startedAt = Date.now();
  return startWorld({ variants: choice, clock: () => startedAt + (Date.now() - startedAt) * SPEED });
}

/** Until searches know everything that was written. */
function untilFound({ searchLag }: DescopeVariants): Promise<void> {
  return sleep(searchLag / SPEED + 10);
}

describe.for(variants("users").filter(({ name }) => !ELSEWHERE.test(name)))(
  "a project with $name",
  ({ variants: choice }) => {
    it("takes whom it does not know once, with the password, and nobody else's account", TIMEOUT, async () => {
      await using world = await start(choice);
      const { sandbox, pool } = world;
      await defineOwnAttributes(sandbox);
      sandbox.descopeService.addUser({ loginId: "eve@example.com", email: "eve@example.com", name: "Eve" });
      sandbox.descopeService.addUser({ loginId: "bob", email: "bob@example.com", verifiedEmail: true, name: "Bob" });
      await untilFound(choice);
      const ada = pool.add("ada", verified("ada@example.com", { name: "Ada" }));
      const eve = pool.add("eve@example.com", verified("eve@example.com"));
      const bob = pool.add("bob", verified("bob@example.com"));
      const weak = pool.add("weak", verified("weak@example.com"));
      // Two replicas know nothing of each other.
      const one = await openProvisioning(sandbox, { pools: [pool] });
      const other = await openProvisioning(sandbox, { pools: [pool] });

      // However many sign-ins race.
      const racing = await Promise.all(
        Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? one : other).signIn(pool, ada)),
      );
      expect(racing.map(({ kind }) => kind)).toEqual(racing.map(() => "provisioned"));
      expect(migratedUser(sandbox, ada)).toMatchObject({
        loginIds: ["ada@example.com", "ada"],
        status: "enabled",
        verifiedEmail: true,
        name: "Ada",
        customAttributes: { cognitoSub: ada, cognitoUsername: "ada", freshlyMigrated: false },
      });
      expect(await signsIn(sandbox, "ada@example.com", PASSWORD)).toBe(true);

      // A stranger keeps its account, unless the same verified address on both sides proves that it is the same person.
      expect(await one.signIn(pool, eve)).toEqual({ kind: "refused", reason: "login-id-taken" });
      expect(await signsIn(sandbox, "eve@example.com", PASSWORD)).toBe(false);
      expect(await one.signIn(pool, bob)).toMatchObject({ kind: "provisioned", operation: "updated", password: "set" });
      expect(await signsIn(sandbox, "bob", PASSWORD)).toBe(true);

      // A password that the policy forbids is not taken, and the user is there all the same.
      expect(await one.signIn(pool, weak, "short")).toEqual({ kind: "refused", reason: "password-policy" });
      expect(await signsIn(sandbox, "weak", "short")).toBe(false);
      expect(migratedUser(sandbox, weak)?.customAttributes["freshlyMigrated"]).toBe(true);
      await untilFound(choice);
      const sent = writes(sandbox);
      expect(await one.signIn(pool, weak, "short")).toEqual({ kind: "refused", reason: "password-policy" });
      expect(writes(sandbox)).toBe(sent);
      expect(await one.signIn(pool, weak)).toMatchObject({
        kind: "provisioned",
        operation: "updated",
        password: "set",
      });
      await one.provisioner.drained();
      expect(await signsIn(sandbox, "weak", PASSWORD)).toBe(true);
      expect(migratedUser(sandbox, weak)?.customAttributes["freshlyMigrated"]).toBe(false);

      // A password that was chosen since is held against the pool's.
      await descope(sandbox, "POST /v1/mgmt/user/password/set/active", { loginId: "ada", password: "Newer-Passw0rd" });
      expect(await one.signIn(pool, ada)).toMatchObject({
        kind: "provisioned",
        operation: "unchanged",
        password: "kept",
      });
      expect(await signsIn(sandbox, "ada", "Newer-Passw0rd")).toBe(true);
      expect(await signsIn(sandbox, "ada", PASSWORD)).toBe(false);
      expect(projectUsers(sandbox)).toHaveLength(4);
    });

    it("keeps whom an import brought, and gives them the password", TIMEOUT, async () => {
      await using world = await start(choice);
      const { sandbox, pool } = world;
      const subs = Array.from({ length: 5 }, (_, index) =>
        pool.add(`user${index}`, verified(`user${index}@example.com`)),
      );
      await pool.group("editors", ["user1"]);
      await using migration = await openMigration(sandbox, { pools: [pool] });
      await migration.migrate();
      await untilFound(choice);
      const before = targetState(sandbox) as readonly { readonly customAttributes: object }[];
      const provisioning = await openProvisioning(sandbox, { pools: [pool] });
      const outcomes = await Promise.all(subs.map((sub) => provisioning.signIn(pool, sub)));
      expect(outcomes.map((outcome) => outcome.kind === "provisioned" && outcome)).toEqual(
        subs.map((_, index) => ({
          kind: "provisioned",
          operation: "updated",
          loginId: `user${index}`,
          password: "set",
        })),
      );
      await provisioning.provisioner.drained();
      expect(targetState(sandbox)).toEqual(
        before.map((user) => ({ ...user, customAttributes: { ...user.customAttributes, freshlyMigrated: false } })),
      );
      for (const index of subs.keys()) expect(await signsIn(sandbox, `user${index}@example.com`, PASSWORD)).toBe(true);
    });
  },
);
