import { type Connection, connectionKey, modeOfStage, type SsoRecord } from "@cognito-to-descope/core";
import type { SsoConnection } from "@cognito-to-descope/console/contract";
import type { LiveConnection } from "../../sso/live-connections.ts";
import type { AssessedConnections } from "./assess-connections.ts";

/** Everything that is known of connections, from the places that know something. */
export interface ConnectionSources {
  readonly live: readonly LiveConnection[];
  readonly assessed: AssessedConnections;
  readonly records: readonly SsoRecord[];
}

const BRIDGED_CLASSES = new Set(["A", "B", "C", "E"]);

/** One row for each connection that any of them knows, by pool and name. */
export function connectionRows({ live, assessed, records }: ConnectionSources): readonly SsoConnection[] {
  const liveOf = new Map(live.map((one) => [one.key, one]));
  const recordOf = new Map(records.map((record) => [connectionKey(record), record]));
  const keys = [...new Set([...liveOf.keys(), ...assessed.keys(), ...recordOf.keys()])].sort();
  return keys.flatMap((key) => {
    const bridged = liveOf.get(key);
    const found = assessed.get(key);
    const record = recordOf.get(key);
    // What was read last counts; the bridge's config may be older.
    const connection = found?.connection ?? bridged?.connection;
    const named = connection ?? record;
    if (named === undefined) return [];
    const { userPoolId, name, tenantId } = named;
    return [
      {
        key,
        userPoolId,
        name,
        protocol: connection?.protocol ?? protocolOf(record),
        class: connection?.class ?? null,
        tenantId,
        domains: connection?.domains ?? [],
        settings: record === undefined ? null : { state: record.state, at: new Date(record.at).toISOString() },
        bridge: bridged === undefined ? null : shownBridge(bridged),
        assessment: found?.assessment ?? null,
      },
    ];
  });
}

/** Epoch milliseconds as the contract writes them; null for "never". */
export function timeOrNull(at: number | undefined): string | null {
  return at === undefined || at === 0 ? null : new Date(at).toISOString();
}

function shownBridge({ connection, host, record, tally }: LiveConnection): NonNullable<SsoConnection["bridge"]> {
  return {
    host,
    stage: record.stage,
    mode: modeOfStage(record.stage),
    since: timeOrNull(record.since),
    toCognito: tally.toCognito,
    toDescope: tally.toDescope,
    acceptedByDescope: tally.acceptedByDescope,
    begunAtIdentityProvider: tally.begunAtIdentityProvider,
    lastAtCognito: timeOrNull(tally.lastAtCognito),
    lastAtDescope: timeOrNull(tally.lastAtDescope),
    canBeBridged: canBeBridged(connection),
  };
}

function canBeBridged(connection: Connection): boolean {
  return BRIDGED_CLASSES.has(connection.class) && connection.tenantId !== "";
}

/** Of a connection of which only the record is left. */
function protocolOf(record: SsoRecord | undefined): SsoConnection["protocol"] {
  if (record !== undefined && record.providerId !== "") return "social";
  return record?.after?.configuration?.settings?.protocol === "oidc" ? "oidc" : "saml";
}
