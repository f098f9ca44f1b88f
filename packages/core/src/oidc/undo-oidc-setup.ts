import type { Flows } from "../ports/flows.ts";
import type { OAuthProviders } from "../ports/oauth-providers.ts";
import type { PoolSettings } from "../ports/pool-settings.ts";
import type { AbortableOptions } from "../ports/user-pool-source.ts";
import { findOwnClient } from "./apply-oidc-setup.ts";
import { isRefusal } from "./is-refusal.ts";
import { isOurFlow } from "./sign-in-flow.ts";
import { isOurProvider } from "./plan-oidc-setup.ts";

/** What an undo would remove or has removed. Names and IDs. */
export interface UndoneOidcSetup {
  /** Absent when there is none, or it is not ours. */
  readonly providerId?: string;
  readonly clientId?: string;
  readonly flowId?: string;
  readonly written: boolean;
}

/**
 * Takes a setup back: the flow first, then the OAuth provider, then the app client, so that nobody is sent to what is gone. Each
 * only where it is ours. Attributes stay: users may have values of them.
 *
 * @param mayWrite - Asked before anything is removed.
 */
export async function undoOidcSetup(
  {
    settings,
    providers,
    flows,
  }: { readonly settings: PoolSettings; readonly providers: OAuthProviders; readonly flows: Flows },
  request: {
    readonly providerId: string;
    readonly flowId: string;
    readonly signal?: AbortSignal | undefined;
    readonly mayWrite: (found: Omit<UndoneOidcSetup, "written">) => Promise<boolean>;
  },
): Promise<UndoneOidcSetup> {
  const abortable: AbortableOptions = request.signal === undefined ? {} : { signal: request.signal };
  const client = await findOwnClient(settings, abortable);
  const provider = await readOwnProvider(providers, request.providerId, abortable);
  const flow = await isOurFlow(flows, request.flowId, "cognito-oidc", abortable);
  const found = {
    ...(provider ? { providerId: request.providerId } : {}),
    ...(client === undefined ? {} : { clientId: client.clientId }),
    ...(flow ? { flowId: request.flowId } : {}),
  };
  if (Object.keys(found).length === 0 || !(await request.mayWrite(found))) return { ...found, written: false };
  if (flow) await flows.delete(request.flowId, abortable);
  if (provider) await providers.delete(request.providerId, abortable);
  if (client !== undefined) await settings.deleteAppClient(client.clientId, abortable);
  return { ...found, written: true };
}

async function readOwnProvider(providers: OAuthProviders, id: string, abortable: AbortableOptions): Promise<boolean> {
  try {
    const provider = await providers.read(id, abortable);
    return provider !== undefined && isOurProvider(provider);
  } catch (error) {
    if (isRefusal(error)) return false;
    throw error;
  }
}
