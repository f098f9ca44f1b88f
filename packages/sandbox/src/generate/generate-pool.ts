/** Fills a user pool: deterministic, fast, and as varied as wanted. */

import type { CognitoService } from "../cognito/cognito-service.ts";
import { derivedPassword, passwordBySub } from "../cognito/derived-password.ts";
import type { Group } from "../cognito/group.ts";
import type { UserPool } from "../cognito/user-pool.ts";
import type { UserRecord } from "../cognito/user-record.ts";
import { createSeededRandom, createUuidSource } from "../wire/seeded-random.ts";
import type { SeededRandom } from "../wire/seeded-random.ts";
import { everyKind } from "./every-kind.ts";
import type { UserKind } from "./every-kind.ts";
import { generationEnd, ordinaryUsers, plainUsers } from "./ordinary-users.ts";
import { addBusinessGroups, addDifficultGroups, createGrownPool, createPlainPool } from "./pool-definition.ts";

export { derivedPassword };

/** What pool is wanted. */
export interface GenerateOptions {
  /** Equal seeds give equal pools. @defaultValue "sandbox" */
  readonly seed?: string | number;
  /** Users in all. @defaultValue 1000 */
  readonly users?: number;
  /** Business groups, `group-001` and so on. @defaultValue 20 */
  readonly groups?: number;
  /** Business groups that each ordinary user is in. @defaultValue 2 */
  readonly membershipsPerUser?: number;
  /**
   * True: a grown pool with one user of every difficult kind first (as many as {@link users} has room for), then ordinary
   * users in realistic proportions. False: confirmed users with a verified e-mail address only.
   *
   * @defaultValue true
   */
  readonly everyKind?: boolean;
  /** @defaultValue "sandbox" */
  readonly name?: string;
}

/** A generated pool. */
export interface GeneratedPool {
  readonly pool: UserPool;
  readonly userPoolId: string;
  /** An app client without secret that allows password sign-in. */
  readonly clientId: string;
  /** The sub of the user of each difficult kind. */
  readonly kinds: ReadonlyMap<string, string>;
  /** The password of a generated user; temporary for those that must change it. */
  passwordOf(sub: string): string;
}

/** Generates a pool in a service. */
export function generatePool(service: CognitoService, options: GenerateOptions = {}): GeneratedPool {
  const seed = options.seed ?? "sandbox";
  const users = wholeNumber("users", options.users ?? 1000);
  const groups = wholeNumber("groups", options.groups ?? 20);
  const memberships = Math.min(wholeNumber("membershipsPerUser", options.membershipsPerUser ?? 2), groups);
  const random = createSeededRandom(`users ${seed}`);
  const grown = options.everyKind ?? true;
  const name = options.name ?? "sandbox";

  const { pool, clientId } = grown ? createGrownPool(service, name) : createPlainPool(service, name);
  const startedAt = generationEnd - 5 * 365 * 24 * 60 * 60 * 1000;
  addBusinessGroups(service, pool.id, groups, startedAt);
  const business = [...pool.groups.values()];
  if (grown) addDifficultGroups(service, pool, startedAt);
  pool.derivedPassword = passwordBySub;

  const kinds = new Map<string, string>();
  if (grown) {
    const uuid = createUuidSource(random);
    for (const kind of everyKind(pool.id).slice(0, users)) {
      const user = addKind(pool, kind, uuid());
      kinds.set(kind.kind, user.sub);
    }
    const next = ordinaryUsers(random);
    for (let n = kinds.size; n < users; n += 1) {
      const { user, provider } = next(n);
      const record = pool.users.add(user);
      joinSome(pool, record, business, memberships, random);
      const automatic = provider === undefined ? undefined : pool.groups.get(`${pool.id}_${provider}`);
      if (automatic !== undefined) pool.users.join(automatic, record);
    }
  } else {
    const next = plainUsers(random);
    for (let n = 0; n < users; n += 1) joinSome(pool, pool.users.add(next(n)), business, memberships, random);
  }
  return { pool, userPoolId: pool.id, clientId, kinds, passwordOf: derivedPassword };
}

function addKind(pool: UserPool, kind: UserKind, sub: string): UserRecord {
  const attributes = [...kind.attributes];
  if (kind.identities !== undefined) attributes.push(["identities", JSON.stringify(kind.identities)]);
  const user = pool.users.add({
    username: kind.username ?? kind.kind,
    sub,
    attributes,
    status: kind.status ?? "CONFIRMED",
    enabled: kind.enabled ?? true,
    createdAt: generationEnd - 365 * 24 * 60 * 60 * 1000 + 123,
  });
  user.signIn = kind.signIn;
  for (const name of kind.groups ?? []) {
    const group = pool.groups.get(name);
    if (group !== undefined) pool.users.join(group, user);
  }
  return user;
}

/** Neighbouring groups from a random start: few different sets, so that a million memberships stay small. */
function joinSome(
  pool: UserPool,
  user: UserRecord,
  groups: readonly Group[],
  count: number,
  random: SeededRandom,
): void {
  if (count === 0) return;
  const start = random.integer(groups.length);
  const chosen = Array.from({ length: count }, (_, i) => (start + i * 7) % groups.length);
  for (const place of new Set(chosen)) pool.users.join(groups[place] as Group, user);
  // Steps of seven meet themselves where seven divides the number of groups.
  for (let place = 0; user.groups.length < count && place < groups.length; place += 1) {
    pool.users.join(groups[place] as Group, user);
  }
}

function wholeNumber(name: string, value: number): number {
  if (!Number.isInteger(value) || value < 0) throw new RangeError(`"${name}" must be a whole number`);
  return value;
}
