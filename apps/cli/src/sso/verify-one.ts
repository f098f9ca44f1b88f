import { type ConnectionKey, connectionKey, type SsoCheck, verifyConnection } from "@cognito-to-descope/core";
import type { Config } from "../config/config.ts";
import { systemClock } from "../system.ts";
import { openSsoSession, type SsoReading } from "./open-sso.ts";
import { planConnections } from "./plan-connections.ts";

/**
 * Runs the tests of one connection, as `c2d sso verify` does. Empty when the pool has no such connection any more.
 *
 * Writes nothing, so that it works beside a run.
 *
 * @param config - With pools and project.
 * @throws MigrationError those of pools and project.
 */
export async function verifyOne(reading: SsoReading, config: Config, key: ConnectionKey): Promise<readonly SsoCheck[]> {
  await using session = await openSsoSession(config, { locks: false });
  const { target } = session;
  using planned = await planConnections(reading, config, session, key);
  const { plan, pools, records } = planned;
  const wanted = connectionKey(key);
  const item = plan.items.find(({ connection }) => connectionKey(connection) === wanted);
  const read = pools.read.connections.find(({ connection }) => connectionKey(connection) === wanted);
  if (item === undefined || read === undefined) return [];
  const record = records.find((one) => connectionKey(one) === wanted);
  const { signal } = reading;
  return (await verifyConnection({ item, read, record, target, now: systemClock.now(), signal })).checks;
}
