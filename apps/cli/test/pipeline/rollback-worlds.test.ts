import { fc, test } from "@fast-check/vitest";
import { hasCode, type PlanItem } from "@cognito-to-descope/core";
import { type Fault, type FaultRule, type Sandbox } from "@cognito-to-descope/sandbox";
import { openStateStore } from "@cognito-to-descope/store";
import { describe, expect } from "vitest";
import { anyVariants } from "./any-variants.ts";
import { itemsOf, type Migration, type MigrationOptions, openMigration, type RollbackResult } from "./migration.ts";
import { differingFields, type ProjectState, projectState, type UserFields } from "./project-state.ts";
import { descope, type HandmadePool, projectUsers, startWorld, verified } from "./world.ts";

/** How much faster time passes in the sandbox: searches lag for a tenth of a second, and not for two. */
const SPEED = 20;

const anyFaults: fc.Arbitrary<readonly FaultRule[]> = fc.array(
  fc
    .tuple(
      fc.constantFrom<Fault>(
        { kind: "answer-lost" },
        { kind: "reset-before" },
        { kind: "throttle", retryAfterMs: 5 },
        { kind: "status", status: 500, afterWork: true },
        { kind: "status", status: 503 },
        { kind: "html", afterWork: true },
      ),
      fc.integer({ min: 1, max: 8 }),
      fc.constantFrom(
        "*",
        "POST /v1/mgmt/user/create/batch",
        "PATCH /v1/mgmt/user/patch/batch",
        "POST /v1/mgmt/user/delete/batch",
        "POST /v1/mgmt/role/delete",
        "POST /v1/mgmt/tenant/delete",
        "POST /v1/mgmt/user/customattribute/delete",
        "GET /v1/mgmt/user",
        "POST /v2/mgmt/user/search",
      ),
    )
    .map(([fault, nth, operation]) => ({ service: "descope" as const, operation, nth, fault })),
  { maxLength: 5 },
);

/** What a user of the pool is, and what of it the project has before the migration. */
interface Person {
  readonly enabled: boolean;
  readonly groups: readonly string[];
  readonly plan: string;
  /** A user that the project has with the same verified address. */
  readonly known:
    | {
        readonly name: string;
        readonly status: "enabled" | "disabled" | "invited";
        readonly verifiedEmail: boolean;
        readonly roles: readonly string[];
        readonly tenant: boolean;
        readonly nick: boolean;
        readonly tier: string | undefined;
      }
    | undefined;
}

const anyPeople: fc.Arbitrary<readonly Person[]> = fc.array(
  fc.record({
    enabled: fc.boolean(),
    groups: fc.subarray(["admins", "editors", "acme"]),
    plan: fc.constantFrom("", "free", "pro"),
    known: fc.option(
      fc.record({
        name: fc.constantFrom("", "Known"),
        status: fc.constantFrom("enabled", "disabled", "invited"),
        verifiedEmail: fc.constant(true),
        roles: fc.subarray(["own", "admins"]),
        tenant: fc.boolean(),
        nick: fc.boolean(),
        tier: fc.option(fc.constant("gold"), { nil: undefined }),
      }),
      { nil: undefined },
    ),
  }),
  { minLength: 1, maxLength: 14 },
);

/** Something that somebody does in the project between the migration and the rollback. */
type Deed =
  | "rename"
  | "give-role"
  | "give-own-role"
  | "change-attribute"
  | "change-tier"
  | "disable"
  | "add-login-id"
  | "unverify"
  | "set-password"
  | "delete";
const anyDeeds: fc.Arbitrary<readonly (readonly [user: number, deed: Deed])[]> = fc.array(
  fc.tuple(
    fc.integer({ min: 0, max: 20 }),
    fc.constantFrom<Deed>(
      "rename",
      "give-role",
      "give-own-role",
      "change-attribute",
      "change-tier",
      "disable",
      "add-login-id",
      "unverify",
      "set-password",
      "delete",
    ),
  ),
  { maxLength: 6 },
);

