import {
  type Connection,
  connectionKey,
  FINDING_RULES,
  planSso,
  type ReadConnections,
  type SsoPlan,
} from "@cognito-to-descope/core";
import type { ConnectionAssessment } from "@cognito-to-descope/console/contract";
import type { Config } from "../../config/config.ts";
import { findingAdvice } from "../../report/finding-advice.ts";
import { openSsoSession, readPools, type SsoReading } from "../../sso/open-sso.ts";
import { planConnections } from "../../sso/plan-connections.ts";
import { systemClock, systemDigest } from "../../system.ts";

/** What is known of a connection from its pool and its provider. */
export interface AssessedConnection {
  readonly connection: Connection;
  readonly assessment: ConnectionAssessment;
}

/** Connections by key. */
export type AssessedConnections = ReadonlyMap<string, AssessedConnection>;

/**
 * Reads the pools and the providers' metadata, and compares with the project where there is a key for it. Writes nothing, and takes
 * no lock.
 *
 * @param hasState - Whether there is a state store: reading must not make one.
 * @throws MigrationError those of pools and project.
 */
export async function assessConnections(
  reading: SsoReading,
  config: Config,
  hasState: boolean,
): Promise<AssessedConnections> {
  if (config.target !== undefined && hasState) {
    await using session = await openSsoSession(config, { locks: false });
    using planned = await planConnections(reading, config, session);
    return fromPlan(planned.plan, planned.pools.read, true);
  }
  using pools = await readPools(reading, config, []);
  const plan = await planSso({
    read: pools.read,
    records: [],
    sso: config.sso.options,
    rules: config.rules,
    digest: systemDigest,
    now: systemClock.now(),
    signal: reading.signal,
  });
  return fromPlan(plan, pools.read, false);
}

/**
 * What a plan says of its connections.
 *
 * @param read - What it was made of, where that is there: it has the certificates.
 * @param comparesProject - Whether the plan was made for the project as it was.
 */
export function fromPlan(
  { items }: SsoPlan,
  read: ReadConnections | undefined,
  comparesProject: boolean,
): AssessedConnections {
  const ends = new Map(
    read?.connections.map((one) => [
      connectionKey(one.connection),
      Math.max(0, ...(one.entity?.certificates ?? []).map(({ notAfter }) => notAfter)),
    ]),
  );
  return new Map(
    items.map(({ connection, classification, operation, findings }) => {
      const key = connectionKey(connection);
      const end = ends.get(key) ?? 0;
      const assessment: ConnectionAssessment = {
        risk: classification.risk,
        reasons: classification.reasons,
        actions: classification.actions,
        findings: findings.map(({ rule, detail = "" }) => ({
          rule,
          severity: FINDING_RULES[rule][0],
          message: FINDING_RULES[rule][1],
          detail,
          advice: findingAdvice(rule),
        })),
        operation: comparesProject ? operation : null,
        certificateEnds: end === 0 ? null : new Date(end).toISOString(),
      };
      return [key, { connection, assessment }];
    }),
  );
}
