import type { NewProjectUser } from "@cognito-to-descope/core";
import { type ExportSource, planItemPages } from "./export-source.ts";

/**
 * The JSON list that Descope's console takes as an upload, mapped as a plan maps.
 *
 * The upload has no place for further login IDs, for the time of creation, and for roles held in one tenant only: roles are
 * listed once, for all.
 */
export async function* descopeJson(source: ExportSource): AsyncGenerator<string> {
  yield "[";
  let separator = "\n";
  for await (const page of planItemPages(source)) {
    let text = "";
    for (const { planned } of page) {
      if (planned === undefined) continue;
      text += separator + JSON.stringify(uploadedUser(planned));
      separator = ",\n";
    }
    yield text;
  }
  yield "\n]\n";
}

function uploadedUser(user: NewProjectUser): object {
  const roles = new Set([...user.roleNames, ...user.userTenants.flatMap(({ roleNames }) => roleNames)]);
  const displayName = user.name ?? [user.givenName, user.familyName].filter(Boolean).join(" ");
  return {
    identifier: user.loginId,
    ...(displayName === "" ? {} : { displayName }),
    ...(user.email === undefined ? {} : { email: user.email }),
    ...(user.phone === undefined ? {} : { phoneNumber: user.phone }),
    verifiedEmail: user.verifiedEmail,
    verifiedPhone: user.verifiedPhone,
    authorization: { roles: [...roles].map((id) => ({ id })) },
    tenants: user.userTenants.map(({ tenantId }) => tenantId),
    status: user.status,
    test: false,
    customAttributes: user.customAttributes,
  };
}
