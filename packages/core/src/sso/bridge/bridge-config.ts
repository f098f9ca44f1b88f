import type { Connection } from "../connection.ts";

/** What a bridge needs to know. It holds no secret, and is written to a file by `c2d sso bridge config`. */
export interface WrittenBridgeConfig {
  readonly version: 1;
  readonly projectId: string;
  /** Origin of Descope's API, or of the project's own domain there: `https://api.descope.com`. */
  readonly descopeBaseUrl: string;
  readonly hosts: readonly WrittenBridgeHost[];
}

/** One custom domain of a user pool, which the bridge answers in place of Cognito. */
export interface WrittenBridgeHost {
  /** The custom domain, in lower case: `auth.example.com`. */
  readonly host: string;
  readonly userPoolId: string;
  /**
   * Origin to pass requests through to: `https://<distribution>.cloudfront.net`. It is asked by the host's name, in SNI
   * and `Host`, so it must not be that name itself: that would be this bridge.
   */
  readonly upstream: string;
  readonly connections: readonly Connection[];
  /** The pool's app clients: only what they allow counts as a response that began at the identity provider. */
  readonly appClients: readonly BridgeAppClient[];
  /** Where sign-ins of OIDC connections return to in Descope, to the character: `https://api.descope.com/v1/oauth/callback`. */
  readonly oidcRedirectUrls: readonly string[];
  /**
   * Only where the pool has no custom domain: the app client through which Cognito stays upstream of the connections. The
   * host is then one of the bridge's own, `upstream` is the pool's domain, and nothing passes through: the bridge names the
   * provider in authorization requests, and that is all.
   */
  readonly upstreamClient?: string;
}

/** What the bridge knows of an app client. */
export interface BridgeAppClient {
  readonly clientId: string;
  readonly callbackUrls: readonly string[];
}

/** A connection that the bridge looks after, with what every decision about it needs. */
export interface BridgeConnection extends Connection {
  readonly key: string;
  /** Path and query at Descope of responses that are known to be the connection's. */
  readonly acsTarget: string;
}

/** A config that is ready for decisions. */
export interface BridgeConfig {
  readonly projectId: string;
  readonly descopeBaseUrl: string;
  /** Path and query at Descope of responses whose relay state says everything. */
  readonly acsTarget: string;
  /** By host name in lower case. */
  readonly hosts: ReadonlyMap<string, BridgeHost>;
}

/** A host with its connections in the order in which requests ask for them. */
export interface BridgeHost {
  readonly host: string;
  readonly userPoolId: string;
  readonly upstream: string;
  /** By Cognito's `ProviderName`. */
  readonly byName: ReadonlyMap<string, BridgeConnection>;
  /** By `IdpIdentifiers`. An identifier that two connections have names neither. */
  readonly byIdentifier: ReadonlyMap<string, BridgeConnection | undefined>;
  /** By entity ID of the identity provider: all that have it, because Cognito allows that. */
  readonly byIssuer: ReadonlyMap<string, readonly BridgeConnection[]>;
  /** Callback URLs by client ID. */
  readonly callbackUrls: ReadonlyMap<string, ReadonlySet<string>>;
  readonly oidcRedirectUrls: ReadonlySet<string>;
  readonly upstreamClient: string | undefined;
}
