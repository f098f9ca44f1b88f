import { foldLoginId } from "../mapping/fold-login-id.ts";
import { TEXT_FIELDS } from "../plan/patch-for.ts";
import type { NewProjectUser, ProjectUser, ProjectUserPatch, UserStatus } from "../project/project-user.ts";

type WritablePatch = { -readonly [K in keyof ProjectUserPatch]: ProjectUserPatch[K] };

/**
 * The patch that takes another one back: it names the same fields, with what they held before.
 *
 * @param before - The user as it was before the patch that is taken back.
 * @param now - The user as it is.
 */
export function restorePatch(patch: ProjectUserPatch, before: ProjectUser, now: ProjectUser): ProjectUserPatch {
  const wanted = new Set(before.loginIds.map(foldLoginId));
  const shared = now.loginIds.find((held) => wanted.has(foldLoginId(held)));
  const loginId = shared ?? now.loginIds[0] ?? patch.loginId;
  const restore: WritablePatch = { loginId };
  for (const field of TEXT_FIELDS) if (patch[field] !== undefined) restore[field] = before[field];
  // An address and whether it is verified belong together: a project may take the one back when the other changes.
  if (patch.email !== undefined || patch.verifiedEmail !== undefined) {
    restore.email = before.email;
    restore.verifiedEmail = before.verifiedEmail;
  }
  if (patch.phone !== undefined || patch.verifiedPhone !== undefined) {
    restore.phone = before.phone;
    restore.verifiedPhone = before.verifiedPhone;
  }
  if (patch.status !== undefined) restore.status = before.status as UserStatus;
  if (patch.customAttributes !== undefined) {
    restore.customAttributes = Object.fromEntries(
      Object.keys(patch.customAttributes).map((name) => [name, before.customAttributes[name] ?? null]),
    );
  }
  if (patch.additionalLoginIds !== undefined) {
    restore.additionalLoginIds = before.loginIds.filter((id) => foldLoginId(id) !== foldLoginId(loginId));
    if (shared === undefined) restore.dropsLoginId = true;
  }
  if (patch.roleNames !== undefined) restore.roleNames = before.roleNames;
  if (patch.userTenants !== undefined) restore.userTenants = before.userTenants;
  return restore;
}

/**
 * The user that is created anew from what it was. Credentials cannot be brought back, and roles of the project only where
 * the user is in no tenant: a create takes one or the other.
 */
export function userFromImage(image: ProjectUser): NewProjectUser {
  const [loginId = "", ...additionalLoginIds] = image.loginIds;
  const texts = TEXT_FIELDS.flatMap((field) => (image[field] === "" ? [] : [[field, image[field]] as const]));
  return {
    loginId,
    additionalLoginIds,
    ...Object.fromEntries(texts),
    verifiedEmail: image.verifiedEmail,
    verifiedPhone: image.verifiedPhone,
    status: image.status === "enabled" || image.status === "invited" ? image.status : "disabled",
    roleNames: image.userTenants.length > 0 ? [] : image.roleNames,
    userTenants: image.userTenants,
    customAttributes: image.customAttributes,
    ...(image.createdTime > 0 ? { createdTime: image.createdTime } : {}),
  };
}
