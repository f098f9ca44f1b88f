import { dirname, join } from "node:path";
import {
  type ApplicationPlan,
  type InboundApps,
  MigrationError,
  planApplications,
  type PoolApplications,
  readPoolApplications,
} from "@cognito-to-descope/core";
import { createInboundApps } from "@cognito-to-descope/descope";
import type { Config } from "../config/config.ts";
import type { Invocation } from "../invocation.ts";
import { openSources } from "../open-sources.ts";
import { targetOptions } from "../open-target.ts";
import { type ApplicationFiles, openApplicationFiles } from "./application-files.ts";

/** The app clients of all pools of the config. Their clients of Cognito are closed when this returns. */
export async function readAllApplications(
  { host }: Pick<Invocation, "host">,
  config: Config,
): Promise<readonly PoolApplications[]> {
  using opened = openSources(config);
  const pools: PoolApplications[] = [];
  for (const { source } of opened.sources) {
    pools.push(await readPoolApplications(source.settings(), { signal: host.signal }));
  }
  return pools;
}

/** The inbound applications of the project, and the files about them. */
export interface OpenApplications {
  readonly apps: InboundApps;
  readonly files: ApplicationFiles;
}

/** Opens both. Makes no request yet. */
export function openApplications(config: Config): OpenApplications {
  const apps = createInboundApps(targetOptions(config));
  return { apps, files: openApplicationFiles(join(dirname(config.reportDirectory), "apps"), apps.projectId) };
}

/**
 * Opens both, and keeps runs and other commands that write the project away until they are disposed.
 *
 * @throws MigrationError the faults of the store, and `ERR_RUN_ACTIVE`.
 */
export async function openLockedApplications(config: Config): Promise<OpenApplications & AsyncDisposable> {
  // The lock stands beside the state store, which may have to be made first.
  const store = await config.state.open();
  try {
    const lock = await config.state.lock(() => undefined);
    return {
      ...openApplications(config),
      async [Symbol.asyncDispose]() {
        await lock.release();
        await store[Symbol.asyncDispose]();
      },
    };
  } catch (error) {
    await store[Symbol.asyncDispose]();
    throw error;
  }
}

/** Plans what becomes of every app client, against what the project has. */
export async function planAllApplications(
  invocation: Invocation,
  config: Config,
  { apps, files }: OpenApplications,
): Promise<{ readonly plan: ApplicationPlan; readonly pools: readonly PoolApplications[] }> {
  const present = await apps.list({ signal: invocation.host.signal });
  const pools = await readAllApplications(invocation, config);
  const known = new Set(pools.flatMap(({ clients }) => clients.map(({ clientId }) => clientId)));
  const unknown = Object.keys(config.apps.clients).find((clientId) => !known.has(clientId));
  if (unknown !== undefined) {
    throw new MigrationError("ERR_CONFIG_INVALID", `no pool of the config has an app client ${unknown}`, {
      suggestion: "take it out of `apps.clients`, or mend its ID: `c2d apps assess` lists them",
    });
  }
  const records = files.ledger.read();
  return { plan: planApplications({ pools, present, records, choices: config.apps }), pools };
}
