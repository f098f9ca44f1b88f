/** The paths that Descope's texts name for the way back from an OAuth provider; facts.md of the Descope adapter has them. */
const CALLBACK_PATHS = ["/v1/oauth/callback", "/v1/auth/oauth/callback"] as const;

/**
 * Every address that Descope may send a user back to from an OAuth provider. Public texts differ in the path, and a project
 * with a domain of its own uses that host: a client that approves all of them works whichever is used.
 *
 * @param apiUrl - Base URL of the API of the project's region.
 * @param customDomain - Host of the project's own domain, without a scheme.
 */
export function callbackUrls(apiUrl: string, customDomain: string | undefined): readonly string[] {
  const bases = [apiUrl.replace(/\/+$/, ""), ...(customDomain === undefined ? [] : [`https://${customDomain}`])];
  return bases.flatMap((base) => CALLBACK_PATHS.map((path) => `${base}${path}`));
}

/** Base URL of Descope's API for a project: longer IDs name their region. Source: the SDKs. */
export function descopeApiUrl(projectId: string, baseUrl: string | undefined): string {
  if (baseUrl !== undefined && baseUrl !== "") return baseUrl.replace(/\/+$/, "");
  const region = projectId.length >= 32 ? projectId.slice(1, 5) : "";
  return region === "" || region === "use1" ? "https://api.descope.com" : `https://api.${region}.descope.com`;
}
