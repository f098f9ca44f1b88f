import { foldLoginId } from "@cognito-to-descope/core";
import type { AbortableOptions, ProjectUser, ProjectUserPatch, RefusedUser } from "@cognito-to-descope/core";
import { translateFailure, vendorCodeOf, vendorTextOf, VENDOR_CODES } from "./errors.ts";
import { loadUser } from "./load-user.ts";
import type { ManagementClient } from "./management-client.ts";
import { fromWireUser } from "./wire-user.ts";

const UPDATE = "/v1/mgmt/user/update";

/** One request that takes something off a user. */
interface Removal {
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/**
 * Takes off a patched user what its patch's lists do not have, for projects that add to a list instead of replacing it, and
 * the values that the patch takes away, for projects that do not know null in a patch.
 *
 * @param user - The user as the patch's answer gives it.
 * @returns The user as it is then, or why the project would not.
 */
export async function removeLeftovers(
  client: ManagementClient,
  patch: ProjectUserPatch,
  user: ProjectUser,
  options: AbortableOptions,
): Promise<ProjectUser | RefusedUser> {
  let settled = user;
  for (const { path, body } of removalsOf(patch, user)) {
    const answer = await client.ask("POST", path, body, options);
    if (!answer.ok) {
      const vendorCode = vendorCodeOf(answer.body);
      // A login ID that names nobody is off already: the first answer was lost.
      const gone = path.endsWith("/loginid") && vendorCode === VENDOR_CODES.userNotFound;
      const [left = patch.loginId] = patch.dropsLoginId === true ? (patch.additionalLoginIds ?? []) : [];
      const now = gone ? await loadUser(client, left, options) : undefined;
      if (now !== undefined) {
        settled = now.user;
        continue;
      }
      const error = translateFailure({ kind: "refused", operation: `POST ${path}`, status: answer.status, vendorCode });
      if (error.code !== "ERR_TARGET_REFUSED") throw error;
      return { loginIds: [patch.loginId], reason: vendorTextOf(answer.body) };
    }
    settled = fromWireUser((answer.body as { user?: unknown }).user);
  }
  return settled;
}

function removalsOf(patch: ProjectUserPatch, user: ProjectUser): readonly Removal[] {
  const { loginId, additionalLoginIds, dropsLoginId, roleNames, userTenants, customAttributes } = patch;
  const removals: Removal[] = [];
  if (roleNames !== undefined) removals.push(...roleRemoval({ loginId }, user.roleNames, roleNames));
  if (userTenants !== undefined) {
    const wanted = new Map(userTenants.map((tenant) => [tenant.tenantId, tenant.roleNames]));
    for (const { tenantId, roleNames: held } of user.userTenants) {
      const roles = wanted.get(tenantId);
      if (roles === undefined) removals.push({ path: `${UPDATE}/tenant/remove`, body: { loginId, tenantId } });
      else removals.push(...roleRemoval({ loginId, tenantId }, held, roles));
    }
  }
  for (const [attributeKey, value] of Object.entries(customAttributes ?? {})) {
    if (value !== null || !Object.hasOwn(user.customAttributes, attributeKey)) continue;
    removals.push({ path: `${UPDATE}/customAttribute`, body: { loginId, attributeKey, attributeValue: null } });
  }
  // Last: the removals before may name the user by the login ID that goes.
  if (additionalLoginIds !== undefined) {
    // Folded, so that no login ID is taken off that the project merely writes in another case.
    const kept = new Set([...(dropsLoginId === true ? [] : [loginId]), ...additionalLoginIds].map(foldLoginId));
    const extra = user.loginIds.filter((held) => !kept.has(foldLoginId(held)));
    removals.push(...extra.map((held) => ({ path: `${UPDATE}/loginid`, body: { loginId: held, newLoginId: "" } })));
  }
  return removals;
}

function roleRemoval(
  from: Readonly<Record<string, string>>,
  held: readonly string[],
  wanted: readonly string[],
): readonly Removal[] {
  const extra = held.filter((name) => !wanted.includes(name));
  return extra.length === 0 ? [] : [{ path: `${UPDATE}/role/remove`, body: { ...from, roleNames: extra } }];
}
