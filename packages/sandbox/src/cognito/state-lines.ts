/**
 * The whole state as lines of JSON, to be kept and taken up again: pools with their settings, groups, clients and providers,
 * and users with passwords and second factors. Tokens, keys and sign-ins under way are not kept: after a restore everybody
 * signs in anew.
 */

import { createAuthState } from "./auth/auth-state.ts";
import { poolArn } from "./cognito-state.ts";
import type { CognitoState } from "./cognito-state.ts";
import { passwordBySub } from "./derived-password.ts";
import type { Group } from "./group.ts";
import type { SignInState } from "./sign-in-state.ts";
import type { AppClient, IdentityProvider, PoolDomain, ResourceServer, UserPool } from "./user-pool.ts";
import type { UserStatus } from "./user-record.ts";
import { UserTable } from "./user-table.ts";

const version = 1;

/** A user as one line. */
interface SavedUser {
  readonly username: string;
  readonly sub: string;
  /** Names and values in order, without `sub`. */
  readonly attributes: readonly (readonly [string, string])[];
  readonly status: UserStatus;
  readonly enabled: boolean;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly modifiedAt: number;
  readonly password?: string;
  readonly signIn?: SignInState;
  /** Names of groups in the order of joining. */
  readonly groups?: readonly string[];
}

type SavedGroup = Omit<Group, "members" | "ordinal">;

type SavedPool = Pick<
  UserPool,
  | "id"
  | "createdAt"
  | "modifiedAt"
  | "name"
  | "settings"
  | "mfa"
  | "schema"
  | "usernameAttributes"
  | "aliasAttributes"
  | "caseSensitive"
  | "caseSensitivityGiven"
  | "tags"
> & {
  readonly groups: readonly SavedGroup[];
  readonly clients: readonly AppClient[];
  readonly providers: readonly IdentityProvider[];
  readonly resourceServers: readonly ResourceServer[];
  readonly derivedPasswords: boolean;
};

type Line =
  | { readonly type: "cognito"; readonly version: number; readonly domains: readonly PoolDomain[] }
  | { readonly type: "pool"; readonly pool: SavedPool }
  | { readonly type: "user"; readonly pool: string; readonly user: SavedUser }
  | { readonly type: "members"; readonly pool: string; readonly group: string; readonly subs: readonly string[] };

/** The state, line by line; users in the order of their pool. */
export function* saveState(state: CognitoState): Generator<string, void> {
  const line = (value: Line): string => JSON.stringify(value);
  yield line({ type: "cognito", version, domains: [...state.domains.values()] });
  for (const pool of state.pools.values()) {
    yield line({ type: "pool", pool: savePool(pool) });
    for (let index = 0; index < pool.users.length; index += 1) {
      const user = saveUser(pool, index);
      if (user !== undefined) yield line({ type: "user", pool: pool.id, user });
    }
    // Users join their groups again in the order of users; members that joined in another order are named in it.
    for (const group of pool.groups.values()) {
      const members = group.members.filter((member) => member !== undefined);
      if (members.every((member, place) => member.index >= (members[place - 1]?.index ?? 0))) continue;
      yield line({ type: "members", pool: pool.id, group: group.name, subs: members.map(({ sub }) => sub) });
    }
  }
}

function savePool(pool: UserPool): SavedPool {
  const { auth: _auth, users: _users, derivedPassword, nextGroupOrdinal: _ordinal, arn: _arn, ...rest } = pool;
  return {
    ...rest,
    groups: [...pool.groups.values()].map(({ members: _members, ordinal: _own, ...group }) => group),
    clients: [...pool.clients.values()],
    providers: [...pool.providers.values()],
    resourceServers: [...pool.resourceServers.values()],
    derivedPasswords: derivedPassword !== undefined,
  };
}

function saveUser(pool: UserPool, index: number): SavedUser | undefined {
  const user = pool.users.at(index);
  if (user === undefined) return undefined;
  return {
    username: user.username,
    sub: user.sub,
    attributes: pool.users.attributes(user).slice(1),
    status: user.status,
    enabled: user.enabled,
    createdAt: user.createdAt,
    modifiedAt: user.modifiedAt,
    ...(user.password === undefined ? {} : { password: user.password }),
    ...(user.signIn === undefined ? {} : { signIn: user.signIn }),
    ...(user.groups.length === 0 ? {} : { groups: user.groups.map(({ name }) => name) }),
  };
}

