import type { PoolSignIn } from "../pool/pool-sign-in.ts";
import type { Secret } from "../secret.ts";
import type { AbortableOptions } from "./user-pool-source.ts";

/**
 * Settings of an app client or an identity provider by Cognito's own names (`CallbackURLs`, `AllowedOAuthFlows`, …). Whatever
 * Cognito answers is in here, known to us or not, because an update replaces all of it.
 */
export type CognitoSettings = Readonly<Record<string, unknown>>;

/** One app client, whole. */
export interface AppClientDescription {
  readonly clientId: string;
  readonly name: string;
  /** Absent for a client without a secret. */
  readonly secret?: Secret;
  /** Without the ID, the secret and the dates. */
  readonly settings: CognitoSettings;
}

/** An API that the pool issues scopes for. */
export interface ResourceServerDescription {
  /** First part of its scopes: `https://api.example.com` in `https://api.example.com/orders.read`. */
  readonly identifier: string;
  readonly name: string;
  readonly scopes: readonly { readonly name: string; readonly description: string }[];
}

/** One identity provider of the pool, whole. */
export interface IdentityProviderDescription {
  readonly name: string;
  /** `SAML`, `OIDC`, … */
  readonly type: string;
  /** Details as Cognito gives them, without secrets. */
  readonly details: Readonly<Record<string, string>>;
  /** Secrets of the details, by the same names. */
  readonly secrets: Readonly<Record<string, Secret>>;
  /** Key: pool attribute; value: the provider's claim. */
  readonly attributeMapping: Readonly<Record<string, string>>;
  readonly identifiers: readonly string[];
}

/**
 * Reads and writes app clients and identity providers of one user pool.
 *
 * A write whose answer is lost is not sent again: reading tells whether it happened.
 */
export interface PoolSettings {
  readonly userPoolId: string;
  readonly region: string;
  /** How users sign in to the pool. */
  readSignIn(options?: AbortableOptions): Promise<PoolSignIn>;
  /** Every app client by ID and name. */
  listAppClients(options?: AbortableOptions): Promise<readonly { readonly clientId: string; readonly name: string }[]>;
  /** Undefined when there is no such client. */
  readAppClient(clientId: string, options?: AbortableOptions): Promise<AppClientDescription | undefined>;
  /** Every resource server of the pool; none where an emulator does not know them. */
  listResourceServers(options?: AbortableOptions): Promise<readonly ResourceServerDescription[]>;
  /** @param settings - With `GenerateSecret` for a client with a secret. */
  createAppClient(name: string, settings: CognitoSettings, options?: AbortableOptions): Promise<AppClientDescription>;
  /** Replaces every setting of the client: what is left out falls back to Cognito's default. The secret stays. */
  replaceAppClient(
    clientId: string,
    settings: CognitoSettings,
    options?: AbortableOptions,
  ): Promise<AppClientDescription>;
  /** That it is gone already counts as done. */
  deleteAppClient(clientId: string, options?: AbortableOptions): Promise<void>;
  /** Undefined when there is no such provider. */
  readIdentityProvider(name: string, options?: AbortableOptions): Promise<IdentityProviderDescription | undefined>;
  createIdentityProvider(provider: IdentityProviderDescription, options?: AbortableOptions): Promise<void>;
  /** Replaces details and mapping; the type stays. */
  replaceIdentityProvider(provider: IdentityProviderDescription, options?: AbortableOptions): Promise<void>;
  /** That it is gone already counts as done. */
  deleteIdentityProvider(name: string, options?: AbortableOptions): Promise<void>;
}
