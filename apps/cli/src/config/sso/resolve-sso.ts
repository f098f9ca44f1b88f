import { resolve } from "node:path";
import { DEFAULT_SSO_OPTIONS, type SsoOptions } from "@cognito-to-descope/core";
import type { WrittenSso } from "./written-sso.ts";

/** The section `sso` with its defaults. */
export interface SsoConfig {
  readonly options: SsoOptions;
  readonly metadata: {
    readonly privateAddresses: boolean;
    readonly http: boolean;
    /** Absolute path. */
    readonly caFile?: string | undefined;
  };
  readonly product: string;
  /** Whether the config has the section: with it the import gives users the tenant of their connection. */
  readonly isWritten: boolean;
}

/** Fills the defaults in. */
export function resolveSso(written: WrittenSso | undefined, base: string): SsoConfig {
  const { tenants = {}, roles = {}, upstreamClient, metadata, product, ...rest } = written ?? {};
  const given = Object.fromEntries(
    Object.entries({ ...rest }).filter(([, value]) => value !== undefined),
  ) as Partial<SsoOptions>;
  return {
    options: {
      ...DEFAULT_SSO_OPTIONS,
      ...given,
      tenants: Object.fromEntries(
        Object.entries(tenants).map(([name, tenant]) => [name, typeof tenant === "string" ? { tenant } : tenant]),
      ),
      roles: Object.fromEntries(
        Object.entries(roles).map(([name, { defaults = [], groups = [] }]) => [name, { defaults, groups }]),
      ),
      upstreamClients:
        upstreamClient === undefined
          ? {}
          : typeof upstreamClient === "string"
            ? { "*": upstreamClient }
            : upstreamClient,
    },
    metadata: {
      privateAddresses: metadata?.privateAddresses ?? false,
      http: metadata?.http ?? false,
      caFile: metadata?.caFile === undefined ? undefined : resolve(base, metadata.caFile),
    },
    product: product ?? "our product",
    isWritten: written !== undefined,
  };
}
