/** The `Filter` of ListUsers: `<attribute> = "<value>"` or `<attribute> ^= "<value>"`, on the searchable attributes only. */

import { unescapeValue, valueAt } from "./attribute-shape.ts";
import { invalidParameter } from "./aws-error.ts";
import type { UserPool } from "./user-pool.ts";
import type { UserRecord } from "./user-record.ts";

/** A filter that was understood. */
export interface UserFilter {
  readonly attribute: string;
  readonly operator: "=" | "^=";
  readonly value: string;
}

const searchable: ReadonlySet<string> = new Set([
  "username",
  "email",
  "phone_number",
  "name",
  "given_name",
  "family_name",
  "preferred_username",
  "cognito:user_status",
  "status",
  "sub",
]);

/** @throws AwsError when the text is no filter or names an attribute that cannot be searched. */
export function parseUserFilter(text: string): UserFilter {
  const match = /^\s*"?([\w:]+)"?\s*(\^?=)\s*"((?:[^"\\]|\\.)*)"\s*$/su.exec(text);
  if (match === null) throw invalidParameter("Error while parsing filter");
  const [, attribute, operator, value] = match as unknown as [string, string, "=" | "^=", string];
  if (!searchable.has(attribute)) {
    throw invalidParameter(`Filtering on attribute ${attribute} is not supported`);
  }
  return { attribute, operator, value: value.replace(/\\(.)/gsu, "$1") };
}

/** Users that an index finds, in the order of the table; undefined when only a walk can tell. */
export function indexedMatches(pool: UserPool, filter: UserFilter): readonly UserRecord[] | undefined {
  if (filter.operator !== "=") return undefined;
  if (filter.attribute === "sub") {
    const user = pool.users.bySub(filter.value);
    return user === undefined ? [] : [user];
  }
  if (filter.attribute === "username") {
    const user = pool.users.byUsername(filter.value);
    return user === undefined || user.username !== filter.value ? [] : [user];
  }
  return pool.users.byAttributeAnyCase(filter.attribute, filter.value)?.toSorted((a, b) => a.index - b.index);
}

/** Tells whether a user matches. `username` and `status` tell upper from lower case, all else does not. */
export function userMatcher(filter: UserFilter): (user: UserRecord) => boolean {
  const { attribute, operator } = filter;
  const exactCase = attribute === "username" || attribute === "status";
  const wanted = exactCase ? filter.value : filter.value.toLowerCase();
  const fits = (value: string | undefined): boolean => {
    if (value === undefined) return false;
    const compared = exactCase ? value : value.toLowerCase();
    return operator === "=" ? compared === wanted : compared.startsWith(wanted);
  };
  switch (attribute) {
    case "sub":
      return (user) => (operator === "=" ? user.sub === wanted : user.sub.startsWith(wanted));
    case "username":
      return (user) => fits(user.username);
    case "cognito:user_status":
      return (user) => fits(user.status);
    case "status":
      return (user) => fits(user.enabled ? "Enabled" : "Disabled");
    default:
      return (user) => {
        const position = user.shape.positions.get(attribute);
        return position !== undefined && fits(unescapeValue(valueAt(user.values, position)));
      };
  }
}