/** What somebody does to definitions that the migration created. */
const anyDefinitionDeeds = fc.subarray(["describe-role", "name-tenant", "new-member", "new-value"] as const);

async function prepareProject(sandbox: Sandbox, people: readonly Person[]): Promise<void> {
  for (const [name, type] of [
    ["tier", 1],
    ["score", 2],
  ]) {
    await descope(sandbox, "POST /v1/mgmt/user/customattribute/create", {
      attributes: [{ name, type, displayName: name }],
    });
  }
  for (const name of ["own", "admins"]) {
    await descope(sandbox, "POST /v1/mgmt/role/create", { name, description: "theirs", permissionNames: [] });
  }
  await descope(sandbox, "POST /v1/mgmt/tenant/create", { id: "theirs", name: "Theirs" });
  people.forEach(({ known }, index) => {
    if (known === undefined) return;
    sandbox.descopeService.addUser({
      loginId: `user${index}@example.com`,
      additionalLoginIds: known.nick ? [`nick${index}`] : [],
      email: `user${index}@example.com`,
      verifiedEmail: known.verifiedEmail,
      name: known.name,
      status: known.status,
      ...(known.tenant ? { userTenants: [{ tenantId: "theirs", roleNames: [] }] } : { roleNames: known.roles }),
      customAttributes: known.tier === undefined ? { score: index } : { tier: known.tier },
    });
  });
  sandbox.descopeService.addUser({
    loginId: "stranger@example.com",
    email: "stranger@example.com",
    roleNames: ["own"],
  });
}

async function fillPool(pool: HandmadePool, people: readonly Person[]): Promise<void> {
  people.forEach(({ enabled, plan }, index) => {
    const attributes = plan === "" ? {} : { "custom:plan": plan };
    pool.add(`user${index}`, verified(`user${index}@example.com`, { name: `User ${index}`, ...attributes }), {
      enabled,
    });
  });
  for (const group of ["admins", "editors", "acme"]) {
    const members = people.flatMap(({ groups }, index) => (groups.includes(group) ? [`user${index}`] : []));
    await pool.group(group, members, { Description: `group ${group}` });
  }
}

async function doDeed(sandbox: Sandbox, index: number, deed: Deed): Promise<void> {
  const users = projectUsers(sandbox);
  const user = users[index % users.length];
  if (user === undefined) return;
  const [loginId] = user.loginIds;
  const update = (path: string, body: object): Promise<unknown> =>
    descope(sandbox, `POST /v1/mgmt/user/update/${path}`, { loginId, ...body }).catch((error: unknown) => {
      // A role or an attribute that this world does not have.
      if (!/: (400|404|500) /.test(String(error))) throw error;
    });
  switch (deed) {
    case "rename":
      return void (await update("name", { displayName: "Somebody" }));
    case "give-role":
      return void (await update("role/add", { roleNames: ["editors"] }));
    case "give-own-role":
      return void (await update("role/add", { roleNames: ["own"] }));
    case "change-attribute":
      return void (await update("customAttribute", { attributeKey: "cognitoUsername", attributeValue: "changed" }));
    case "change-tier":
      return void (await update("customAttribute", { attributeKey: "tier", attributeValue: "changed" }));
    case "disable":
      return void (await update("status", { status: user.status === "disabled" ? "enabled" : "disabled" }));
    case "add-login-id":
      return void (await update("loginid", { loginId: "nobody", newLoginId: `other-${user.userId}` }).then(() =>
        descope(sandbox, "PATCH /v1/mgmt/user/patch", {
          loginId,
          additionalLoginIds: [...user.loginIds.slice(1), `other-${user.userId}`],
        }),
      ));
    case "unverify":
      return void (await update("email", { email: user.email, verified: !user.verifiedEmail }));
    case "set-password":
      return void (await descope(sandbox, "POST /v1/mgmt/user/password/set/active", {
        loginId,
        password: "Abcdef12!xyz",
      }));
    case "delete":
      return void (await descope(sandbox, "POST /v1/mgmt/user/delete", { userId: user.userId }));
    default:
      return deed satisfies never;
  }
}

