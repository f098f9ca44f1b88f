import type {
  ClaimField,
  ConnectionClaims,
  ConnectionRoles,
  OidcSettings,
  SamlSettings,
  SsoConfiguration,
} from "@cognito-to-descope/core";

type Wire = Readonly<Record<string, unknown>>;

/** Settings as `POST /v1/mgmt/sso/saml` takes them, or `…/saml/metadata` where the provider is known by an address. */
export function toWireSaml(settings: SamlSettings): Record<string, unknown> {
  const { source, idpEntityId, spAcsUrl, spEntityId } = settings;
  const [first = "", ...more] = "certificates" in source ? source.certificates : [];
  return {
    ...("metadataUrl" in source
      ? { idpMetadataUrl: source.metadataUrl }
      : { idpUrl: source.signOnUrl, idpCert: first, ...(more.length > 0 ? { idpAdditionalCerts: more } : {}) }),
    ...(idpEntityId === "" && "metadataUrl" in source ? {} : { entityId: idpEntityId }),
    attributeMapping: toWireClaims(settings.claims),
    ...toWireRoles(settings.roles),
    // Only for migrations, as the SDKs say: what the provider was given by hand.
    ...(spAcsUrl === "" ? {} : { spACSUrl: spAcsUrl }),
    ...(spEntityId === "" ? {} : { spEntityId }),
  };
}

/** Settings as `POST /v1/mgmt/sso/oidc` takes them, the client's secret left out. */
export function toWireOidc(settings: OidcSettings): Record<string, unknown> {
  const { name, clientId, authorizeUrl, tokenUrl, userInfoUrl, jwksUrl, issuer, scopes, redirectUrl } = settings;
  return {
    name,
    clientId,
    authUrl: authorizeUrl,
    tokenUrl,
    userDataUrl: userInfoUrl,
    JWKsUrl: jwksUrl,
    issuer,
    scope: scopes,
    grantType: "authorization_code",
    userAttrMapping: toWireClaims(settings.claims),
    ...toWireRoles(settings.roles),
    ...(redirectUrl === "" ? {} : { redirectUrl }),
  };
}

function toWireClaims({ fields, customAttributes }: ConnectionClaims): Record<string, unknown> {
  return { ...fields, ...(Object.keys(customAttributes).length > 0 ? { customAttributes } : {}) };
}

function toWireRoles({ mappings, defaults }: ConnectionRoles): Record<string, unknown> {
  return {
    roleMappings: mappings.map(({ groups, role }) => ({ groups, roleName: role })),
    defaultSSORoles: defaults,
  };
}

/** What fills Descope's own service provider in, where nothing overrides it; see `facts.md#sso`. */
export interface OwnIdentity {
  readonly projectId: string;
  readonly tenantId: string;
}

/** Reads one element of the answer of `GET /v2/mgmt/sso/settings/all`. */
export function fromWireConfiguration(wire: Wire, own: OwnIdentity): SsoConfiguration {
  const saml = record(wire["saml"]);
  const oidc = record(wire["oidc"]);
  const settings = fromWireSaml(saml, own) ?? fromWireOidc(oidc);
  const followed = text(saml["idpMetadataUrl"]) === "" ? [] : certificatesOf(saml);
  const times = [saml["lastSuccessTestTime"], oidc["lastSuccessTestTime"], wire["lastSuccessTestTime"]].map(Number);
  return {
    ssoId: text(wire["ssoId"]),
    ...(settings === undefined ? {} : { settings }),
    ...(followed.length === 0 ? {} : { followedCertificates: followed }),
    lastSuccessTestTime: Math.max(0, ...times.filter((time) => Number.isFinite(time))),
  };
}

function fromWireSaml(wire: Wire, { projectId, tenantId }: OwnIdentity): SamlSettings | undefined {
  const metadataUrl = text(wire["idpMetadataUrl"]);
  const signOnUrl = text(wire["idpSSOUrl"]);
  const idpEntityId = text(wire["idpEntityId"]);
  if (metadataUrl === "" && signOnUrl === "" && idpEntityId === "") return undefined;
  const spAcsUrl = text(wire["spACSUrl"]);
  const spEntityId = text(wire["spEntityId"]);
  return {
    protocol: "saml",
    source: metadataUrl === "" ? { signOnUrl, certificates: certificatesOf(wire) } : { metadataUrl },
    idpEntityId,
    spAcsUrl: /\/v1\/auth\/saml\/acs(?:\?|$)/.test(spAcsUrl) ? "" : spAcsUrl,
    spEntityId: spEntityId === `${projectId}-${tenantId}` ? "" : spEntityId,
    claims: fromWireClaims(record(wire["attributeMapping"])),
    roles: fromWireRoles(wire),
    redirectUrl: text(wire["redirectUrl"]),
  };
}

function certificatesOf(wire: Wire): readonly string[] {
  const all = [text(wire["idpCertificate"]), ...texts(wire["idpAdditionalCertificates"])];
  return all.filter((certificate) => certificate !== "");
}

function fromWireOidc(wire: Wire): OidcSettings | undefined {
  const clientId = text(wire["clientId"]);
  if (clientId === "") return undefined;
  return {
    protocol: "oidc",
    name: text(wire["name"]),
    clientId,
    authorizeUrl: text(wire["authUrl"]),
    tokenUrl: text(wire["tokenUrl"]),
    userInfoUrl: text(wire["userDataUrl"]),
    jwksUrl: text(wire["JWKsUrl"] ?? wire["jwksUrl"]),
    issuer: text(wire["issuer"]),
    scopes: texts(wire["scope"]),
    claims: fromWireClaims(record(wire["userAttrMapping"] ?? wire["attributeMapping"])),
    roles: fromWireRoles(wire),
    redirectUrl: text(wire["redirectUrl"]),
  };
}

const CLAIM_FIELDS: readonly ClaimField[] = [
  "loginId",
  "username",
  "name",
  "email",
  "verifiedEmail",
  "phoneNumber",
  "verifiedPhone",
  "givenName",
  "middleName",
  "familyName",
  "picture",
  "group",
];

function fromWireClaims(wire: Wire): ConnectionClaims {
  // The API description has no phone number; SDKs send and read it under either name.
  const given = { ...wire, phoneNumber: text(wire["phoneNumber"]) || text(wire["phone"]) };
  const custom = Object.entries(record(wire["customAttributes"])).filter(
    (entry): entry is [string, string] => typeof entry[1] === "string",
  );
  return {
    fields: Object.fromEntries(
      CLAIM_FIELDS.flatMap((field) => {
        const claim = text((given as Wire)[field]);
        return claim === "" ? [] : [[field, claim] as const];
      }),
    ),
    customAttributes: Object.fromEntries(custom),
  };
}

function fromWireRoles(wire: Wire): ConnectionRoles {
  const list = Array.isArray(wire["groupsMapping"]) ? wire["groupsMapping"] : [];
  return {
    mappings: list.map((one: unknown) => {
      const mapping = record(one);
      return {
        groups: texts(mapping["groups"]),
        role: text(record(mapping["role"])["name"]) || text(mapping["roleName"]),
      };
    }),
    defaults: texts(wire["defaultSSORoles"]),
  };
}

/** The value as an object; an empty one when it is none. */
export function record(value: unknown): Wire {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Wire) : {};
}

/** The value as text; empty when it is none. */
export function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** The texts of a list; empty when it is none. */
export function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : [];
}
