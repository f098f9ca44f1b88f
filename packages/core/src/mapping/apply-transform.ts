import type { UserFinding } from "../findings/finding.ts";
import type { PoolUser } from "../pool/pool-user.ts";
import type { NewProjectUser } from "../project/project-user.ts";
import { type MappingRules, OWN_ATTRIBUTES } from "./rules.ts";

/** Lets the configured transform change a planned user. Never throws: a transform that fails leaves the user out. */
export function applyTransform(
  { transform }: Pick<MappingRules, "transform">,
  planned: NewProjectUser,
  user: PoolUser,
  groups: readonly string[],
  findings: UserFinding[],
): { readonly planned: NewProjectUser } | { readonly leftOut: string } {
  if (transform === undefined) return { planned };
  try {
    const result: unknown = transform(planned, user, groups);
    if (result === null) {
      findings.push({ rule: "user-skipped-by-policy", subject: "transform" });
      return { leftOut: "the configured transform leaves it out" };
    }
    if (isNewProjectUser(result)) {
      // Whatever else a transform changes, the user is known again by its `sub`.
      const customAttributes = { ...result.customAttributes, [OWN_ATTRIBUTES.sub]: user.sub };
      return { planned: { ...result, customAttributes } };
    }
  } catch {
    // The error may hold the user's data: the finding names the user, the transform can be tried on it.
  }
  findings.push({ rule: "user-transform-failed" });
  return { leftOut: "the configured transform failed" };
}

const STATUSES = new Set<unknown>(["enabled", "disabled", "invited"]);

/** A config in plain JavaScript is checked by no compiler: a part that is missing would stop the whole plan later. */
function isNewProjectUser(value: unknown): value is NewProjectUser {
  if (typeof value !== "object" || value === null) return false;
  const user = value as Record<keyof NewProjectUser, unknown>;
  return (
    typeof user.loginId === "string" &&
    user.loginId.trim() !== "" &&
    isTextList(user.additionalLoginIds) &&
    STATUSES.has(user.status) &&
    isTextList(user.roleNames) &&
    Array.isArray(user.userTenants) &&
    user.userTenants.every(isUserTenant) &&
    typeof user.customAttributes === "object" &&
    user.customAttributes !== null
  );
}

function isUserTenant(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const { tenantId, roleNames } = value as Record<string, unknown>;
  return typeof tenantId === "string" && isTextList(roleNames);
}

function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === "string");
}
