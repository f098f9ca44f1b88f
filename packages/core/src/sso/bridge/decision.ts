import type { BridgeConnection } from "./bridge-config.ts";
import type { ConnectionMode } from "./connection-mode.ts";

/** The parts of a request that a decision depends on. Nothing is decoded or normalised: what is not exactly a call-back is none. */
export interface BridgeRequest {
  readonly method: string;
  /** The path as it stands in the request line, without the query. */
  readonly path: string;
  /** The query as it stands in the request line, without the question mark; empty without one. */
  readonly query: string;
  readonly contentType: string | undefined;
  /** The body as text, for those requests of which {@link needsBody} says so. Undefined when it is too large. */
  readonly body?: string | undefined;
}

/** Why a request goes where it goes. */
export type DecisionReason =
  /** Not one of the two call-backs. */
  | "other-path"
  /** A call-back by another method, or not as a form. */
  | "not-a-response"
  /** The form cannot be read beyond doubt: a field twice, a wrong percent sign, no response. */
  | "form-ambiguous"
  /** Descope began this sign-in. */
  | "begun-at-descope"
  /** Cognito began this sign-in, or nobody knows who did. */
  | "begun-at-cognito"
  /** The identity provider began it, and says which connection it is. */
  | "named-connection"
  /** The identity provider began it, and its entity ID is that of one connection. */
  | "known-issuer"
  /** The connection that is named is none of the pool, is not a SAML one, or two are. */
  | "connection-unknown"
  /** The response cannot be read as far as its issuer. */
  | "issuer-unreadable"
  /** No connection has this issuer, or several. */
  | "issuer-unknown"
  /** The issuer is not that of the connection that is named. */
  | "issuer-differs"
  /** The app client is none of the pool, or does not allow where to go then. */
  | "redirect-not-allowed"
  /** The connection cannot be bridged, whatever its mode: its assertions are encrypted to Cognito's key, for example. */
  | "not-bridged"
  /** A state that the bridge sealed. */
  | "sealed-state";

/** Who began a sign-in, as far as its response says so. */
export type SignInOrigin = "descope" | "cognito" | "identity-provider" | "unknown";

/** What a decision knows of a response. */
export interface DecisionFacts {
  readonly reason: DecisionReason;
  readonly origin?: SignInOrigin;
  /** The connection that the response belongs to, as far as that can be told. */
  readonly connection?: BridgeConnection;
  /** The mode of the connection, at the time of the decision. */
  readonly mode?: ConnectionMode;
  /** The issuer that the response claims. */
  readonly issuer?: string;
}

/** Where a request goes. */
export type Decision =
  | (DecisionFacts & {
      readonly to: "cognito";
      /** Log-only: where the request would have gone. */
      readonly wouldGoTo?: "descope";
    })
  | (DecisionFacts & {
      readonly to: "descope";
      /** Path and query at Descope. */
      readonly target: string;
      /** Whether the relay state is left out, because it is in Cognito's form. The rest of the body never changes. */
      readonly withoutRelayState: boolean;
    })
  | (DecisionFacts & {
      /** The bridge's own: a response that belongs to a sign-in that began at its authorization endpoint. */
      readonly to: "oidc-call-back";
      readonly sealedState: string;
    });
