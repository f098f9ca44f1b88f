import type { JitSetupPorts, PoolSettings, ProvisionTarget } from "@cognito-to-descope/core";
import { createConnectors, createFlows, createProvisionTarget } from "@cognito-to-descope/descope";
import type { Config } from "../config/config.ts";
import { usageError } from "../errors.ts";
import { openSources, type OpenSource } from "../open-sources.ts";
import { openTarget, targetOptions } from "../open-target.ts";

/** Both sides of a set-up, opened. */
export interface OpenSetup extends Disposable {
  /** The pools that are meant. */
  readonly sources: readonly OpenSource[];
  readonly ports: JitSetupPorts;
  readonly target: Pick<ProvisionTarget, "readSnapshot" | "readPasswordPolicy">;
}

/**
 * Opens the pools that are meant and the project. Makes no request yet.
 *
 * @param userPoolId - The one pool of several; all when left out.
 * @throws MigrationError `ERR_USAGE` when the config has no such pool.
 */
export function openSetup(config: Config, userPoolId: string | undefined): OpenSetup {
  const opened = openSources(config);
  const sources = opened.sources.filter(({ source }) => userPoolId === undefined || source.userPoolId === userPoolId);
  if (sources.length === 0) {
    opened[Symbol.dispose]();
    throw usageError("the config has no user pool of this ID", "see its sources, or set COGNITO_USER_POOL_ID");
  }
  const options = targetOptions(config);
  const settings = sources.map(({ source }): [string, PoolSettings] => [source.userPoolId, source.settings()]);
  return {
    sources,
    ports: {
      pools: new Map(settings),
      target: openTarget(config),
      connectors: createConnectors(options),
      flows: createFlows(options),
    },
    target: createProvisionTarget({ ...options, maxThrottleWaitMs: 1_800_000 }),
    [Symbol.dispose]: () => opened[Symbol.dispose](),
  };
}
