/**
 * Reads and writes Descope projects: the `ProjectTarget` port over the official SDK, with a fetch underneath that
 * keeps the quotas, waits out throttling, and never repeats a write that may have happened.
 *
 * @module
 */
export { DEFAULT_LIMITS, type BucketLimit, type BucketName } from "./endpoints.ts";
export type { TargetEvent, TargetEventListener } from "./events.ts";
export { createFederatedApps } from "./federated-apps.ts";
export { createConnectors } from "./connectors.ts";
export { createInboundApps } from "./inbound-apps.ts";
export { createFlows } from "./flows.ts";
export { createJwtTemplates } from "./jwt-templates.ts";
export { createOAuthProviders } from "./oauth-providers.ts";
export type { ProjectTargetOptions, RetryPolicy } from "./options.ts";
export { probeProject, type IssuerTrait, type ProjectTraits, type SearchPageTrait } from "./probe.ts";
export { createProjectTarget } from "./project-target.ts";
export { createSsoTarget } from "./sso-target.ts";
export { createProvisionTarget } from "./provision-target.ts";
