import {
  type Connection,
  connectionKey,
  type ConnectionTally,
  type CutoverRecord,
  cutoverRecord,
  type DecisionTally,
  type WrittenBridgeConfig,
  type WrittenModes,
} from "@cognito-to-descope/core";

/** A connection of the bridge, with where its cut-over is and on which side it is alive. */
export interface LiveConnection {
  readonly key: string;
  readonly connection: Connection;
  /** The host at which the bridge answers for it. */
  readonly host: string;
  readonly record: CutoverRecord;
  /** All decisions that are in the logs. */
  readonly tally: ConnectionTally;
}

/** The connections of a bridge, in the order of its config. */
export function liveConnections(
  { hosts }: WrittenBridgeConfig,
  modes: WrittenModes,
  tally: Pick<DecisionTally, "of">,
): readonly LiveConnection[] {
  return hosts.flatMap(({ host, connections }) =>
    connections.map((connection) => {
      const key = connectionKey(connection);
      return { key, connection, host, record: cutoverRecord(modes, key), tally: tally.of(key) };
    }),
  );
}
