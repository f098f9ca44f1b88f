import { foldLoginId } from "../mapping/fold-login-id.ts";
import { OWN_ATTRIBUTES } from "../mapping/rules.ts";
import type { PlanItem } from "../plan/plan.ts";
import type { PoolUser } from "../pool/pool-user.ts";
import type { AttributeValue, ProjectUser } from "../project/project-user.ts";

/** How much of a value, and of a text that is looked for, counts: in UTF-16 units. */
export const SEARCHED_LENGTH = 256;

const ATTRIBUTES = ["email", "phone_number", "name", "given_name", "family_name"] as const;
const PREFERRED_USERNAME = "preferred_username";
const FIELDS = ["email", "phone", "name", "givenName", "familyName"] as const;

/**
 * The values of a plan item by which it is found, folded and each once: sub, username, email address, phone number, names, login
 * IDs and user ID, on both sides.
 *
 * @param user - The source user, where the store still has it.
 */
export function searchedValues(item: PlanItem, user?: PoolUser): readonly string[] {
  const { planned, existing } = item;
  const values: (string | undefined)[] = [
    item.sub,
    ...(item.mergedSubs ?? []),
    ...(planned === undefined
      ? []
      : [planned.loginId, ...planned.additionalLoginIds, ...FIELDS.map((field) => planned[field])]),
    ...[OWN_ATTRIBUTES.username, PREFERRED_USERNAME].map((name) => textOf(planned?.customAttributes[name])),
    ...(existing === undefined ? [] : valuesOfProjectUser(existing)),
    ...(user === undefined
      ? []
      : [user.username, ...[...ATTRIBUTES, PREFERRED_USERNAME].map((name) => user.attributes[name])]),
  ];
  const folded = new Set(values.map((value) => (value === undefined ? "" : foldSearched(value))));
  folded.delete("");
  return [...folded];
}

/** A value, or a text that is looked for, in the form in which they are compared. */
export function foldSearched(value: string): string {
  return foldLoginId(value).slice(0, SEARCHED_LENGTH);
}

function textOf(value: AttributeValue | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function valuesOfProjectUser(user: ProjectUser): readonly string[] {
  return [user.userId, ...user.loginIds, ...FIELDS.map((field) => user[field])];
}
