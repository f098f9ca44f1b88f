import type { Decision, DecisionReason, SignInOrigin } from "./decision.ts";
import type { ConnectionMode } from "./connection-mode.ts";

/** One decision, for the log. Holds nothing of the response but whom it belongs to: no assertion, no code, no person. */
export interface DecisionEntry {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly host: string;
  readonly to: "cognito" | "descope" | "bridge";
  readonly reason: DecisionReason | BridgeRoute;
  readonly origin?: SignInOrigin;
  /** Key of the connection. */
  readonly connection?: string;
  readonly mode?: ConnectionMode;
  readonly wouldGoTo?: "descope";
  /** First 16 hexadecimal digits of the SHA-256 of an issuer that no connection has: the config may lack it. */
  readonly issuerHash?: string;
  /** Of the answer. */
  readonly status: number;
  /** Whether the answer leads on: a redirect without an error. Absent where that cannot be told. */
  readonly accepted?: boolean;
  readonly milliseconds: number;
}

/** The bridge's own endpoints. */
export type BridgeRoute = "oidc-authorize" | "oidc-token" | "cognito-authorize";

/** Whether a decision is worth a line: those about responses are, those about everything that passes through are not. */
export function isLogged({ reason }: Decision): boolean {
  return reason !== "other-path";
}
