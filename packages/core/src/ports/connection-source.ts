import type { Secret } from "../secret.ts";
import type { PoolConnections } from "../sso/pool-connections.ts";
import type { AbortableOptions } from "./user-pool-source.ts";

/**
 * Reads the connections of a user pool. Faults are thrown as {@link MigrationError}s; a provider that vanishes while it is
 * read is not part of the pool any more.
 */
export interface ConnectionSource {
  readonly userPoolId: string;
  /** Providers, app clients and domains. Never partial: throws rather than leave a part out. */
  readConnections(options?: AbortableOptions): Promise<PoolConnections>;
  /** The secret of an app client; undefined when it has none, or there is no such client. */
  readClientSecret(clientId: string, options?: AbortableOptions): Promise<Secret | undefined>;
}
