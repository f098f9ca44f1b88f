import { type ConnectionKey, connectionKey, type SsoCheck, verifyConnection } from "@cognito-to-descope/core";
import type { Invocation } from "../invocation.ts";
import { prepareConfig } from "../prepare.ts";
import { systemClock } from "../system.ts";
import { openSsoSession } from "./open-sso.ts";
import { planConnections } from "./plan-connections.ts";

/**
 * Runs the tests of one connection, as `c2d sso verify` does. Empty when the pool has no such connection any more.
 *
 * @throws MigrationError those of pools and project, and `ERR_RUN_ACTIVE`.
 */
export async function verifyOne(invocation: Invocation, key: ConnectionKey): Promise<readonly SsoCheck[]> {
  const config = await prepareConfig(invocation, { source: true, target: true });
  await using session = await openSsoSession(config);
  const { target } = session;
  using planned = await planConnections(invocation, config, session, key);
  const { plan, pools, records } = planned;
  const wanted = connectionKey(key);
  const item = plan.items.find(({ connection }) => connectionKey(connection) === wanted);
  const read = pools.read.connections.find(({ connection }) => connectionKey(connection) === wanted);
  if (item === undefined || read === undefined) return [];
  const record = records.find((one) => connectionKey(one) === wanted);
  const { signal } = invocation.host;
  return (await verifyConnection({ item, read, record, target, now: systemClock.now(), signal })).checks;
}
