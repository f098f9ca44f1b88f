import type { ConfigProblem } from "../../errors.ts";
import type { WrittenConfig, WrittenSource } from "../written-config.ts";

/** Either one pool as `source` or several as `sources`, each of them once. */
export function checkSources({ source, sources }: WrittenConfig): readonly ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  if (source !== undefined && sources !== undefined) {
    problems.push({ path: "sources", message: "must not stand beside `source`: keep one of the two" });
  }
  problems.push(...checkTenantNames(sources ?? (source === undefined ? [] : [source]), sources !== undefined));
  const seen = new Map<string, number>();
  for (const [index, { userPoolId }] of (sources ?? []).entries()) {
    if (userPoolId === undefined) {
      problems.push({
        path: `sources[${index}].userPoolId`,
        message: 'is missing; must look like "us-east-1_AbCdEf123"',
      });
      continue;
    }
    const first = seen.get(userPoolId);
    if (first !== undefined) {
      problems.push({ path: `sources[${index}].userPoolId`, message: `is the same pool as sources[${first}]` });
    } else {
      seen.set(userPoolId, index);
    }
  }
  return problems;
}

/** One name for each tenant, and no two tenants of one name: Descope refuses the second. */
function checkTenantNames(sources: readonly WrittenSource[], isList: boolean): readonly ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const names = new Map<string, string>();
  for (const { tenant, tenantName } of sources) {
    if (tenant !== undefined && tenantName !== undefined) names.set(tenant, tenantName);
  }
  for (const { tenant } of sources) if (tenant !== undefined && !names.has(tenant)) names.set(tenant, tenant);
  const tenants = new Map([...names].map(([tenant, name]) => [name, tenant]));
  for (const [index, { tenant, tenantName }] of sources.entries()) {
    if (tenantName === undefined) continue;
    const path = isList ? `sources[${index}].tenantName` : "source.tenantName";
    if (tenant === undefined) problems.push({ path, message: "is the name of no tenant: set `tenant` beside it" });
    else if (names.get(tenant) !== tenantName) {
      problems.push({ path, message: `differs from the name that another source gives tenant ${tenant}` });
    } else if (tenants.get(tenantName) !== tenant) {
      problems.push({ path, message: "is the name of two tenants: Descope takes it for one" });
    }
  }
  return problems;
}
