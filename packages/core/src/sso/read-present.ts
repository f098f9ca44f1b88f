import type { MappingRules } from "../mapping/rules.ts";
import type { SsoTarget, SsoTenant } from "../ports/sso-target.ts";
import { runConcurrently } from "../run/run-concurrently.ts";
import type { ConnectionSettings, SsoConfiguration } from "./connection-settings.ts";
import { makeSettings } from "./make-settings.ts";
import type { ReadConnection } from "./read-connection.ts";
import type { SsoOptions } from "./sso-options.ts";

/** Configurations that are read at the same time. */
const AT_ONCE = 8;

/** What is looked up. */
interface ReadPresentOptions {
  readonly read: { readonly connections: readonly ReadConnection[] };
  readonly target?: SsoTarget | undefined;
  readonly sso: SsoOptions;
  readonly rules: MappingRules;
  readonly now: number;
  readonly signal?: AbortSignal | undefined;
}

/** What the project has at the place of a connection. */
export interface Present {
  readonly configuration?: SsoConfiguration | undefined;
  readonly provider?: ConnectionSettings | undefined;
}

/** The settings in it. */
export function settingsOf(present: Present | undefined): ConnectionSettings | undefined {
  return present?.provider ?? present?.configuration?.settings;
}

/** Reads what the project has at the place of each connection. */
export async function readPresent(
  { read, target, sso, rules, now, signal }: ReadPresentOptions,
  tenants: ReadonlyMap<string, SsoTenant>,
): Promise<ReadonlyMap<ReadConnection, Present>> {
  const present = new Map<ReadConnection, Present>();
  if (target === undefined) return present;
  const configurations = new Map<string, Promise<readonly SsoConfiguration[]>>();
  await runConcurrently(
    read.connections.map((one) => async () => {
      const { tenantId, ssoId, protocol } = one.connection;
      if (protocol === "social") {
        const { settings } = makeSettings(one, sso, rules, now);
        if (settings?.protocol !== "social") return;
        const provider = await target.readProvider(settings.providerId, { signal });
        if (provider !== undefined) present.set(one, { provider });
        return;
      }
      if (!tenants.has(tenantId)) return;
      let held = configurations.get(tenantId);
      if (held === undefined) configurations.set(tenantId, (held = target.readConfigurations(tenantId, { signal })));
      const all = await held;
      present.set(one, { configuration: ssoId === "" ? all[0] : all.find((known) => known.ssoId === ssoId) });
    }),
    AT_ONCE,
  );
  return present;
}
