import { canonicalJson, type MappingRules } from "@cognito-to-descope/core";
import { systemDigest } from "../system.ts";
import type { SourceConfig } from "./config.ts";

/**
 * SHA-256 over everything in the config that a plan depends on: pools and project with their addresses, tenants, and
 * the mapping, a transform by its source text. Credentials, limits, state and reports do not change a plan.
 */
export function hashConfig(
  sources: readonly SourceConfig[],
  target: { readonly projectId: string; readonly baseUrl?: string | undefined } | undefined,
  rules: MappingRules,
): string {
  return systemDigest.sha256(
    canonicalJson({
      sources: sources.map(({ userPoolId, region, endpoint, tenant, tenantName }) => ({
        userPoolId,
        region,
        endpoint,
        tenant,
        tenantName,
      })),
      target: target && { projectId: target.projectId, baseUrl: target.baseUrl },
      rules: { ...rules, transform: rules.transform === undefined ? undefined : String(rules.transform) },
    }),
  );
}
