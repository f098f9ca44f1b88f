/** ListUsers, with its real semantics: https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListUsers.html */

import { invalidParameter } from "../aws-error.ts";
import { poolOf } from "../cognito-state.ts";
import type { CognitoState } from "../cognito-state.ts";
import { pageUsers } from "../list-pages.ts";
import { RenderedJson } from "../operation.ts";
import type { Operation } from "../operation.ts";
import { indexedMatches, parseUserFilter, userMatcher } from "../user-filter.ts";
import type { UserPool } from "../user-pool.ts";
import type { UserRecord } from "../user-record.ts";

interface ListUsersInput {
  readonly UserPoolId: string;
  readonly AttributesToGet?: readonly string[];
  readonly Limit?: number;
  readonly PaginationToken?: string;
  readonly Filter?: string;
}

/** The most users of a page, whatever Limit says. */
const maxPage = 60;

const badToken = "Paging Marker is Invalid for Request";

/** Lists users page by page. A token is a place in the pool's table and belongs to its filter and limit. */
export const listUsers: Operation = {
  category: "UserList",
  write: false,
  run: (input: ListUsersInput, state: CognitoState) => {
    const pool = poolOf(state, input.UserPoolId);
    const limit = input.Limit || maxPage;
    const filterText = input.Filter ?? "";
    const filter = filterText === "" ? undefined : parseUserFilter(filterText);
    const binding = ["ListUsers", pool.id, filterText, limit, input.AttributesToGet ?? null];
    const start = input.PaginationToken === undefined ? 0 : state.tokens.read(input.PaginationToken, binding, badToken);
    const found = filter === undefined ? undefined : indexedMatches(pool, filter);
    const page = pageUsers(state, {
      pool,
      start,
      limit,
      isTable: found === undefined,
      length: found?.length ?? pool.users.length,
      at: found === undefined ? (index) => pool.users.at(index) : (index) => found[index],
      matches: filter === undefined || found !== undefined ? undefined : userMatcher(filter),
      render: input.AttributesToGet === undefined ? undefined : only(pool, input.AttributesToGet),
    });
    const next = page.next === undefined ? "" : `,"PaginationToken":"${state.tokens.issue(page.next, binding)}"`;
    return new RenderedJson(`{"Users":[${page.rendered.join(",")}]${next}}`);
  },
};

/** Renders some attributes only; AWS fails the whole call when a user lacks one of them. */
function only(pool: UserPool, names: readonly string[]): (user: UserRecord) => string {
  for (const name of names) {
    if (!pool.schema.some((attribute) => attribute.Name === name)) {
      throw invalidParameter(`Attribute ${name} does not exist in the schema.`);
    }
  }
  return (user) => {
    const attributes = names.map((Name) => {
      const Value = pool.users.attribute(user, Name);
      if (Value === undefined)
        throw invalidParameter(`One or more requested attributes do not exist for the user: ${Name}`);
      return { Name, Value };
    });
    const whole = JSON.parse(pool.users.render(user)) as Record<string, unknown>;
    return JSON.stringify({ ...whole, Attributes: attributes });
  };
}
