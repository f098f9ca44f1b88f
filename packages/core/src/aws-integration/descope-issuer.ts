/** Where a project's tokens come from, and where AWS finds what it needs to check them. */
export interface DescopeEndpoints {
  readonly issuer: string;
  /** The issuer without its scheme: what identity pools and IAM call the provider's name. */
  readonly provider: string;
  readonly discovery: string;
  readonly jwks: string;
  readonly authorization: string;
  readonly token: string;
  readonly userInfo: string;
}

/**
 * Why AWS cannot take the text as an issuer; undefined when it can.
 *
 * AWS compares `iss` character by character with what is configured, and appends `/.well-known/openid-configuration` to
 * it: so it must be an absolute https URL that ends in a path, without a query and without a fragment.
 */
export function issuerProblem(issuer: string): string | undefined {
  const parts = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)([^?#]*)(.*)$/i.exec(issuer);
  if (parts === null) return "must be an absolute https URL; the bare project ID is none";
  const [, scheme = "", host = "", path = "", rest = ""] = parts;
  if (scheme !== "https") return "must begin with https://";
  if (!/^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?$/.test(host)) return "must name a host in lower case";
  if (rest !== "") return "must have no query and no fragment";
  if (/:\/\/|https?:/.test(path)) return "holds a second URL: it was pasted twice";
  if (path.includes("//")) return "must have no empty part in its path";
  if (!/^[\w./~-]*$/.test(path)) return "must have a plain path";
  return undefined;
}

/** The project that an issuer names in the last or the last but one part of its path. */
export function issuerNames(issuer: string, projectId: string): boolean {
  const parts = issuer.replace(/\/+$/, "").split("/");
  return parts.slice(-2).includes(projectId) && (issuer === projectId || issuer.startsWith("https://"));
}

/**
 * Derives the endpoints of a project from its issuer.
 *
 * @param issuer - As it stands in the tokens; see {@link issuerProblem}.
 */
export function descopeEndpoints(issuer: string, projectId: string): DescopeEndpoints {
  const origin = /^https:\/\/[^/]+/.exec(issuer)?.[0] ?? "";
  // Tokens whose issuer has "/v1/apps/" come from the endpoints of applications.
  const oauth = issuer.startsWith(`${origin}/v1/apps/`) ? `${origin}/oauth2/v1/apps` : `${origin}/oauth2/v1`;
  return {
    issuer,
    provider: issuer.slice("https://".length),
    discovery: `${issuer}${issuer.endsWith("/") ? "" : "/"}.well-known/openid-configuration`,
    jwks: `${origin}/v2/keys/${projectId}`,
    authorization: `${oauth}/authorize`,
    token: `${oauth}/token`,
    userInfo: `${oauth}/userinfo`,
  };
}
