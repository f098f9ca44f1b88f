import type { SsoImage } from "../ports/sso-ledger.ts";
import type { SsoTarget, SsoTenant } from "../ports/sso-target.ts";
import type { AbortableOptions } from "../ports/user-pool-source.ts";
import { compareSettings } from "./compare-settings.ts";
import type { ConnectionSettings } from "./connection-settings.ts";

/** Where a connection stands in the project. */
export interface ImagePlace {
  /** Empty for social providers. */
  readonly tenantId: string;
  readonly ssoId: string;
  /** Empty for connections of tenants. */
  readonly providerId: string;
}

/** Reads what stands at a place now. */
export async function readImage(
  target: SsoTarget,
  { tenantId, ssoId, providerId }: ImagePlace,
  tenant: SsoTenant | undefined,
  options: AbortableOptions,
): Promise<SsoImage> {
  if (providerId !== "") {
    const provider = await target.readProvider(providerId, options);
    return { tenantExists: false, domains: [], ...(provider === undefined ? {} : { provider }) };
  }
  if (tenant === undefined) return { tenantExists: false, domains: [] };
  const all = await target.readConfigurations(tenantId, options);
  const configuration = ssoId === "" ? all[0] : all.find((one) => one.ssoId === ssoId);
  return {
    tenantExists: true,
    domains: tenant.domains,
    ...(configuration === undefined ? {} : { configuration }),
  };
}

/** The settings in an image. */
export function settingsIn(image: SsoImage | undefined): ConnectionSettings | undefined {
  return image?.provider ?? image?.configuration?.settings;
}

/** Whether two images hold the same settings, in both directions. */
export function sameImage(a: SsoImage, b: SsoImage): boolean {
  const [first, second] = [settingsIn(a), settingsIn(b)];
  if (first === undefined || second === undefined) return first === second;
  return compareSettings(first, second).length === 0 && compareSettings(second, first).length === 0;
}
