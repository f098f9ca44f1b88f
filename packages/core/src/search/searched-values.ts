import { foldLoginId } from "../mapping/fold-login-id.ts";
import { OWN_ATTRIBUTES } from "../mapping/rules.ts";
import type { PlanItem } from "../plan/plan.ts";
import type { PoolUser } from "../pool/pool-user.ts";
import type { ProjectUser } from "../project/project-user.ts";

/** How much of a value, and of a text that is looked for, counts: in UTF-16 units. */
export const SEARCHED_LENGTH = 256;

const ATTRIBUTES = ["email", "phone_number", "name", "given_name", "family_name", "preferred_username"] as const;
const FIELDS = ["email", "phone", "name", "givenName", "familyName"] as const;

/**
 * The values of a plan item by which it is found, folded and each once: sub, username, email address, phone number, names, login
 * IDs and user ID, on both sides.
 *
 * @param user - The source user, where the store still has it.
 */
export function searchedValues(item: PlanItem, user?: PoolUser): readonly string[] {
  const { planned, existing } = item;
  const username = planned?.customAttributes[OWN_ATTRIBUTES.username];
  const values: (string | undefined)[] = [
    item.sub,
    ...(item.mergedSubs ?? []),
    ...(planned === undefined
      ? []
      : [planned.loginId, ...planned.additionalLoginIds, ...FIELDS.map((field) => planned[field])]),
    typeof username === "string" ? username : undefined,
    ...(existing === undefined ? [] : valuesOfProjectUser(existing)),
    ...(user === undefined ? [] : [user.username, ...ATTRIBUTES.map((name) => user.attributes[name])]),
  ];
  const folded = new Set(values.map((value) => (value === undefined ? "" : foldSearched(value))));
  folded.delete("");
  return [...folded];
}

/** A value, or a text that is looked for, in the form in which they are compared. */
export function foldSearched(value: string): string {
  return foldLoginId(value).slice(0, SEARCHED_LENGTH);
}

function valuesOfProjectUser(user: ProjectUser): readonly string[] {
  return [user.userId, ...user.loginIds, ...FIELDS.map((field) => user[field])];
}
