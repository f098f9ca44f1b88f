import { subsOf } from "../mapping/cognito-subs.ts";
import { type MappingRules, OWN_ATTRIBUTES } from "../mapping/rules.ts";
import { decide, isProvenSame } from "../plan/decide.ts";
import type { NewProjectUser, ProjectUser, ProjectUserPatch } from "../project/project-user.ts";
import type { RefusedProvisioning } from "./jit-provisioner.ts";

/** What is to be done to bring one signed-in user into the project. */
export type ProvisioningStep =
  | { readonly kind: "create"; readonly planned: NewProjectUser }
  | {
      readonly kind: "update";
      readonly existing: ProjectUser;
      /** Whether the user has no password in the project, and is to have this one. */
      readonly setsPassword: boolean;
      /** To be written once the password is set. */
      readonly patch?: ProjectUserPatch | undefined;
    }
  | { readonly kind: "refuse"; readonly reason: RefusedProvisioning };

/**
 * Decides what to do to a user whose password Cognito confirmed: what an import decides, and the password.
 *
 * A password that the project has is newer than the pool's, or the same: it is never replaced. Nobody gets a password for an
 * account that is not proven to be theirs, whatever the rules say of the rest of it. Nobody is enabled.
 *
 * @param matches - Users of the project with the same `sub` or with any of the planned login IDs.
 * @param hasPassword - Whether there is a password that the project takes.
 */
export function decideProvisioning(
  planned: NewProjectUser,
  matches: readonly ProjectUser[],
  rules: Pick<MappingRules, "existing">,
  hasPassword: boolean,
): ProvisioningStep {
  const decision = decide(planned, matches, rules);
  const { existing } = decision;
  if (decision.operation === "create") return { kind: "create", planned: decision.planned ?? planned };
  if (existing === undefined) return { kind: "refuse", reason: "login-id-taken" };
  if (!isOurs(planned, existing) && !isProvenSame(planned, existing)) {
    return { kind: "refuse", reason: "login-id-taken" };
  }
  if (existing.status === "disabled") return { kind: "refuse", reason: "disabled" };
  const held = hasOwnPassword(existing);
  const setsPassword = hasPassword && !held;
  return {
    kind: "update",
    existing,
    setsPassword,
    patch: held || setsPassword ? withoutFreshness(existing, decision.patch) : decision.patch,
  };
}

/** Whether a user of the project has a password there. */
export function hasOwnPassword({ credentials }: ProjectUser): boolean {
  return credentials?.includes("password") === true;
}

/** Whether the user of the project stands for this user of the pool. */
function isOurs(planned: NewProjectUser, existing: ProjectUser): boolean {
  const sub = planned.customAttributes[OWN_ATTRIBUTES.sub];
  return typeof sub === "string" && subsOf(existing.customAttributes).includes(sub);
}

/** The patch, and that the user has a credential of its own now. */
function withoutFreshness(existing: ProjectUser, patch: ProjectUserPatch | undefined): ProjectUserPatch | undefined {
  const { freshlyMigrated } = OWN_ATTRIBUTES;
  if (existing.customAttributes[freshlyMigrated] !== true) return patch;
  const loginId = patch?.loginId ?? existing.loginIds[0];
  if (loginId === undefined) return patch;
  return { ...patch, loginId, customAttributes: { ...patch?.customAttributes, [freshlyMigrated]: false } };
}
