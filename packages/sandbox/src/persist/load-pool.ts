/** Fills the sandbox with a pool that was exported: `c2d export --format jsonl`. */

import { AwsError } from "../cognito/aws-error.ts";
import type { CognitoService } from "../cognito/cognito-service.ts";
import { passwordBySub } from "../cognito/derived-password.ts";
import { createGroup } from "../cognito/operations/group-operations.ts";
import type { UserPool } from "../cognito/user-pool.ts";
import { addExportedPool, poolIdOf, regionOf } from "./exported-pool.ts";
import {
  booleanOf,
  choiceOf,
  maybeCount,
  maybeText,
  nameOf,
  parseFields,
  statusOf,
  userAttributesOf,
  textOf,
  timeOf,
} from "./line-fields.ts";
import type { Fields } from "./line-fields.ts";
import { LineInvalid, LineProblem, atLine } from "./line-invalid.ts";

/** What was loaded. */
export interface LoadedPools {
  /** In the file's order; at least one. */
  readonly userPoolIds: readonly string[];
  readonly users: number;
  readonly memberships: number;
}

/**
 * The region of the first pool of an export, for a service that is still to be made.
 *
 * @throws LineInvalid when the file does not begin with a pool.
 */
export async function regionOfExport(lines: AsyncIterable<string>): Promise<string> {
  let number = 0;
  for await (const line of lines) {
    number += 1;
    if (line.trim() === "") continue;
    return atLine(number, () => {
      const fields = parseFields(line);
      if (fields["type"] !== "pool") throw new LineProblem("must be the pool: this is no export in the jsonl format");
      return regionOf(poolIdOf(fields));
    });
  }
  throw new LineInvalid(1, "is missing: the file is empty");
}

/**
 * Adds the pools of an export, with their groups, users and memberships, to a service. Nothing is added when a line is wrong.
 *
 * Passwords are no part of an export. Every local user gets `Passw0rd!` and the first eight characters of its sub, so that
 * sign-in can be rehearsed. App clients that had a secret get a new one.
 *
 * @throws LineInvalid naming the line, without anything that stands in it.
 */
export async function loadPool(
  service: CognitoService,
  lines: Iterable<string> | AsyncIterable<string>,
): Promise<LoadedPools> {
  const { state } = service;
  const pools: UserPool[] = [];
  const counts = { users: 0, memberships: 0 };
  let number = 0;
  try {
    for await (const line of lines) {
      number += 1;
      if (line.trim() === "") continue;
      atLine(number, () => {
        const fields = parseFields(line);
        const type = choiceOf(fields, "type", ["pool", "group", "user", "membership"]);
        if (type === "pool") {
          const pool = addExportedPool(state, fields);
          pool.derivedPassword = passwordBySub;
          pools.push(pool);
          return;
        }
        const pool = state.pools.get(textOf(fields, "userPoolId"));
        if (pool === undefined || !pools.includes(pool)) throw new LineProblem("is of a pool that no earlier line has");
        if (type === "group") addGroup(pool, fields, state.now());
        else if (type === "user") {
          addUser(pool, fields);
          counts.users += 1;
        } else {
          addMembership(pool, fields);
          counts.memberships += 1;
        }
      });
    }
    if (pools.length === 0) throw new LineInvalid(1, "is missing: the file is empty");
  } catch (error) {
    for (const { id } of pools) {
      state.pools.delete(id);
      for (const [name, { userPoolId }] of state.domains) if (userPoolId === id) state.domains.delete(name);
    }
    throw error;
  }
  return { userPoolIds: pools.map(({ id }) => id), ...counts };
}

function addGroup(pool: UserPool, line: Fields, now: number): void {
  const description = textOf(line, "description");
  const roleArn = maybeText(line, "roleArn");
  const precedence = maybeCount(line, "precedence");
  try {
    createGroup(
      pool,
      {
        GroupName: nameOf(line, "name", 128),
        ...(description === "" ? {} : { Description: description }),
        ...(roleArn === undefined ? {} : { RoleArn: roleArn }),
        ...(precedence === undefined ? {} : { Precedence: precedence }),
      },
      now,
    );
  } catch (error) {
    if (error instanceof AwsError && error.code === "GroupExistsException") {
      throw new LineProblem("has a group that an earlier line has");
    }
    if (error instanceof AwsError) throw new LineProblem("has more groups than a pool can have");
    throw error;
  }
}

function addUser(pool: UserPool, line: Fields): void {
  const username = nameOf(line, "username", 2048);
  const sub = nameOf(line, "sub");
  const { users } = pool;
  if (users.byUsername(username) !== undefined) throw new LineProblem("has a username that an earlier line has");
  if (users.bySub(sub) !== undefined) throw new LineProblem("has a sub that an earlier line has");
  users.add({
    username,
    sub,
    attributes: userAttributesOf(line, "attributes"),
    status: statusOf(line, "status"),
    enabled: booleanOf(line, "enabled"),
    createdAt: timeOf(line, "createdAt"),
    modifiedAt: timeOf(line, "modifiedAt"),
  });
}

function addMembership(pool: UserPool, line: Fields): void {
  const group = pool.groups.get(textOf(line, "group"));
  if (group === undefined) throw new LineProblem("is of a group that no earlier line has");
  const user = pool.users.bySub(textOf(line, "sub"));
  if (user === undefined) throw new LineProblem("is of a user that no earlier line has");
  if (!pool.users.join(group, user)) throw new LineProblem("is a membership that an earlier line has");
}
