import type { ProjectUser, ProjectUserPatch } from "../project/project-user.ts";

/** The parts of a user by which it holds definitions, after a patch. */
export function applyPatchTo(
  { roleNames, userTenants, customAttributes }: ProjectUser,
  patch: ProjectUserPatch,
): Pick<ProjectUser, "roleNames" | "userTenants" | "customAttributes"> {
  const attributes = Object.entries({ ...customAttributes, ...patch.customAttributes });
  return {
    roleNames: patch.roleNames ?? roleNames,
    userTenants: patch.userTenants ?? userTenants,
    customAttributes: Object.fromEntries(
      attributes.flatMap(([name, value]) => (value === null ? [] : [[name, value] as const])),
    ),
  };
}
