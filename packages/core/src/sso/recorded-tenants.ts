import type { SsoRecord } from "../ports/sso-ledger.ts";
import { connectionKey } from "./sso-options.ts";

/** Tenants that connections got before, by key: what was rolled back counts no more. */
export function recordedTenants(records: readonly SsoRecord[]): ReadonlyMap<string, string> {
  return new Map(
    records
      .filter(({ state, tenantId }) => state !== "rolled-back" && tenantId !== "")
      .map((record) => [connectionKey(record), record.tenantId]),
  );
}