async function doDefinitionDeed(sandbox: Sandbox, deed: string): Promise<void> {
  const quietly = async (operation: string, body: object): Promise<void> => {
    await descope(sandbox, operation, body).catch((error: unknown) => {
      if (!/: (400|404|500) /.test(String(error))) throw error;
    });
  };
  switch (deed) {
    case "describe-role":
      return quietly("POST /v1/mgmt/role/update", { name: "editors", newName: "editors", description: "changed" });
    case "name-tenant":
      return quietly("POST /v1/mgmt/tenant/update", { id: "acme", name: "Changed" });
    case "new-member":
      return quietly("POST /v1/mgmt/user/create", {
        loginId: "new@example.com",
        email: "new@example.com",
        userTenants: [{ tenantId: "acme", roleNames: [] }],
      });
    default:
      return quietly("POST /v1/mgmt/user/create", {
        loginId: "value@example.com",
        email: "value@example.com",
        customAttributes: { plan: "theirs" },
      });
  }
}

/** Takes back to the end, as an operator does: a rollback that stopped is started again. */
async function rollbackToTheEnd(migration: Migration, runId: string): Promise<RollbackResult> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await migration.rollback(runId);
    } catch (error) {
      if (!hasCode(error, "ERR_TARGET_UNREACHABLE", "ERR_TARGET_ANSWER_LOST", "ERR_TARGET_NOT_JSON")) throw error;
      if (tries >= 6) throw error;
    }
  }
}

/** The fields that a patch names, as a state has them. */
function fieldsNamed({ patch }: PlanItem): readonly string[] {
  return Object.entries(patch ?? {}).flatMap(([field, value]) => {
    if (field === "loginId") return [];
    if (field === "additionalLoginIds") return ["loginIds"];
    if (field === "customAttributes") return Object.keys(value as object).map((name) => `customAttributes.${name}`);
    return [field];
  });
}

/** What the project has to be after the rollback. */
interface Expected {
  readonly users: ReadonlyMap<string, UserFields>;
  /** Users that must be listed as changed. */
  readonly listed: readonly string[];
}

function expectedUsers(
  before: ProjectState,
  migrated: ProjectState,
  changed: ProjectState,
  patched: ReadonlyMap<string, PlanItem>,
): Expected {
  const users = new Map<string, UserFields>();
  const listed: string[] = [];
  for (const [userId, now] of changed.users) {
    const then = migrated.users.get(userId);
    const image = before.users.get(userId);
    // Somebody created the user after the migration.
    if (then === undefined) {
      users.set(userId, now);
      continue;
    }
    const touched = differingFields(then, now);
    if (image === undefined) {
      if (touched.length === 0) continue;
      users.set(userId, now);
      listed.push(userId);
      continue;
    }
    const item = patched.get(userId);
    const named = item === undefined ? [] : fieldsNamed(item);
    if (touched.some((field) => named.includes(field))) {
      users.set(userId, now);
      listed.push(userId);
      continue;
    }
    const restored = new Map(now);
    for (const field of named) {
      const value = image.get(field);
      if (value === undefined) restored.delete(field);
      else restored.set(field, value);
    }
    users.set(userId, restored);
  }
  for (const userId of patched.keys()) if (!changed.users.has(userId)) listed.push(userId);
  return { users, listed };
}

function isUsed(key: string, users: ReadonlyMap<string, UserFields>): boolean {
  const [kind, name = ""] = key.split(" ");
  return [...users.values()].some((user) => {
    if (kind === "attribute") return user.has(`customAttributes.${name}`);
    const tenants = JSON.parse(user.get("userTenants") ?? "[]") as readonly (readonly [string, readonly string[]])[];
    if (kind === "tenant") return tenants.some(([id]) => id === name);
    const roles = JSON.parse(user.get("roleNames") ?? "[]") as readonly string[];
    return roles.includes(name) || tenants.some(([, held]) => held.includes(name));
  });
}

