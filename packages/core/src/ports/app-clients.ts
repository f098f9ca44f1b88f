import type { SignInPool } from "../pool/sign-in-pool.ts";
import type { AbortableOptions } from "./user-pool-source.ts";

/** Settings of an app client by Cognito's own names (`ExplicitAuthFlows`, …): without IDs, dates and its secret. */
export type AppClientSettings = Readonly<Record<string, unknown>>;

/** An app client with everything that Cognito tells of it but the secret. */
export interface AppClientRecord {
  readonly clientId: string;
  readonly name: string;
  readonly hasSecret: boolean;
  readonly settings: AppClientSettings;
}

/** The app clients of one pool, and the settings of the pool that a sign-in depends on. */
export interface AppClients {
  readonly userPoolId: string;
  /** Region that the pool is reached in. */
  readonly region: string;
  readPool(options?: AbortableOptions): Promise<SignInPool>;
  /** Every client with its name. Names need not be unique. */
  list(options?: AbortableOptions): Promise<readonly Pick<AppClientRecord, "clientId" | "name">[]>;
  /** Undefined when the pool has no such client. */
  read(clientId: string, options?: AbortableOptions): Promise<AppClientRecord | undefined>;
  /** The client's secret; undefined when it has none. */
  readSecret(clientId: string, options?: AbortableOptions): Promise<string | undefined>;
  /**
   * Makes a client, and never sends that twice.
   *
   * @throws MigrationError `ERR_SOURCE_UNREACHABLE` when it is not known whether the client was made.
   */
  create(
    settings: AppClientSettings,
    options: AbortableOptions & { readonly generateSecret: boolean },
  ): Promise<AppClientRecord>;
  /** Replaces every setting: what is left out falls back to Cognito's default. */
  replace(clientId: string, settings: AppClientSettings, options?: AbortableOptions): Promise<AppClientRecord>;
  /** Deletes a client; that it is gone already counts as done. */
  delete(clientId: string, options?: AbortableOptions): Promise<void>;
}
