import { foldLoginId, hasCode } from "@cognito-to-descope/core";
import type { AbortableOptions, ProjectUser } from "@cognito-to-descope/core";
import type { UserPages } from "./search-users.ts";

/** A list of login IDs that every project takes whole: a page of users is as long. */
export const SAFE_LIST = 100;

/** A list that is asked for once it is known that the project takes it whole. */
const LONG_LIST = 400;

/** Finds users by their login IDs. */
export interface LoginIdFinder {
  /** The users with any of these login IDs, each once. */
  find(loginIds: readonly string[], options: AbortableOptions): Promise<readonly ProjectUser[]>;
  /** Names a user that the project has: once a search has shown it, it can stand for the end of a list. */
  suggestWitness(loginId: string | undefined): void;
}

/**
 * Makes a finder.
 *
 * How many login IDs a search may name is documented nowhere, and a project that leaves out the end of a long list in
 * silence would hide users. So a long list ends with a witness, a login ID that a search has shown before: an answer
 * without it was cut, does not count, and from then on lists are short.
 */
export function createLoginIdFinder(pages: UserPages): LoginIdFinder {
  let suggested: string | undefined;
  let witness: string | undefined;
  let longLists = true;

  async function search(loginIds: readonly string[], options: AbortableOptions): Promise<readonly ProjectUser[]> {
    const users: ProjectUser[] = [];
    for await (const page of pages({ loginIds }, options)) users.push(...page.users);
    return users;
  }

  /** Undefined when the project did not take the list whole. */
  async function searchLong(
    loginIds: readonly string[],
    last: string,
    options: AbortableOptions,
  ): Promise<readonly ProjectUser[] | undefined> {
    try {
      const users = await search([...loginIds, last], options);
      return users.some((user) => has(user, last)) ? users : undefined;
    } catch (error) {
      if (hasCode(error, "ERR_TARGET_REFUSED")) return undefined;
      throw error;
    }
  }

  async function* answers(
    wanted: readonly string[],
    options: AbortableOptions,
  ): AsyncGenerator<readonly ProjectUser[]> {
    let start = 0;
    while (start < wanted.length) {
      if (longLists && witness !== undefined && wanted.length - start > SAFE_LIST) {
        const some = wanted.slice(start, start + LONG_LIST - 1);
        const users = await searchLong(some, witness, options);
        if (users !== undefined) {
          yield users;
          start += some.length;
          continue;
        }
        longLists = false;
      }
      // A user that was suggested is looked for on the way, until a search shows it.
      const extra = longLists && witness === undefined && suggested !== undefined ? [suggested] : [];
      const some = wanted.slice(start, start + SAFE_LIST - extra.length);
      const users = await search([...some, ...extra], options);
      if (suggested !== undefined && users.some((user) => has(user, suggested))) witness = suggested;
      yield users;
      start += some.length;
    }
  }

  return {
    async find(loginIds, options) {
      const wanted = [...new Set(loginIds)].filter((loginId) => loginId !== "");
      const folded = new Set(wanted.map(foldLoginId));
      const found = new Map<string, ProjectUser>();
      for await (const users of answers(wanted, options)) {
        for (const user of users) {
          // Not the witness, unless it was asked for.
          if (user.loginIds.some((loginId) => folded.has(foldLoginId(loginId)))) found.set(user.userId, user);
        }
      }
      return [...found.values()];
    },
    suggestWitness(loginId) {
      suggested ??= loginId;
    },
  };
}

function has(user: ProjectUser, loginId: string | undefined): boolean {
  return loginId !== undefined && user.loginIds.some((held) => foldLoginId(held) === foldLoginId(loginId));
}