/** The definitions that have to be there: those from before, and those of the run that are used or changed. */
function expectedDefinitions(
  before: ProjectState,
  migrated: ProjectState,
  changed: ProjectState,
  users: ReadonlyMap<string, UserFields>,
): ReadonlyMap<string, string> {
  return new Map(
    [...changed.definitions].filter(
      ([key, text]) => before.definitions.has(key) || migrated.definitions.get(key) !== text || isUsed(key, users),
    ),
  );
}

const OPTIONS: MigrationOptions = {
  batchSize: 4,
  requestTimeoutMs: 1000,
  rules: { groups: [{ group: "acme", role: true, tenant: "acme" }], existing: "patch" },
};

describe("a rollback in any world", () => {
  test.prop([anyVariants(), anyPeople, anyFaults, anyDeeds, anyDefinitionDeeds, anyFaults], { numRuns: 60 })(
    "brings the project back to what it was, and leaves and lists what somebody changed",
    async (variants, people, faults, deeds, definitionDeeds, laterFaults) => {
      const start = Date.now();
      const lag = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, variants.searchLag / SPEED + 5));
      await using world = await startWorld(
        { variants, clock: () => start + (Date.now() - start) * SPEED },
        { Schema: [{ Name: "plan", AttributeDataType: "String" }] },
      );
      const { sandbox, pool } = world;
      await prepareProject(sandbox, people);
      await fillPool(pool, people);
      await lag();
      const before = await projectState(sandbox);

      await using store = await openStateStore(":memory:");
      await using migration = await openMigration(sandbox, { ...OPTIONS, pools: [pool], store });
      sandbox.faults.add(faults);
      await migration.migrate();
      sandbox.faults.clear();
      const { id } = await migration.run();
      const patched = new Map(
        [...(await itemsOf(migration)).values()].flatMap(({ item, outcome }) =>
          outcome?.outcome === "updated" ? [[outcome.userId ?? "", item] as const] : [],
        ),
      );
      const migrated = await projectState(sandbox);
      for (const [index, deed] of deeds) await doDeed(sandbox, index, deed);
      for (const deed of definitionDeeds) await doDefinitionDeed(sandbox, deed);
      if (deeds.length + definitionDeeds.length > 0) await lag();
      const changed = await projectState(sandbox);

      sandbox.faults.add(laterFaults);
      const { counts } = await rollbackToTheEnd(migration, id);
      sandbox.faults.clear();
      const after = await projectState(sandbox);
      const expected = expectedUsers(before, migrated, changed, patched);
      expect(asObject(after.users)).toEqual(asObject(expected.users));
      expect(asObject(after.definitions)).toEqual(
        asObject(expectedDefinitions(before, migrated, changed, expected.users)),
      );
      expect(counts.failed).toBe(0);
      const items = [...(await itemsOf(migration)).values()].map(({ item }) => item);
      const skipped = items.filter(({ operation }) => operation === "skip");
      expect(skipped).toHaveLength(expected.listed.length);
      expect(skipped.every(({ reason }) => reason.startsWith("somebody changed the user since: "))).toBe(true);

      // Once more: nothing is left to be done.
      await lag();
      const sent = sandbox.requests.count({ service: "descope", write: true });
      const again = await migration.rollback(id);
      expect(again.counts).toMatchObject({ created: 0, updated: 0, deleted: 0, failed: 0, skipped: skipped.length });
      expect(sandbox.requests.count({ service: "descope", write: true })).toBe(sent);
    },
    600_000,
  );
});

function asObject(map: ReadonlyMap<string, unknown>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    [...map].map(([key, value]) => [key, value instanceof Map ? Object.fromEntries(value) : value]),
  );
}
