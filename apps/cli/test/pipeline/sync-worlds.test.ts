import { fc, test } from "@fast-check/vitest";
import { type Fault, type FaultRule } from "@cognito-to-descope/sandbox";
import { openStateStore } from "@cognito-to-descope/store";
import { describe, expect } from "vitest";
import { anyVariants } from "./any-variants.ts";
import { openMigration } from "./migration.ts";
import { cognito, descope, identitiesOf, projectUsers, type ShownUser, startWorld, verified } from "./world.ts";

const anyFault = fc.constantFrom<Fault>(
  { kind: "answer-lost" },
  { kind: "reset-before" },
  { kind: "throttle", retryAfterMs: 5 },
  { kind: "status", status: 500, afterWork: true },
  { kind: "status", status: 503 },
);
const anyFaults: fc.Arbitrary<readonly FaultRule[]> = fc.array(
  fc
    .tuple(anyFault, fc.integer({ min: 1, max: 10 }))
    .map(([fault, nth]) => ({ service: "descope" as const, operation: "*", nth, fault })),
  { maxLength: 4 },
);

const NAMES = ["a", "b", "c", "d", "e", "f"] as const;
const ADDRESSES = ["one", "two", "three", "four"].map((name) => `${name}@example.com`);
const GROUPS = ["admins", "staff"] as const;

/** Something that happens in a pool. */
type Event =
  | { readonly type: "add"; readonly name: string; readonly email: string; readonly federated: boolean }
  | { readonly type: "delete" | "disable" | "enable"; readonly name: string }
  | { readonly type: "email"; readonly name: string; readonly email: string }
  | { readonly type: "rename"; readonly name: string; readonly to: string }
  | { readonly type: "join" | "leave"; readonly name: string; readonly group: string };

const name = fc.constantFrom(...NAMES);
const email = fc.constantFrom(...ADDRESSES);
const anyEvent: fc.Arbitrary<Event> = fc.oneof(
  fc.record({ type: fc.constant("add" as const), name, email, federated: fc.boolean() }),
  fc.record({ type: fc.constantFrom("delete" as const, "disable" as const, "enable" as const), name }),
  fc.record({ type: fc.constant("email" as const), name, email }),
  fc.record({ type: fc.constant("rename" as const), name, to: fc.constantFrom("Ann", "Bob", "") }),
  fc.record({ type: fc.constantFrom("join" as const, "leave" as const), name, group: fc.constantFrom(...GROUPS) }),
);

describe("a sync in any world", () => {
  // Searches do not lag: the next pass would bring what this one misses.
  test.prop(
    [
      anyVariants({ searchLag: 0 }),
      fc.array(fc.array(anyEvent, { minLength: 1, maxLength: 8 }), { maxLength: 4 }),
      anyFaults,
    ],
    {
      numRuns: 60,
    },
  )(
    "brings the project to what a fresh migration of the pool would make, whatever happened between",
    async (variants, rounds, faults) => {
      await using world = await startWorld({ variants });
      const { sandbox } = world;
      const options = {
        pools: [world.pool],
        batchSize: 4,
        requestTimeoutMs: 1000,
        rules: { loginIds: ["email"] },
      } as const;
      await using store = await openStateStore(":memory:");
      await using migration = await openMigration(sandbox, { ...options, store });
      for (const group of GROUPS) await world.pool.group(group, []);
      await happen(world, { type: "add", name: "a", email: "one@example.com", federated: false });
      await happen(world, { type: "add", name: "b", email: "two@example.com", federated: false });
      await migration.migrate();
      const left = new Set<string>();
      for (const events of rounds) {
        for (const event of events) await happen(world, event, left);
        sandbox.faults.add(faults);
        await migration.sync({ maxGoneShare: 1 });
        sandbox.faults.clear();
      }
      // A login ID that changes hands is free only once its holder let go of it.
      let changed = 1;
      for (let pass = 0; pass < 6 && changed > 0; pass += 1) {
        const { plan, summary } = await migration.sync({ maxGoneShare: 1 });
        expect(summary.byField).toEqual({});
        changed = plan.counts.create + plan.counts.patch;
      }
      expect(changed).toBe(0);
      const present = new Set((await usersOf(world)).map(({ sub }) => sub));
      const synced = stateOf(projectUsers(sandbox), present);

      // The same pool into a project that has nothing yet.
      const userIds = projectUsers(sandbox).map(({ userId }) => userId);
      if (userIds.length > 0) await descope(sandbox, "POST /v1/mgmt/user/delete/batch", { userIds });
      await using fresh = await openMigration(sandbox, options);
      await fresh.migrate();
      expect(synced).toEqual(stateOf(projectUsers(sandbox), present));
    },
    300_000,
  );
});

type World = Awaited<ReturnType<typeof startWorld>>;

/**
 * @param left - Addresses of users that were deleted: their accounts keep them until somebody who is proven to be the same
 * person signs up. Somebody else who moves to one keeps the login ID that it has.
 */
