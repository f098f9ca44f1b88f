import { hasCode } from "@cognito-to-descope/core";
import type { AbortableOptions, ProjectUser, ProjectUserPage } from "@cognito-to-descope/core";
import { translateFailure } from "./errors.ts";
import { createLoginIdFinder, SAFE_LIST } from "./find-by-login-ids.ts";
import type { LoginIdFinder } from "./find-by-login-ids.ts";
import { accept } from "./management-client.ts";
import type { ManagementClient } from "./management-client.ts";
import { forEachAtOnce } from "./patch-users.ts";
import { fromWireUser } from "./wire-user.ts";

const SEARCH = "/v2/mgmt/user/search";

/** A page that every project takes: it is what a search without `limit` gives. */
const SAFE_PAGE = 100;

/** How long to wait before a page that should not be empty is asked for again. Searches lag behind writes. */
const LAG_MS = 500;

/** Every user that the filter finds, in pages. */
export type UserPages = (
  filter: Readonly<Record<string, unknown>>,
  options: AbortableOptions,
) => AsyncIterable<ProjectUserPage>;

/** Searches the users of a project, and remembers the page size that it takes. */
export interface UserSearch extends LoginIdFinder {
  readonly pages: UserPages;
  /** The users with these user IDs. */
  findById(userIds: readonly string[], options: AbortableOptions): Promise<readonly ProjectUser[]>;
  /** The users whose custom attribute has any of these values. */
  findByAttribute(
    attribute: string,
    values: readonly string[],
    options: AbortableOptions,
  ): Promise<readonly ProjectUser[]>;
}

interface WirePage {
  readonly users: readonly ProjectUser[];
  /** Infinite when the answer did not say: then only an empty page is the end. */
  readonly total: number;
}

/** Makes the search of a client. */
export function createUserSearch(client: ManagementClient): UserSearch {
  let pageSize = client.options.pageSize;

  async function* pages(
    filter: Readonly<Record<string, unknown>>,
    options: AbortableOptions,
  ): AsyncGenerator<ProjectUserPage> {
    let offset = 0;
    let previousFirst: string | undefined;
    /** An empty page before the end, or the page before once more: a search that lags, or an answer that was mixed up. */
    const isOdd = ({ users, total }: WirePage): boolean =>
      users.length === 0
        ? offset < total && total !== Infinity
        : offset > 0 && previousFirst !== "" && firstOf(users) === previousFirst;
    for (;;) {
      let page = await readPage(filter, offset, options);
      if (isOdd(page)) {
        await client.options.clock.sleep(LAG_MS, options.signal);
        page = await readPage(filter, offset, options);
      }
      if (page.users.length === 0) return;
      // To go on would be for ever, or leave users out.
      if (isOdd(page))
        throw translateFailure({ kind: "unexpected", operation: `POST ${SEARCH}`, reason: "ignores the offset" });
      previousFirst = firstOf(page.users);
      offset += page.users.length;
      finder.suggestWitness(page.users[0]?.loginIds[0]);
      yield { users: page.users, total: page.total === Infinity ? offset : page.total };
      if (offset >= page.total) return;
    }
  }

  /** A large page may be refused: then the size that is safe is asked for, now and from now on. */
  async function readPage(
    filter: Readonly<Record<string, unknown>>,
    offset: number,
    options: AbortableOptions,
  ): Promise<WirePage> {
    try {
      return await askPage(filter, offset, pageSize, options);
    } catch (error) {
      const tooLarge =
        hasCode(error, "ERR_TARGET_REFUSED") && (error.status === 400 || error.status === 413 || error.status === 422);
      if (!tooLarge || pageSize <= SAFE_PAGE) throw error;
      const page = await askPage(filter, offset, SAFE_PAGE, options);
      client.options.onEvent({ type: "page-reduced", from: pageSize, to: SAFE_PAGE });
      pageSize = SAFE_PAGE;
      return page;
    }
  }

  async function askPage(
    filter: Readonly<Record<string, unknown>>,
    offset: number,
    limit: number,
    options: AbortableOptions,
  ): Promise<WirePage> {
    // Not through the SDK: it knows no `offset`, and a page number is wrong once the server gives less than was asked for.
    const answer = await client.ask("POST", SEARCH, { ...filter, limit, offset }, options);
    const { users, total } = accept(`POST ${SEARCH}`, answer);
    const count = typeof total === "string" ? Number(total) : total;
    return {
      users: (Array.isArray(users) ? users : []).map(fromWireUser),
      total: typeof count === "number" && Number.isFinite(count) ? count : Infinity,
    };
  }

  const finder = createLoginIdFinder(pages);

  async function findById(userIds: readonly string[], options: AbortableOptions): Promise<readonly ProjectUser[]> {
    const wanted = [...new Set(userIds)].filter((userId) => userId !== "");
    const found = new Map<string, ProjectUser>();
    const lists = Array.from({ length: Math.ceil(wanted.length / SAFE_LIST) }, (_, index) =>
      wanted.slice(index * SAFE_LIST, (index + 1) * SAFE_LIST),
    );
    await forEachAtOnce(lists, async (list) => {
      const asked = new Set(list);
      for await (const { users } of pages({ userIds: [...asked] }, options)) {
        // A project that does not know the filter gives everybody.
        for (const user of users) if (asked.has(user.userId)) found.set(user.userId, user);
        if (list.every((userId) => found.has(userId))) break;
      }
    });
    return wanted.flatMap((userId) => found.get(userId) ?? []);
  }

  async function findByAttribute(
    attribute: string,
    values: readonly string[],
    options: AbortableOptions,
  ): Promise<readonly ProjectUser[]> {
    const wanted = [...new Set(values)].filter((value) => value !== "");
    const found = new Map<string, ProjectUser>();
    for (let start = 0; start < wanted.length; start += SAFE_LIST) {
      const some = wanted.slice(start, start + SAFE_LIST);
      const asked = new Set<unknown>(some);
      for await (const { users } of pages({ customAttributes: { [attribute]: some } }, options)) {
        for (const user of users) if (asked.has(user.customAttributes[attribute])) found.set(user.userId, user);
      }
    }
    return [...found.values()];
  }

  return { pages, ...finder, findById, findByAttribute };
}

function firstOf(users: readonly ProjectUser[]): string {
  return users[0]?.userId ?? "";
}
