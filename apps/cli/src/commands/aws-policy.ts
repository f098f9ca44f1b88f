import { inventoryStatements } from "@cognito-to-descope/aws-inventory";
import { minimalPolicy, regionOfUserPoolId } from "@cognito-to-descope/cognito";
import { usageError } from "../errors.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import type { Command } from "../invocation.ts";
import { prepareConfig } from "../prepare.ts";

interface PolicyOptions {
  readonly userPoolId?: string;
  readonly region?: string;
  readonly account?: string;
  readonly inventory?: boolean;
  readonly setup?: boolean;
}

/** Prints the least policy that reads the named pool, or the pools of the config, as JSON. */
export const awsPolicy: Command<PolicyOptions> = async (invocation) => {
  const { output, options } = invocation;
  const config = await prepareConfig(invocation, { source: false, target: false });
  const pools =
    options.userPoolId === undefined
      ? config.sources.map(({ userPoolId, region }) => ({ userPoolId, region }))
      : [{ userPoolId: options.userPoolId, region: undefined }];
  const regions: string[] = [];
  const policies = (pools.length === 0 ? [{ userPoolId: undefined, region: undefined }] : pools).map(
    ({ userPoolId, region: ofPool }) => {
      const region =
        options.region ?? ofPool ?? (userPoolId === undefined ? undefined : regionOfUserPoolId(userPoolId));
      if (region === undefined) {
        throw usageError("the policy needs a region", "name the pool with --user-pool-id, or the region with --region");
      }
      regions.push(region);
      return minimalPolicy({ region, userPoolId, accountId: options.account, settings: options.setup });
    },
  );
  // One policy with the resources of all.
  const [first] = policies;
  const resources = [...new Set(policies.flatMap(({ Statement }) => Statement.flatMap(({ Resource }) => Resource)))];
  const own = first?.Statement.map((statement) => ({ ...statement, Resource: resources })) ?? [];
  const Statement = [...own, ...(options.inventory === true ? inventoryOf(regions) : [])];
  await output.data(`${JSON.stringify({ ...first, Statement }, undefined, 2)}\n`);
  return EXIT_CODES.done;
};

/** The statements of all regions, each once. */
function inventoryOf(regions: readonly string[]): readonly object[] {
  const merged = new Map<string, { readonly Sid: string; readonly Resource: readonly string[] }>();
  for (const region of new Set(regions)) {
    for (const statement of inventoryStatements(region)) {
      const before = merged.get(statement.Sid)?.Resource ?? [];
      merged.set(statement.Sid, { ...statement, Resource: [...new Set([...before, ...statement.Resource])] });
    }
  }
  return [...merged.values()];
}
