/** Operations on groups and memberships. */

import { AwsError, invalidParameter, notFound } from "../aws-error.ts";
import { epochSeconds, poolOf } from "../cognito-state.ts";
import type { CognitoState } from "../cognito-state.ts";
import { userOf } from "../find-user.ts";
import type { Group } from "../group.ts";
import { pageUsers } from "../list-pages.ts";
import { RenderedJson } from "../operation.ts";
import type { Operation, OperationTable } from "../operation.ts";
import { pageOf } from "../page-token.ts";
import type { Json, UserPool } from "../user-pool.ts";

interface GroupInput {
  readonly UserPoolId: string;
  readonly GroupName: string;
  readonly Description?: string;
  readonly RoleArn?: string;
  readonly Precedence?: number;
}

interface ListInput {
  readonly UserPoolId: string;
  readonly Limit?: number;
  readonly NextToken?: string;
}

const maxGroupsPerPool = 10_000;
const maxGroupsPerUser = 100;

function describeGroup(pool: UserPool, group: Group): Json {
  return {
    GroupName: group.name,
    UserPoolId: pool.id,
    ...(group.description === undefined ? {} : { Description: group.description }),
    ...(group.roleArn === undefined ? {} : { RoleArn: group.roleArn }),
    ...(group.precedence === undefined ? {} : { Precedence: group.precedence }),
    LastModifiedDate: epochSeconds(group.modifiedAt),
    CreationDate: epochSeconds(group.createdAt),
  };
}

function groupOf(
  state: CognitoState,
  input: { UserPoolId: string; GroupName: string },
): { pool: UserPool; group: Group } {
  const pool = poolOf(state, input.UserPoolId);
  const group = pool.groups.get(input.GroupName);
  if (group === undefined) throw notFound("Group not found.");
  return { pool, group };
}

/** Creates a group in a pool. */
export function createGroup(
  pool: UserPool,
  input: Pick<GroupInput, "GroupName" | "Description" | "RoleArn" | "Precedence">,
  now: number,
): Group {
  if (pool.groups.has(input.GroupName)) {
    throw new AwsError("GroupExistsException", "A group with the name already exists.");
  }
  if (pool.groups.size >= maxGroupsPerPool)
    throw new AwsError("LimitExceededException", "Exceeded maximum number of groups.");
  const group: Group = {
    name: input.GroupName,
    ordinal: pool.nextGroupOrdinal,
    description: input.Description,
    roleArn: input.RoleArn,
    precedence: input.Precedence,
    createdAt: now,
    modifiedAt: now,
    members: [],
  };
  pool.nextGroupOrdinal += 1;
  pool.groups.set(group.name, group);
  return group;
}

const listUsersInGroup: Operation = {
  category: "UserList",
  write: false,
  run: (input: ListInput & { GroupName: string }, state) => {
    const { pool, group } = groupOf(state, input);
    const limit = input.Limit || 60;
    const binding = ["ListUsersInGroup", pool.id, group.name];
    const start =
      input.NextToken === undefined ? 0 : state.tokens.read(input.NextToken, binding, "Invalid pagination token");
    const page = pageUsers(state, {
      pool,
      start,
      limit,
      length: group.members.length,
      at: (index) => group.members[index],
    });
    const next = page.next === undefined ? "" : `,"NextToken":"${state.tokens.issue(page.next, binding)}"`;
    return new RenderedJson(`{"Users":[${page.rendered.join(",")}]${next}}`);
  },
};

const adminListGroupsForUser: Operation = {
  category: "UserResourceRead",
  write: false,
  run: (input: ListInput & { Username: string }, state) => {
    const pool = poolOf(state, input.UserPoolId);
    const user = userOf(pool, input.Username);
    const { items, next } = pageOf(user.groups, state.tokens, {
      token: input.NextToken,
      limit: input.Limit || 60,
      binding: ["AdminListGroupsForUser", pool.id, user.sub],
    });
    return {
      Groups: items.map((group) => describeGroup(pool, group)),
      ...(next === undefined ? {} : { NextToken: next }),
    };
  },
};

/** Operations on groups. */
export const groupOperations: OperationTable = {
  ListUsersInGroup: listUsersInGroup,
  AdminListGroupsForUser: adminListGroupsForUser,
  CreateGroup: {
    category: "UserPoolResourceUpdate",
    write: true,
    run: (input: GroupInput, state) => {
      const pool = poolOf(state, input.UserPoolId);
      return { Group: describeGroup(pool, createGroup(pool, input, state.now())) };
    },
  },
  GetGroup: {
    category: "UserPoolResourceRead",
    write: false,
    run: (input: GroupInput, state) => {
      const { pool, group } = groupOf(state, input);
      return { Group: describeGroup(pool, group) };
    },
  },
  UpdateGroup: {
    category: "UserPoolResourceUpdate",
    write: true,
    run: (input: GroupInput, state) => {
      const { pool, group } = groupOf(state, input);
      if (input.Description !== undefined) group.description = input.Description;
      if (input.RoleArn !== undefined) group.roleArn = input.RoleArn;
      if (input.Precedence !== undefined) group.precedence = input.Precedence;
      group.modifiedAt = state.now();
      return { Group: describeGroup(pool, group) };
    },
  },
  DeleteGroup: {
    category: "UserPoolResourceUpdate",
    write: true,
    run: (input: GroupInput, state) => {
      const { pool, group } = groupOf(state, input);
      for (const member of group.members) if (member !== undefined) pool.users.leave(group, member);
      pool.groups.delete(group.name);
      return {};
    },
  },
  ListGroups: {
    category: "UserPoolResourceRead",
    write: false,
    run: (input: ListInput, state) => {
      const pool = poolOf(state, input.UserPoolId);
      const { items, next } = pageOf([...pool.groups.values()], state.tokens, {
        token: input.NextToken,
        limit: input.Limit || 60,
        binding: ["ListGroups", pool.id],
      });
      return {
        Groups: items.map((group) => describeGroup(pool, group)),
        ...(next === undefined ? {} : { NextToken: next }),
      };
    },
  },
  AdminAddUserToGroup: {
    category: "UserUpdate",
    write: true,
    run: (input: { UserPoolId: string; Username: string; GroupName: string }, state) => {
      const { pool, group } = groupOf(state, input);
      const user = userOf(pool, input.Username);
      if (user.groups.length >= maxGroupsPerUser && !user.groups.includes(group)) {
        throw invalidParameter("Exceeded maximum number of groups for the user.");
      }
      pool.users.join(group, user);
      return {};
    },
  },
  AdminRemoveUserFromGroup: {
    category: "UserUpdate",
    write: true,
    run: (input: { UserPoolId: string; Username: string; GroupName: string }, state) => {
      const { pool, group } = groupOf(state, input);
      pool.users.leave(group, userOf(pool, input.Username));
      return {};
    },
  },
};
