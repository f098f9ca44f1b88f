import type { BridgeConfig, ConnectionModes, DecisionEntry, StateSealer } from "@cognito-to-descope/core";
import type { Exchange } from "./bridge-http.ts";

/** What a bridge is made of. */
export interface BridgeOptions {
  /** The config as it is now: it may be another one at the next request. */
  readonly config: () => BridgeConfig;
  /** The modes as they are now. */
  readonly modes: () => ConnectionModes;
  /** Seals the state of OIDC sign-ins. Without it the bridge has no OIDC endpoints. */
  readonly sealer?: StateSealer | undefined;
  /** Sends to Cognito, to Descope, and to token endpoints of OIDC providers. */
  readonly exchange: Exchange;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Unique each time: 16 random bytes as text. */
  readonly newId: () => string;
  /** Hears of every decision about a response. Must not throw. */
  readonly onDecision?: ((entry: DecisionEntry) => void) | undefined;
}
