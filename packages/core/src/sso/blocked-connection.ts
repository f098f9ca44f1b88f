import type { SsoRecord } from "../ports/sso-ledger.ts";
import type { ProjectSnapshot } from "../project/project-snapshot.ts";
import { compareSettings } from "./compare-settings.ts";
import type { ConnectionSettings } from "./connection-settings.ts";
import type { ReadConnection } from "./read-connection.ts";
import { type Present, settingsOf } from "./read-present.ts";
import { connectionKey, type SsoOptions } from "./sso-options.ts";
import type { ConnectionFinding } from "./sso-plan.ts";

/** What may stand in the way of a connection. */
interface BlockOptions {
  readonly project?: Pick<ProjectSnapshot, "roles"> | undefined;
  readonly records: readonly SsoRecord[];
  readonly sso: SsoOptions;
  /** Places that several connections want. */
  readonly places: ReadonlyMap<string, readonly ReadConnection[]>;
}

/** What tells places of the project apart. */
export function placeOf({ connection }: ReadConnection): string {
  return `${connection.tenantId}\n${connection.ssoId}`;
}

/** Why nothing is written for a connection; undefined when nothing is in the way. */
export function blockedBy(
  one: ReadConnection,
  settings: ConnectionSettings | undefined,
  present: Present | undefined,
  { project, records, sso, places }: BlockOptions,
): ConnectionFinding | undefined {
  const { connection } = one;
  if (settings === undefined) return { rule: "sso-settings-incomplete" };
  if (places.has(placeOf(one))) {
    return { rule: "sso-tenant-shared", detail: connection.tenantId };
  }
  if (settings.protocol !== "social" && project !== undefined) {
    const known = new Set(
      project.roles
        .filter(({ tenantId }) => (tenantId ?? connection.tenantId) === connection.tenantId)
        .map(({ name }) => name),
    );
    const missing = [...settings.roles.defaults, ...settings.roles.mappings.map(({ role }) => role)].find(
      (role) => !known.has(role),
    );
    if (missing !== undefined) return { rule: "sso-role-missing", detail: missing };
  }
  const there = settingsOf(present);
  if (there === undefined || sso.existing === "replace") return undefined;
  const isOurs = records.some(
    (record) => connectionKey(record) === connectionKey(connection) && record.state !== "rolled-back",
  );
  const differs = compareSettings(settings, there).length > 0;
  return isOurs || !differs ? undefined : { rule: "sso-settings-foreign" };
}
