import { certificateBody } from "./followed-certificates.ts";
import type { ConnectionClaims, ConnectionRoles, ConnectionSettings } from "./connection-settings.ts";

/** One field of the settings that is not as it should be. */
export interface ConnectionDifference {
  readonly field: string;
  /** As the project has it; empty when it has nothing. */
  readonly found: string;
  readonly wanted: string;
}

/**
 * What of the wanted settings the project does not have, field by field.
 *
 * Only what is wanted is compared: what Descope fills in by itself where the settings leave it open is no difference.
 */
export function compareSettings(
  wanted: ConnectionSettings,
  found: ConnectionSettings | undefined,
): readonly ConnectionDifference[] {
  const have = found === undefined ? {} : fieldsOf(found);
  return Object.entries(fieldsOf(wanted))
    .filter(([field, value]) => (have[field] ?? "") !== value && !(value === "" && OPEN.has(field)))
    .map(([field, value]) => ({ field, found: have[field] ?? "", wanted: value }));
}

/** Fields that mean "as Descope has it" when they are empty. */
const OPEN: ReadonlySet<string> = new Set(["spAcsUrl", "spEntityId", "redirectUrl", "idpEntityId", "userInfoUrl"]);

/** Settings as text by field: what two of them are compared by, and what a person is shown. */
function fieldsOf(settings: ConnectionSettings): Readonly<Record<string, string>> {
  switch (settings.protocol) {
    case "saml":
      return {
        protocol: "saml",
        ...("metadataUrl" in settings.source
          ? { metadataUrl: settings.source.metadataUrl }
          : {
              signOnUrl: settings.source.signOnUrl,
              // In any order: which of them is in use is the provider's business.
              certificates: settings.source.certificates.map(certificateBody).sort().join(" "),
            }),
        idpEntityId: settings.idpEntityId,
        spAcsUrl: settings.spAcsUrl,
        spEntityId: settings.spEntityId,
        redirectUrl: settings.redirectUrl,
        ...claimFields(settings.claims),
        ...roleFields(settings.roles),
      };
    case "oidc":
      return {
        protocol: "oidc",
        clientId: settings.clientId,
        authorizeUrl: settings.authorizeUrl,
        tokenUrl: settings.tokenUrl,
        userInfoUrl: settings.userInfoUrl,
        jwksUrl: settings.jwksUrl,
        issuer: settings.issuer,
        scopes: settings.scopes.toSorted().join(" "),
        redirectUrl: settings.redirectUrl,
        ...claimFields(settings.claims),
        ...roleFields(settings.roles),
      };
    case "social":
      return {
        protocol: "social",
        clientId: settings.clientId,
        scopes: settings.scopes.toSorted().join(" "),
        ...(settings.custom
          ? {
              authorizeUrl: settings.authorizeUrl,
              tokenUrl: settings.tokenUrl,
              userInfoUrl: settings.userInfoUrl,
              ...claimFields(settings.claims),
            }
          : {}),
      };
    default:
      return settings satisfies never;
  }
}

function claimFields({ fields, customAttributes }: ConnectionClaims): Readonly<Record<string, string>> {
  return Object.fromEntries([
    ...Object.entries(fields).map(([field, claim]) => [`claims.${field}`, claim]),
    ...Object.entries(customAttributes).map(([name, claim]) => [`claims.customAttributes.${name}`, claim]),
  ]) as Readonly<Record<string, string>>;
}

function roleFields({ mappings, defaults }: ConnectionRoles): Readonly<Record<string, string>> {
  return {
    "roles.defaults": defaults.toSorted().join(", "),
    "roles.mappings": mappings
      .map(({ groups, role }) => `${groups.toSorted().join(" | ")} → ${role}`)
      .sort()
      .join("; "),
  };
}
