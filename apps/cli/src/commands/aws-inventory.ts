import { type AwsAccess, type PoolUse, readInventory, type ServiceRemark } from "@cognito-to-descope/aws-inventory";
import { awsCredentials, regionOfUserPoolId } from "@cognito-to-descope/cognito";
import type { IssuingPool } from "@cognito-to-descope/core";
import type { SourceConfig } from "../config/config.ts";
import { usageError } from "../errors.ts";
import { EMIT_TARGET_NAMES } from "../aws/target-names.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import type { Command } from "../invocation.ts";
import type { Output } from "../output/output.ts";
import { countOf, printable, printableName } from "../output/printable.ts";
import { poolAccess } from "../pool-access.ts";
import { prepareConfig } from "../prepare.ts";

interface InventoryOptions {
  readonly region?: readonly string[];
  readonly endpoint?: string;
}

interface RegionInventory {
  readonly region: string;
  readonly userPoolIds: readonly string[];
  readonly uses: readonly PoolUse[];
  readonly remarks: readonly ServiceRemark[];
}

const FLAGS: Readonly<Record<string, string>> = {
  apiId: "--api-id",
  apiName: "--api-name",
  defaultAction: "--default-action",
  listenerArn: "--listener-arn",
  targetGroupArn: "--target-group-arn",
  identityPoolId: "--identity-pool-id",
  identityPoolName: "--identity-pool-name",
  guests: "--guests",
  authenticatedRoleArn: "--role-arn",
};

/** Lists what trusts the pools. */
export const awsInventory: Command<InventoryOptions> = async (invocation) => {
  const { host, output, options } = invocation;
  const config = await prepareConfig(invocation, { source: true, target: false });
  if (options.endpoint !== undefined && !URL.canParse(options.endpoint)) {
    throw usageError("--endpoint must be a URL");
  }
  const regions: RegionInventory[] = [];
  for (const { access, pools } of accounts(config.sources, options)) {
    const { uses, remarks } = await readInventory(access, pools, {
      signal: host.signal,
      onService: (service) => output.note(`looking through ${service} in ${access.region}`),
    });
    regions.push({ region: access.region, userPoolIds: pools.map(({ userPoolId }) => userPoolId), uses, remarks });
  }
  for (const region of regions) print(region, output);
  output.document({ regions });
  return regions.some(({ remarks }) => remarks.length > 0) ? EXIT_CODES.incomplete : EXIT_CODES.done;
};

/** Each account and region once, with the pools that are sought there. */
function accounts(
  sources: readonly SourceConfig[],
  { region: asked, endpoint }: InventoryOptions,
): readonly { readonly access: AwsAccess; readonly pools: readonly IssuingPool[] }[] {
  const found = new Map<string, { readonly access: AwsAccess; readonly pools: IssuingPool[] }>();
  for (const source of sources) {
    const { userPoolId, profile, roleArn } = source;
    const own = source.region ?? regionOfUserPoolId(userPoolId);
    if (own === undefined) throw usageError("a pool of the config has no region", "set source.region");
    for (const region of asked ?? [own]) {
      const key = JSON.stringify([region, profile, roleArn]);
      let account = found.get(key);
      if (account === undefined) {
        const credentials = awsCredentials({ ...poolAccess(source), region, endpoint });
        account = { access: { region, endpoint, profile, credentials }, pools: [] };
        found.set(key, account);
      }
      account.pools.push({ userPoolId, region: own });
    }
  }
  return [...found.values()];
}

function print({ region, userPoolIds, uses, remarks }: RegionInventory, output: Output): void {
  output.line(output.style("bold", `${region}: what trusts ${userPoolIds.join(", ")}`));
  for (const use of uses.filter(({ certainty }) => certainty === "trusts")) printUse(use, output);
  const looks = uses.filter(({ certainty }) => certainty === "look");
  if (looks.length > 0)
    output.line(`\n${output.style("bold", "to be looked at: their settings do not say which tokens they accept")}`);
  for (const use of looks) printUse(use, output);
  for (const { service, message } of remarks) output.line(`${output.style("yellow", "note")}: ${service}: ${message}`);
  output.line(
    `\n${countOf(uses.length - looks.length, "use")} found, ${looks.length} to look at${
      remarks.length === 0 ? "" : `, ${countOf(remarks.length, "service")} not looked through`
    }`,
  );
  output.line(
    "not seen from here: code that verifies tokens itself, Lambda@Edge, Verified Permissions, apps' configuration",
  );
}

function printUse({ kind, name, id, usedIn, change, targets, options }: PoolUse, output: Output): void {
  output.line(`\n${kind}: ${printableName(name)} (${printable(id)})`);
  const shown = usedIn.slice(0, 5).map(printable);
  if (shown.length > 0)
    output.line(`  used in: ${shown.join(", ")}${usedIn.length > 5 ? `, and ${usedIn.length - 5} more` : ""}`);
  output.line(`  change:  ${change}`);
  for (const target of targets.filter((one) => EMIT_TARGET_NAMES.includes(one))) {
    const given = Object.entries(options).map(([option, value]) => `${FLAGS[option] ?? ""} ${quote(printable(value))}`);
    output.line(`  with:    c2d aws emit ${[target, ...given].join(" ")}`);
  }
}

/** As a shell takes it. */
function quote(text: string): string {
  return /^[\w:/.@-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
