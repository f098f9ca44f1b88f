import type { SettingDifference } from "../jit-setup/setting-difference.ts";
import { settingDifferences } from "../oidc/setting-difference.ts";
import type { InboundScope, InboundSettings } from "../ports/inbound-apps.ts";

/** What differs of what is wanted. */
export function applicationDifferences(found: InboundSettings, wanted: InboundSettings): readonly SettingDifference[] {
  return settingDifferences({ ...comparable(found) }, { ...comparable(wanted) });
}

/** The settings that a change has to name, of those that can be changed. */
export function changeOf(wanted: InboundSettings, differences: readonly SettingDifference[]): Partial<InboundSettings> {
  const names = new Set(differences.map(({ setting }) => setting));
  return Object.fromEntries(
    Object.entries(wanted).filter(([name]) => names.has(name) && name !== "nonConfidentialClient"),
  );
}

/** Scopes in one order: the project may answer them in another. */
function comparable(settings: InboundSettings): InboundSettings {
  const { permissionsScopes, attributesScopes } = settings;
  return { ...settings, permissionsScopes: ordered(permissionsScopes), attributesScopes: ordered(attributesScopes) };
}

function ordered(scopes: readonly InboundScope[]): readonly InboundScope[] {
  return scopes.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}
