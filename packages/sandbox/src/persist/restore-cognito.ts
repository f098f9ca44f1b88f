/** Reads the lines that `saveCognito` writes. */

import { createAuthState } from "../cognito/auth/auth-state.ts";
import { poolArn } from "../cognito/cognito-state.ts";
import type { CognitoState } from "../cognito/cognito-state.ts";
import { passwordBySub } from "../cognito/derived-password.ts";
import { createGroup } from "../cognito/operations/group-operations.ts";
import type { SchemaAttribute } from "../cognito/pool-schema.ts";
import type { ResourceServer, UserPool } from "../cognito/user-pool.ts";
import type { UserRecord } from "../cognito/user-record.ts";
import { UserTable } from "../cognito/user-table.ts";
import {
  booleanOf,
  countOf,
  maybeCount,
  maybeText,
  nameOf,
  objectOf,
  objectsOf,
  statusOf,
  textMapOf,
  textOf,
  textsOf,
  timeOf,
  userAttributesOf,
} from "./line-fields.ts";
import type { Fields } from "./line-fields.ts";
import { LineProblem } from "./line-invalid.ts";

/** Takes one line into the state. Lines come in the order in which they were written. */
export function restoreCognitoLine(state: CognitoState, line: Fields): void {
  const [kind = ""] = Object.keys(line);
  const value = objectOf(line, kind);
  if (kind === "pool") {
    restorePool(state, value);
    return;
  }
  if (kind === "domain") {
    restoreDomain(state, value);
    return;
  }
  const restore = parts.get(kind);
  if (restore === undefined) throw new LineProblem("is of an unknown kind");
  const pool = state.pools.get(textOf(value, "pool"));
  if (pool === undefined) throw new LineProblem("is of a pool that no earlier line has");
  restore(pool, value);
}

const parts: ReadonlyMap<string, (pool: UserPool, value: Fields) => void> = new Map([
  ["client", restoreClient],
  ["provider", restoreProvider],
  ["resourceServer", restoreServer],
  ["group", restoreGroup],
  ["user", restoreUser],
  ["members", restoreOrder],
]);

function restorePool(state: CognitoState, value: Fields): void {
  const id = nameOf(value, "id", 55);
  if (state.pools.has(id)) throw new LineProblem("has a pool that an earlier line has");
  const caseSensitive = booleanOf(value, "caseSensitive");
  state.pools.set(id, {
    id,
    arn: poolArn(state, id),
    name: textOf(value, "name"),
    createdAt: timeOf(value, "createdAt"),
    modifiedAt: timeOf(value, "modifiedAt"),
    settings: objectOf(value, "settings"),
    mfa: objectOf(value, "mfa"),
    schema: objectsOf(value, "schema") as unknown as readonly SchemaAttribute[],
    usernameAttributes: textsOf(value, "usernameAttributes"),
    aliasAttributes: textsOf(value, "aliasAttributes"),
    caseSensitive,
    caseSensitivityGiven: booleanOf(value, "caseSensitivityGiven"),
    tags: textMapOf(value, "tags"),
    users: new UserTable(caseSensitive),
    groups: new Map(),
    clients: new Map(),
    providers: new Map(),
    resourceServers: new Map(),
    nextGroupOrdinal: 0,
    auth: createAuthState(id, state.now),
    derivedPassword: booleanOf(value, "derivedPasswords") ? passwordBySub : undefined,
  });
}

function restoreDomain(state: CognitoState, value: Fields): void {
  const domain = nameOf(value, "domain");
  const userPoolId = textOf(value, "userPoolId");
  if (!state.pools.has(userPoolId)) throw new LineProblem("is of a pool that no earlier line has");
  state.domains.set(domain, {
    domain,
    userPoolId,
    certificateArn: maybeText(value, "certificateArn"),
    managedLoginVersion: countOf(value, "managedLoginVersion"),
    createdAt: timeOf(value, "createdAt"),
  });
}

function restoreClient(pool: UserPool, value: Fields): void {
  const clientId = nameOf(value, "clientId");
  pool.clients.set(clientId, {
    clientId,
    createdAt: timeOf(value, "createdAt"),
    modifiedAt: timeOf(value, "modifiedAt"),
    secret: maybeText(value, "secret"),
    settings: objectOf(value, "settings"),
  });
}

function restoreProvider(pool: UserPool, value: Fields): void {
  const name = nameOf(value, "name");
  pool.providers.set(name, {
    name,
    type: textOf(value, "type"),
    createdAt: timeOf(value, "createdAt"),
    modifiedAt: timeOf(value, "modifiedAt"),
    details: textMapOf(value, "details"),
    attributeMapping: textMapOf(value, "attributeMapping"),
    identifiers: textsOf(value, "identifiers"),
  });
}

function restoreServer(pool: UserPool, value: Fields): void {
  const identifier = nameOf(value, "identifier");
  const scopes = objectsOf(value, "scopes") as unknown as ResourceServer["scopes"];
  pool.resourceServers.set(identifier, { identifier, name: textOf(value, "name"), scopes });
}

function restoreGroup(pool: UserPool, value: Fields): void {
  const name = nameOf(value, "name");
  if (pool.groups.has(name)) throw new LineProblem("has a group that an earlier line has");
  const group = createGroup(pool, { GroupName: name }, timeOf(value, "createdAt"));
  group.description = maybeText(value, "description");
  group.roleArn = maybeText(value, "roleArn");
  group.precedence = maybeCount(value, "precedence");
  group.modifiedAt = timeOf(value, "modifiedAt");
}

function restoreUser(pool: UserPool, value: Fields): void {
  const username = nameOf(value, "username");
  const sub = nameOf(value, "sub");
  if (pool.users.byUsername(username) !== undefined || pool.users.bySub(sub) !== undefined) {
    throw new LineProblem("has a user that an earlier line has");
  }
  const groups = value["groups"] === undefined ? [] : textsOf(value, "groups");
  const known = groups.map((name) => {
    const group = pool.groups.get(name);
    if (group === undefined) throw new LineProblem("is in a group that no earlier line has");
    return group;
  });
  const password = maybeText(value, "password");
  const user = pool.users.add({
    username,
    sub,
    attributes: userAttributesOf(value, "attributes"),
    status: statusOf(value, "status"),
    enabled: booleanOf(value, "enabled"),
    createdAt: timeOf(value, "createdAt"),
    modifiedAt: timeOf(value, "modifiedAt"),
    ...(password === undefined ? {} : { password }),
  });
  if (value["signIn"] !== undefined) user.signIn = objectOf(value, "signIn");
  for (const group of known) pool.users.join(group, user);
}

/** Members from a place on, in the order given; together the lines of a group name each member once. */
function restoreOrder(pool: UserPool, value: Fields): void {
  const group = pool.groups.get(textOf(value, "group"));
  if (group === undefined) throw new LineProblem("is of a group that no earlier line has");
  const from = countOf(value, "from");
  const subs = textsOf(value, "subs");
  if (from + subs.length > group.members.length) throw new LineProblem("has more members than the group");
  const places = new Map(group.members.map((member, place) => [member, place]));
  for (const [i, sub] of subs.entries()) {
    const place = places.get(pool.users.bySub(sub));
    if (place === undefined || place < from + i) throw new LineProblem("has a member too many");
    swap(group.members, places, from + i, place);
  }
}

function swap(
  members: (UserRecord | undefined)[],
  places: Map<UserRecord | undefined, number>,
  one: number,
  other: number,
): void {
  const first = members[one];
  const second = members[other];
  members[one] = second;
  members[other] = first;
  places.set(second, one);
  places.set(first, other);
}
