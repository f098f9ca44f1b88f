/** The whole state of the Cognito service as lines of JSON: one for each pool, each of its parts and each user. */

import type { CognitoState } from "../cognito/cognito-state.ts";
import type { Group } from "../cognito/group.ts";
import type { UserPool } from "../cognito/user-pool.ts";
import type { UserRecord } from "../cognito/user-record.ts";

/** Members of a line that gives the order of a group's members. */
const orderLineLength = 5000;

/**
 * Writes the state, line by line without line ends. Passwords are in clear, as they are in memory.
 *
 * Open sign-ins, sent messages and the keys of tokens are not part of it: after a restore everybody signs in again.
 */
export function* saveCognito(state: CognitoState): Generator<string> {
  for (const pool of state.pools.values()) yield* savePool(pool);
  for (const domain of state.domains.values()) yield line("domain", domain);
}

function* savePool(pool: UserPool): Generator<string> {
  const { auth: _auth, arn: _arn, nextGroupOrdinal: _ordinal, derivedPassword, ...parts } = pool;
  const { users, groups, clients, providers, resourceServers, ...own } = parts;
  const { id } = pool;
  yield line("pool", { ...own, derivedPasswords: derivedPassword !== undefined });
  for (const client of clients.values()) yield line("client", { pool: id, ...client });
  for (const provider of providers.values()) yield line("provider", { pool: id, ...provider });
  for (const server of resourceServers.values()) yield line("resourceServer", { pool: id, ...server });
  for (const { ordinal: _own, members: _members, ...group } of groups.values()) {
    yield line("group", { pool: id, ...group });
  }
  for (let index = 0; index < users.length; index += 1) {
    const user = users.at(index);
    if (user !== undefined) yield line("user", savedUser(pool, user));
  }
  for (const group of groups.values()) yield* saveOrder(pool, group);
}

function savedUser(pool: UserPool, user: UserRecord): object {
  const { username, sub, createdAt, modifiedAt, enabled, status, groups, password, signIn } = user;
  const [, ...attributes] = pool.users.attributes(user);
  return {
    pool: pool.id,
    username,
    sub,
    createdAt,
    modifiedAt,
    enabled,
    status,
    attributes: Object.fromEntries(attributes),
    ...(password === undefined ? {} : { password }),
    ...(groups.length === 0 ? {} : { groups: groups.map((group) => group.name) }),
    ...(signIn === undefined ? {} : { signIn }),
  };
}

/** Users join their groups again in the order of users; where members joined in another order, that order is written too. */
function* saveOrder(pool: UserPool, group: Group): Generator<string> {
  const members = group.members.filter((member) => member !== undefined);
  if (members.every((member, i) => i === 0 || (members[i - 1] as UserRecord).index < member.index)) return;
  for (let from = 0; from < members.length; from += orderLineLength) {
    const subs = members.slice(from, from + orderLineLength).map(({ sub }) => sub);
    yield line("members", { pool: pool.id, group: group.name, from, subs });
  }
}

function line(kind: string, value: object): string {
  return JSON.stringify({ [kind]: value });
}
