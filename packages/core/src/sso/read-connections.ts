import type { ConnectionSource } from "../ports/connection-source.ts";
import type { MetadataReader } from "../ports/metadata-reader.ts";
import { runConcurrently } from "../run/run-concurrently.ts";
import type { PoolConnections } from "./pool-connections.ts";
import { readConnection, type ReadConnection } from "./read-connection.ts";
import { connectionKey, isSkipped, type SsoOptions } from "./sso-options.ts";
import { type NamedTenant, nameTenants, tenantConnections } from "./tenant-names.ts";

/** Providers that are asked for their metadata at the same time. They are different servers, each asked once. */
const AT_ONCE = 8;

/** What the connections of all pools are read with. */
export interface ReadConnectionsOptions {
  readonly sources: readonly ConnectionSource[];
  readonly reader: MetadataReader;
  readonly sso: SsoOptions;
  /** `mapping.connectionTenants` of the import. */
  readonly connectionTenants: Readonly<Record<string, string>>;
  /** Tenants that connections have from before, by key. */
  readonly recorded: ReadonlyMap<string, string>;
  readonly signal?: AbortSignal | undefined;
  /** Hears how many connections were read. Must not throw. */
  readonly onProgress?: ((read: number, total: number) => void) | undefined;
}

/** The connections of all pools. */
export interface ReadConnections {
  readonly pools: readonly PoolConnections[];
  /** In the order of pools and names. */
  readonly connections: readonly ReadConnection[];
  /** Keys of connections that are left out, and of those whose type is not known. */
  readonly skipped: readonly string[];
  readonly unknown: readonly string[];
  readonly tenants: ReadonlyMap<string, NamedTenant>;
}

/**
 * Reads every connection of the pools, and what their providers publish about themselves.
 *
 * @throws MigrationError those of the pools. What is wrong with one provider is in its reading.
 */
export async function readConnections(options: ReadConnectionsOptions): Promise<ReadConnections> {
  const { sources, reader, sso, signal, onProgress } = options;
  const pools: PoolConnections[] = [];
  for (const source of sources) pools.push(await source.readConnections({ signal }));
  const tenants = nameTenants(tenantConnections(pools), {
    tenants: sso.tenants,
    connectionTenants: options.connectionTenants,
    recorded: options.recorded,
  });
  const wanted = pools.flatMap((pool) => pool.providers.map((provider) => ({ pool, provider })));
  const skipped: string[] = [];
  const unknown: string[] = [];
  const found = new Map<string, ReadConnection>();
  let read = 0;
  await runConcurrently(
    wanted.map(({ pool, provider }) => async () => {
      const at = { userPoolId: pool.userPoolId, name: provider.name };
      if (isSkipped(sso, at)) skipped.push(connectionKey(at));
      else {
        const connection = await readConnection(pool, provider, tenants, reader, { signal });
        signal?.throwIfAborted();
        if (connection === undefined) unknown.push(connectionKey(at));
        else found.set(connectionKey(at), connection);
      }
      onProgress?.((read += 1), wanted.length);
    }),
    AT_ONCE,
  );
  const connections = [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, connection]) => connection);
  return { pools, connections, skipped: skipped.sort(), unknown: unknown.sort(), tenants };
}
