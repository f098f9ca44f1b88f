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
  readonly sso?: boolean;
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
      return minimalPolicy({
        region,
        userPoolId,
        accountId: options.account,
        settings: options.setup,
        domains: options.sso,
      });
    },
  );
  const statements = [
    ...policies.flatMap((policy) => policy.Statement),
    ...(options.inventory === true ? [...new Set(regions)].flatMap((region) => inventoryStatements(region)) : []),
  ];
  const policy = { Version: "2012-10-17", Statement: mergedBySid(statements) };
  await output.data(`${JSON.stringify(policy, undefined, 2)}\n`);
  return EXIT_CODES.done;
};

interface Statement {
  readonly Sid: string;
  readonly Resource: readonly string[];
}

/** Each statement once, with the resources of all that have its name and no others. */
function mergedBySid(statements: readonly Statement[]): readonly Statement[] {
  const merged = new Map<string, Statement>();
  for (const statement of statements) {
    const before = merged.get(statement.Sid)?.Resource ?? [];
    merged.set(statement.Sid, { ...statement, Resource: [...new Set([...before, ...statement.Resource])] });
  }
  return [...merged.values()];
}
