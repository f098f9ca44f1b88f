/** Links by which the administrator of a tenant's identity provider sets up SSO. */

import { readString, requireString } from "../json-fields.ts";
import { nothing } from "../operation.ts";
import type { Call, Operation } from "../operation.ts";

function generate({ project, body, baseUrl }: Call): { readonly adminSSOConfigurationLink: string } {
  const tenant = project.tenants.require(requireString(body, "tenantId"));
  const ssoId = readString(body, "ssoId") ?? "";
  const query = new URLSearchParams({ tenant: tenant.id, ssoId, token: project.ids.secret(20) });
  return { adminSSOConfigurationLink: `${baseUrl}/sso-setup/${project.projectId}?${query}` };
}

const partly = "the link leads nowhere: there is no setup page here";

export const ssoSetupLinkOperations: readonly Operation[] = [
  { name: "POST /v1/mgmt/tenant/adminlinks/sso/generate", access: "management", partly, run: generate },
  { name: "POST /v2/mgmt/tenant/adminlinks/sso/generate", access: "management", partly, run: generate },
  {
    name: "POST /v1/mgmt/tenant/adminlinks/sso/revoke",
    access: "management",
    partly,
    run: ({ project, body }) => {
      project.tenants.require(requireString(body, "tenantId"));
      return nothing;
    },
  },
];
