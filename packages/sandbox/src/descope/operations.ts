/** Every operation of the Descope half. */

import { accessKeyOperations } from "./definitions/access-keys.ts";
import { applicationOperations } from "./definitions/applications.ts";
import { auditOperations } from "./audit.ts";
import { authorizationServerOperations } from "./sign-in/authorization-server.ts";
import { connectorOperations } from "./definitions/connectors.ts";
import { createUserOperations } from "./users/create-users.ts";
import { customAttributeOperations } from "./definitions/custom-attributes.ts";
import { flowOperations } from "./flows/flow-operations.ts";
import { hostedPageOperations } from "./flows/hosted-page.ts";
import { impersonationOperations } from "./sign-in/impersonation.ts";
import { jwtTemplateOperations } from "./definitions/jwt-templates.ts";
import { messageOperations } from "./sign-in/message-operations.ts";
import { oauthOperations } from "./sso/oauth-operations.ts";
import { oauthProviderOperations } from "./sso/oauth-providers.ts";
import { oneTimeOperations } from "./sign-in/one-time-operations.ts";
import type { Operation } from "./operation.ts";
import { passwordOperations } from "./sign-in/password-operations.ts";
import { passwordPolicyOperations } from "./definitions/password-policy.ts";
import { userPasswordOperations } from "./sign-in/passwords.ts";
import { permissionOperations } from "./definitions/permissions.ts";
import { readUserOperations } from "./users/read-users.ts";
import { roleOperations } from "./definitions/roles.ts";
import { samlOperations } from "./sso/saml-operations.ts";
import { searchUserOperations } from "./users/search-users.ts";
import { sessionOperations } from "./sign-in/session-operations.ts";
import { signInOperations } from "./sign-in/sign-in-operations.ts";
import { snapshotOperations } from "./snapshot.ts";
import { ssoSettingsOperations } from "./sso/sso-settings.ts";
import { tenantOperations } from "./definitions/tenants.ts";
import { ssoSetupLinkOperations } from "./sso/sso-setup-links.ts";
import { totpOperations } from "./sign-in/totp.ts";
import { updateUserOperations } from "./users/update-users.ts";

const licenseOperation: Operation = {
  name: "GET /v1/mgmt/license",
  access: "management",
  run: () => ({ rateLimitTier: "tier1" }),
};

/** All of them, for tables and for the router. */
export const descopeOperations: readonly Operation[] = [
  licenseOperation,
  ...createUserOperations,
  ...updateUserOperations,
  ...readUserOperations,
  ...searchUserOperations,
  ...userPasswordOperations,
  ...customAttributeOperations,
  ...roleOperations,
  ...permissionOperations,
  ...tenantOperations,
  ...passwordPolicyOperations,
  ...signInOperations,
  ...oneTimeOperations,
  ...passwordOperations,
  ...messageOperations,
  ...totpOperations,
  ...impersonationOperations,
  ...ssoSetupLinkOperations,
  ...sessionOperations,
  ...ssoSettingsOperations,
  ...oauthProviderOperations,
  ...oauthOperations,
  ...samlOperations,
  ...connectorOperations,
  ...flowOperations,
  ...hostedPageOperations,
  ...jwtTemplateOperations,
  ...accessKeyOperations,
  ...applicationOperations,
  ...auditOperations,
  ...snapshotOperations,
  ...authorizationServerOperations,
];

/** A request's operation with the values of the path's variable parts. */
export interface Match {
  readonly operation: Operation;
  readonly parameters: Readonly<Record<string, string>>;
}

const none: Readonly<Record<string, string>> = {};

/** Finds the operation of a method and a path. */
export function createRouter(operations: readonly Operation[]): (method: string, path: string) => Match | undefined {
  const fixed = new Map<string, Match>();
  const variable: { readonly operation: Operation; readonly pattern: RegExp }[] = [];
  for (const operation of operations) {
    if (!operation.name.includes("{")) fixed.set(operation.name, { operation, parameters: none });
    else {
      const source = operation.name.replaceAll(".", String.raw`\.`).replaceAll(/\{(\w+)\}/g, "(?<$1>[^/]+)");
      variable.push({ operation, pattern: new RegExp(`^${source}$`) });
    }
  }
  return (method, path) => {
    const name = `${method} ${path}`;
    const match = fixed.get(name);
    if (match !== undefined) return match;
    for (const { operation, pattern } of variable) {
      const groups = pattern.exec(name)?.groups;
      if (groups !== undefined) return { operation, parameters: groups };
    }
    return undefined;
  };
}
