import type { PoolSettings } from "../ports/pool-settings.ts";
import type { AbortableOptions } from "../ports/user-pool-source.ts";
import { type PoolAppClient, readPoolAppClient } from "./app-client.ts";
import type { PoolApplications } from "./plan-applications.ts";

/**
 * Reads every app client of a pool, and the resource servers that give their scopes a meaning. A client that is deleted while
 * they are read is left out.
 */
export async function readPoolApplications(
  settings: PoolSettings,
  options: AbortableOptions = {},
): Promise<PoolApplications> {
  const clients: PoolAppClient[] = [];
  for (const { clientId } of await settings.listAppClients(options)) {
    const description = await settings.readAppClient(clientId, options);
    if (description !== undefined) clients.push(readPoolAppClient(description, settings.userPoolId));
  }
  const resourceServers = clients.some(({ scopes }) => scopes.some((scope) => scope.includes("/")))
    ? await settings.listResourceServers(options)
    : [];
  return { userPoolId: settings.userPoolId, clients, resourceServers };
}