async function happen(
  { sandbox, pool }: Pick<World, "sandbox" | "pool">,
  event: Event,
  left = new Set<string>(),
): Promise<void> {
  const username = event.name;
  const users = await usersOf({ sandbox, pool });
  const exists = users.some((user) => user.username === username);
  if (!isHarmless(event, users) || (event.type === "email" && left.has(event.email))) return;
  const call = (operation: string, input: Record<string, unknown> = {}): Promise<unknown> =>
    cognito(sandbox, operation, { UserPoolId: pool.userPoolId, Username: username, ...input });
  if (event.type === "add") {
    if (exists) return;
    pool.add(
      username,
      verified(event.email, event.federated ? { identities: identitiesOf("Google", username) } : {}),
      event.federated ? { status: "EXTERNAL_PROVIDER" } : {},
    );
    return;
  }
  if (!exists) return;
  const set = (attributes: Readonly<Record<string, string>>): Promise<unknown> =>
    call("AdminUpdateUserAttributes", {
      UserAttributes: Object.entries(attributes).map(([Name, Value]) => ({ Name, Value })),
    });
  switch (event.type) {
    case "delete":
      left.add(users.find((user) => user.username === username)?.email ?? "");
      await call("AdminDeleteUser");
      break;
    case "disable":
      await call("AdminDisableUser");
      break;
    case "enable":
      await call("AdminEnableUser");
      break;
    case "email":
      await set({ email: event.email, email_verified: "true" });
      break;
    case "rename":
      if (event.to === "") await call("AdminDeleteUserAttributes", { UserAttributeNames: ["name"] });
      else await set({ name: event.to });
      break;
    case "join":
    case "leave":
      await call(event.type === "join" ? "AdminAddUserToGroup" : "AdminRemoveUserFromGroup", {
        GroupName: event.group,
      });
      break;
    default:
      event satisfies never;
  }
}

interface PresentUser {
  readonly username: string;
  readonly sub: string;
  readonly email: string;
  readonly federated: boolean;
  readonly enabled: boolean;
}

/** Everybody who is in the pool now. */
async function usersOf({ sandbox, pool }: Pick<World, "sandbox" | "pool">): Promise<readonly PresentUser[]> {
  const { Users } = await cognito(sandbox, "ListUsers", { UserPoolId: pool.userPoolId });
  const users = Users as readonly {
    readonly Username: string;
    readonly Enabled: boolean;
    readonly UserStatus: string;
    readonly Attributes: readonly { readonly Name: string; readonly Value: string }[];
  }[];
  return users.map(({ Username, Enabled, UserStatus, Attributes }) => {
    const value = (wanted: string): string => Attributes.find(({ Name }) => Name === wanted)?.Value ?? "";
    return {
      username: Username,
      sub: value("sub"),
      email: value("email"),
      federated: UserStatus === "EXTERNAL_PROVIDER",
      enabled: Enabled,
    };
  });
}

/**
 * Whether users may share an address: as one person, that is. Whoever loses an address to another person keeps the account
 * that it has, which a fresh migration would not give it.
 */
function areOnePerson(users: readonly PresentUser[]): boolean {
  return users.every(({ enabled }) => enabled) && users.filter(({ federated }) => !federated).length <= 1;
}

/** Whether an event leaves every address with one person. */
function isHarmless(event: Event, users: readonly PresentUser[]): boolean {
  const user = users.find(({ username }) => username === event.name);
  const after = {
    username: event.name,
    sub: "",
    email: user?.email ?? "",
    federated: user?.federated ?? false,
    enabled: true,
  };
  if (event.type === "add") Object.assign(after, { email: event.email, federated: event.federated });
  else if (event.type === "email") Object.assign(after, { email: event.email });
  else if (event.type === "disable") Object.assign(after, { enabled: false });
  else return true;
  const sharing = users.filter(({ username, email: held }) => username !== event.name && held === after.email);
  // Two who have an account each keep it, and so does a federated user who was there before the native one.
  return sharing.length === 0 || (event.type === "add" && event.federated && areOnePerson([...sharing, after]));
}

/** What the users of a pool have in the project, by `sub`. */
function stateOf(users: readonly ShownUser[], present: ReadonlySet<string>): unknown {
  return users
    .filter(({ customAttributes }) => present.has(String(customAttributes["cognitoSub"])))
    .map(({ loginIds, email: address, name: shown, status, roleNames, verifiedEmail, customAttributes }) => ({
      loginIds: [...loginIds].sort(),
      email: address,
      name: shown,
      status,
      roleNames: [...roleNames].sort(),
      verifiedEmail,
      customAttributes: Object.fromEntries(
        Object.entries(customAttributes)
          .filter(([, value]) => value !== null)
          .sort(([a], [b]) => (a < b ? -1 : 1)),
      ),
    }))
    .sort((a, b) => (String(a.customAttributes["cognitoSub"]) < String(b.customAttributes["cognitoSub"]) ? -1 : 1));
}
