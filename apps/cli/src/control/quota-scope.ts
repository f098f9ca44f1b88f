import type { SourceConfig } from "../config/config.ts";

/**
 * Which budget of AWS a pool is read from: `eu-west-1`, `eu-west-1/production`, `eu-west-1/123456789012/reader`.
 *
 * AWS counts per account and region: pools that are read with the same credentials share one budget.
 */
export function quotaScope({ region, profile, roleArn }: SourceConfig): string {
  const role = roleArn?.replace(/^arn:[^:]*:iam::/, "").replace(":role/", "/");
  return [region ?? "default", profile, role].filter((part) => part !== undefined).join("/");
}

/** The scope of each source; absent where all share one budget, because then nobody has to tell them apart. */
export function quotaScopes(sources: readonly SourceConfig[]): readonly (string | undefined)[] {
  const scopes = sources.map(quotaScope);
  return new Set(scopes).size > 1 ? scopes : scopes.map(() => undefined);
}