/**
 * Takes saved lines in place of the present state.
 *
 * @throws TypeError naming the line that is no state; the present state is then still there.
 */
export async function restoreState(
  state: CognitoState,
  lines: Iterable<string> | AsyncIterable<string>,
): Promise<void> {
  const pools = new Map<string, UserPool>();
  let domains: readonly PoolDomain[] | undefined;
  let number = 0;
  for await (const text of lines) {
    number += 1;
    if (text.trim() === "") continue;
    try {
      const line = JSON.parse(text) as Line;
      if (domains === undefined) {
        if (line.type !== "cognito" || line.version !== version) throw new TypeError("not a saved Cognito state");
        domains = line.domains;
      } else if (line.type === "pool") {
        pools.set(line.pool.id, restorePool(state, line.pool));
      } else if (line.type === "user") {
        const pool = pools.get(line.pool);
        if (pool === undefined) throw new TypeError("a user of a pool that is not there");
        addSavedUser(pool, line.user);
      } else if (line.type === "members") {
        orderMembers(pools.get(line.pool), line.group, line.subs);
      } else throw new TypeError("a line of unknown type");
    } catch (error) {
      const reason = error instanceof SyntaxError ? "not JSON" : error instanceof Error ? error.message : "unreadable";
      throw new TypeError(`line ${number}: ${reason}`, { cause: error });
    }
  }
  if (domains === undefined) throw new TypeError("line 1: not a saved Cognito state");
  state.pools.clear();
  state.domains.clear();
  for (const [id, pool] of pools) state.pools.set(id, pool);
  for (const domain of domains) state.domains.set(domain.domain, domain);
}

function restorePool(state: CognitoState, saved: SavedPool): UserPool {
  const { groups, clients, providers, resourceServers, derivedPasswords, ...rest } = saved;
  if (typeof rest.id !== "string" || !Array.isArray(rest.schema)) throw new TypeError("not a pool");
  return {
    ...rest,
    arn: poolArn(state, rest.id),
    users: new UserTable(rest.caseSensitive),
    groups: new Map(groups.map((group, ordinal) => [group.name, { ...group, ordinal, members: [] }])),
    nextGroupOrdinal: groups.length,
    clients: new Map(clients.map((client) => [client.clientId, client])),
    providers: new Map(providers.map((provider) => [provider.name, provider])),
    resourceServers: new Map(resourceServers.map((server) => [server.identifier, server])),
    auth: createAuthState(rest.id, state.now),
    derivedPassword: derivedPasswords ? passwordBySub : undefined,
  };
}

/** Puts the members of a group into the order in which they joined. */
function orderMembers(pool: UserPool | undefined, name: string, subs: readonly string[]): void {
  const members = pool?.groups.get(name)?.members;
  if (pool === undefined || members === undefined) throw new TypeError("members of a group that is not there");
  const ordered = new Set(subs.map((sub) => pool.users.bySub(sub)));
  if (ordered.size !== members.length || members.some((member) => !ordered.has(member))) {
    throw new TypeError("members that are not those of the group");
  }
  let place = 0;
  for (const member of ordered) members[place++] = member;
}

/** Puts a user into its pool as it was. */
function addSavedUser(pool: UserPool, saved: SavedUser): void {
  if (typeof saved.username !== "string" || typeof saved.sub !== "string" || !Array.isArray(saved.attributes)) {
    throw new TypeError("not a user");
  }
  if (!saved.attributes.flat().every((text: unknown) => typeof text === "string")) throw new TypeError("not a user");
  if (pool.users.byUsername(saved.username) !== undefined || pool.users.bySub(saved.sub) !== undefined) {
    throw new TypeError("a user that is there already");
  }
  const user = pool.users.add(saved);
  user.signIn = saved.signIn;
  for (const name of saved.groups ?? []) {
    const group = pool.groups.get(name);
    if (group === undefined) throw new TypeError("a membership of a group that is not there");
    pool.users.join(group, user);
  }
}
