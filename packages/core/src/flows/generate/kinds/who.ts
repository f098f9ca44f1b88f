import { type Branch, conditionStep, type Step } from "../draft.ts";
import { PLACE } from "../keys.ts";

/**
 * Tells apart who typed something in, before anything is proved: so it asks of `unauthUser`, never of `user`.
 *
 * @param to - Keys of the steps for users that the project does not know, and for imported ones without a credential.
 */
export function whoStep(
  to: { readonly unknown?: string | undefined; readonly fresh?: string | undefined },
  key = "who",
): Step {
  const branches: Branch[] = [];
  if (to.unknown !== undefined)
    branches.push({
      id: "unknownUser",
      name: "Not in Descope yet",
      when: [["unauthUser.loginIds", "empty"]],
      to: to.unknown,
    });
  if (to.fresh !== undefined)
    branches.push({
      id: "freshUser",
      name: "Imported, without a credential yet",
      when: [["unauthUser.customAttributes.freshlyMigrated", "is-true"]],
      to: to.fresh,
    });
  return conditionStep(key, "Who is it?", branches, { name: "Everybody else", to: PLACE.otherwise });
}
