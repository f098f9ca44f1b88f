import { connectionKey, type VerifiedConnection, verifyConnection } from "@cognito-to-descope/core";
import { EXIT_CODES } from "../exit-codes.ts";
import type { Command } from "../invocation.ts";
import { printVerified } from "../output/print-sso.ts";
import { prepareConfig } from "../prepare.ts";
import { openSsoSession, readingOf, selectByName } from "../sso/open-sso.ts";
import { planConnections } from "../sso/plan-connections.ts";
import { systemClock } from "../system.ts";

/** Tests every connection as far as that needs no person, and says where a person's test is missing. */
export const ssoVerify: Command = async (invocation) => {
  const { host, output, operands } = invocation;
  const config = await prepareConfig(invocation, { source: true, target: true });
  await using session = await openSsoSession(config);
  const { target } = session;
  using planned = await planConnections(readingOf(invocation), config, session);
  const { plan, pools, records } = planned;
  const byKey = new Map(pools.read.connections.map((read) => [connectionKey(read.connection), read]));
  const recordOf = new Map(records.map((record) => [connectionKey(record), record]));
  const verified: VerifiedConnection[] = [];
  const wanted = new Set(
    selectByName(
      plan.items.map(({ connection }) => connection),
      operands,
    ).map(connectionKey),
  );
  for (const item of plan.items) {
    const key = connectionKey(item.connection);
    const read = byKey.get(key);
    if (read === undefined || !wanted.has(key)) continue;
    const record = recordOf.get(key);
    const one = await verifyConnection({
      item,
      read,
      record,
      target,
      now: systemClock.now(),
      signal: host.signal,
    });
    verified.push(one);
    printVerified(one, output);
  }
  const failed = verified.filter(({ checks }) => checks.some(({ result }) => result === "fail")).length;
  output.document({
    ready: verified.filter(({ isReady }) => isReady).length,
    failed,
    connections: verified,
  });
  return failed === 0 ? EXIT_CODES.done : EXIT_CODES.incomplete;
};
