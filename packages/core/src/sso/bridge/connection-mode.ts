/**
 * Where a connection's responses go that name no sign-in of their own.
 *
 * - `cognito` – to Cognito, as before the bridge.
 * - `log-only` – to Cognito, and the bridge says what it would have done.
 * - `descope` – to Descope.
 *
 * A response to a sign-in that Descope began goes to Descope in every mode, and one to a sign-in that Cognito began goes
 * to Cognito in every mode: the other side knows nothing of it and could only refuse it.
 */
export type ConnectionMode = "cognito" | "log-only" | "descope";

/** All modes, in the order of a cut-over. */
export const CONNECTION_MODES: readonly ConnectionMode[] = ["cognito", "log-only", "descope"];

/** The mode of every connection of every pool. It is changed at run time, so it is no part of the config. */
export interface ConnectionModes {
  /** What a connection has that is not named. */
  readonly default: ConnectionMode;
  /** By connection key: `<userPoolId>/<name>`. */
  readonly byConnection: ReadonlyMap<string, ConnectionMode>;
}

/** Every connection in the mode that changes nothing. */
export const ALL_TO_COGNITO: ConnectionModes = { default: "cognito", byConnection: new Map() };

/** The mode of a connection, by its key. */
export function modeOf(modes: ConnectionModes, key: string): ConnectionMode {
  return modes.byConnection.get(key) ?? modes.default;
}

/** Whether the text is a mode. */
export function isConnectionMode(text: string): text is ConnectionMode {
  return (CONNECTION_MODES as readonly string[]).includes(text);
}
