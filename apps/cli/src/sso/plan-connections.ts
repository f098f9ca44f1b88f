import { type ConnectionKey, planSso, type SsoPlan, type SsoRecord } from "@cognito-to-descope/core";
import type { Config } from "../config/config.ts";
import { systemClock, systemDigest } from "../system.ts";
import { readPools, type ReadPools, type SsoReading, type SsoSession } from "./open-sso.ts";

/** A plan of connections, with what it was made of. */
export interface PlannedConnections extends Disposable {
  readonly plan: SsoPlan;
  readonly pools: ReadPools;
  readonly records: readonly SsoRecord[];
}

/**
 * Reads the pools of the config, and makes the plan of their connections for the project as it is now.
 *
 * @param only - The one connection that is wanted, with its tenant recorded already. No other provider is asked then.
 */
export async function planConnections(
  reading: SsoReading,
  config: Config,
  { store, target, project }: SsoSession,
  only?: ConnectionKey,
): Promise<PlannedConnections> {
  const { signal } = reading;
  const records = await store.readSsoRecords(target.projectId);
  const pools = await readPools(reading, config, records, only);
  const dispose = (): void => pools[Symbol.dispose]();
  try {
    const plan = await planSso({
      read: pools.read,
      target,
      project: await project.readSnapshot({ signal }),
      records,
      sso: config.sso.options,
      rules: config.rules,
      digest: systemDigest,
      now: systemClock.now(),
      signal,
    });
    return { plan, pools, records, [Symbol.dispose]: dispose };
  } catch (error) {
    dispose();
    throw error;
  }
}
