import type { FederatedApps } from "../ports/federated-apps.ts";
import type { Flows } from "../ports/flows.ts";
import type { AppClientDescription, PoolSettings } from "../ports/pool-settings.ts";
import type { AbortableOptions } from "../ports/user-pool-source.ts";
import { isRefusal } from "./is-refusal.ts";
import { isOurFlow } from "./sign-in-flow.ts";
import { isOurApp } from "./plan-oidc-reverse.ts";
import { union } from "./sign-in-client.ts";

/** What an undo would take away or has taken away. Names and IDs. */
export interface UndoneOidcReverse {
  /** App clients that offer the provider. */
  readonly clientIds: readonly string[];
  /** Absent when the pool has none that leads to this project. */
  readonly providerName?: string;
  /** Absent when there is none of ours. */
  readonly appId?: string;
  readonly flowId?: string;
  readonly written: boolean;
}

/**
 * Takes the reverse direction back: no app client offers the provider any more, then the provider goes, then the application.
 * Of a client only the provider is taken away: what somebody changed since stays. Users that came through it stay in the pool.
 *
 * @param mayWrite - Asked before anything is removed.
 */
export async function undoOidcReverse(
  { settings, apps, flows }: { readonly settings: PoolSettings; readonly apps: FederatedApps; readonly flows: Flows },
  request: {
    readonly projectId: string;
    readonly providerName: string;
    readonly appName: string;
    readonly flowId: string;
    readonly signal?: AbortSignal | undefined;
    readonly mayWrite: (found: Omit<UndoneOidcReverse, "written">) => Promise<boolean>;
  },
): Promise<UndoneOidcReverse> {
  const abortable: AbortableOptions = request.signal === undefined ? {} : { signal: request.signal };
  const { providerName } = request;
  const provider = await settings.readIdentityProvider(providerName, abortable);
  const isOurs = (provider?.details["oidc_issuer"] ?? "").split("/").includes(request.projectId);
  const offering = isOurs ? await clientsOffering(settings, providerName, abortable) : [];
  const appId = await ownAppId(apps, request.appName, abortable);
  const flow = await isOurFlow(flows, request.flowId, "token-claims", abortable);
  const found = {
    clientIds: offering.map(({ clientId }) => clientId),
    ...(isOurs ? { providerName } : {}),
    ...(appId === undefined ? {} : { appId }),
    ...(flow ? { flowId: request.flowId } : {}),
  };
  if ((!isOurs && appId === undefined && !flow) || !(await request.mayWrite(found)))
    return { ...found, written: false };
  for (const { clientId, name, settings: before } of offering) {
    const left = union(before["SupportedIdentityProviders"], []).filter((one) => one !== providerName);
    await settings.replaceAppClient(
      clientId,
      { ...before, ClientName: name, SupportedIdentityProviders: left },
      abortable,
    );
  }
  if (isOurs) await settings.deleteIdentityProvider(providerName, abortable);
  if (appId !== undefined) await apps.delete(appId, abortable);
  if (flow) await flows.delete(request.flowId, abortable);
  return { ...found, written: true };
}

async function clientsOffering(
  settings: PoolSettings,
  providerName: string,
  abortable: AbortableOptions,
): Promise<readonly AppClientDescription[]> {
  const offering: AppClientDescription[] = [];
  for (const { clientId } of await settings.listAppClients(abortable)) {
    const client = await settings.readAppClient(clientId, abortable);
    if (client !== undefined && union(client.settings["SupportedIdentityProviders"], []).includes(providerName)) {
      offering.push(client);
    }
  }
  return offering;
}

async function ownAppId(
  apps: FederatedApps,
  appName: string,
  abortable: AbortableOptions,
): Promise<string | undefined> {
  try {
    return (await apps.list(abortable)).find((app) => app.name === appName && isOurApp(app))?.id;
  } catch (error) {
    if (isRefusal(error)) return undefined;
    throw error;
  }
}
