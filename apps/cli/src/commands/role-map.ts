import { importTenants, nameRoles, type PoolSnapshot, type RoleMap, roleMapOf } from "@cognito-to-descope/core";
import { EXIT_CODES } from "../exit-codes.ts";
import type { Command } from "../invocation.ts";
import { openSources } from "../open-sources.ts";
import { openTarget } from "../open-target.ts";
import { prepareConfig } from "../prepare.ts";

/** Prints what the groups of each pool give by the rules of the config, as JSON for back ends that verify tokens. */
export const roleMap: Command = async (invocation) => {
  const { host, output } = invocation;
  const config = await prepareConfig(invocation, { source: true, target: true });
  const { roles: projectRoles } = await openTarget(config).readSnapshot({ signal: host.signal });
  using opened = openSources(config);
  const pools: PoolSnapshot[] = [];
  for (const { source } of opened.sources) pools.push(await source.readSnapshot({ signal: host.signal }));
  const names = nameRoles(pools, config.rules);
  const byConnection = importTenants(pools, config.rules, new Map());
  const maps: Record<string, RoleMap> = {};
  for (const [index, pool] of pools.entries()) {
    const tenant = opened.sources[index]?.tenant;
    maps[pool.userPoolId] = roleMapOf(pool, byConnection.rules[index] ?? config.rules, { tenant, projectRoles, names });
  }
  await output.data(`${JSON.stringify(maps, undefined, 2)}\n`);
  return EXIT_CODES.done;
};
