import type { GroupLookup, PoolUserReader } from "@cognito-to-descope/core";
import type { PoolCalls } from "./pool-calls.ts";
import { userOfAnswer } from "./user-of-answer.ts";
import { refusalOf, type VendorRefusal } from "./vendor-refusal.ts";

/** What reads single users. */
export interface PoolUserReaderOptions {
  readonly userPoolId: string;
  readonly calls: PoolCalls;
}

/** The most that a page of groups holds. */
const GROUPS_PER_PAGE = 60;
/** A user has at most 100 groups. */
const MAX_PAGES = 4;

/**
 * Makes what reads single users with `AdminGetUser` and `AdminListGroupsForUser`.
 *
 * `AdminGetUser` makes a user a billable active user; so does the sign-in that follows.
 */
export function createPoolUserReader({ userPoolId, calls }: PoolUserReaderOptions): PoolUserReader {
  return {
    async readUser(username, { timeoutMs }) {
      const answer = await calls.sendSigned("AdminGetUser", { UserPoolId: userPoolId, Username: username }, timeoutMs);
      if (answer.kind !== "answer") return { kind: "failed", code: "" };
      const refusal = refusalOf(answer);
      if (refusal?.code === "UserNotFoundException") return { kind: "absent" };
      if (refusal !== undefined && isImpossibleName(refusal)) return { kind: "absent" };
      if (refusal !== undefined) return { kind: "failed", code: refusal.code };
      const user = userOfAnswer(answer.body);
      return user === undefined ? { kind: "failed", code: "" } : { kind: "found", user };
    },
    async readGroups(username, { timeoutMs }): Promise<GroupLookup> {
      const groups: string[] = [];
      let token: string | undefined;
      for (let page = 0; page < MAX_PAGES; page += 1) {
        const input = {
          UserPoolId: userPoolId,
          Username: username,
          Limit: GROUPS_PER_PAGE,
          ...(token === undefined ? {} : { NextToken: token }),
        };
        const answer = await calls.sendSigned("AdminListGroupsForUser", input, timeoutMs);
        if (answer.kind !== "answer") return { kind: "failed", code: "" };
        const refusal = refusalOf(answer);
        if (refusal !== undefined) return { kind: "failed", code: refusal.code };
        const { Groups: listed, NextToken: next } = answer.body as {
          readonly Groups?: readonly { readonly GroupName?: unknown }[];
          readonly NextToken?: unknown;
        };
        for (const { GroupName: name } of listed ?? []) if (typeof name === "string") groups.push(name);
        if (typeof next !== "string" || next === "") return { kind: "found", groups };
        token = next;
      }
      return { kind: "failed", code: "" };
    },
  };
}

/** A name with a space, say: no user can have it. */
function isImpossibleName({ code, message }: VendorRefusal): boolean {
  return code === "InvalidParameterException" && /'username'.*constraint/i.test(message);
}
