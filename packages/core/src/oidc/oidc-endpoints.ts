import { userPoolIssuer, type IssuingPool } from "../aws-integration/user-pool-issuers.ts";
import { MigrationError } from "../errors.ts";
import type { OidcProbe } from "../ports/oidc-probe.ts";
import type { AbortableOptions } from "../ports/user-pool-source.ts";

/** The OpenID endpoints of a user pool, as its discovery document has them. */
export interface OidcEndpoints {
  readonly issuer: string;
  readonly authorize: string;
  readonly token: string;
  readonly userInfo: string;
  readonly jwks: string;
}

/**
 * Where a pool's discovery document may be, the documented place first. The host of the pool's own domain is none of them:
 * AWS documents the document at the issuer only.
 *
 * @param endpoint - What takes the place of Cognito's endpoint.
 */
export function discoveryUrls(pool: IssuingPool, endpoint: string | undefined): readonly string[] {
  const bases =
    endpoint === undefined
      ? [userPoolIssuer(pool, "original"), userPoolIssuer(pool, "updated")]
      : [`${endpoint.replace(/\/+$/, "")}/${pool.userPoolId}`];
  return bases.map((base) => `${base}/.well-known/openid-configuration`);
}

/**
 * Reads the pool's discovery document from the first place that answers.
 *
 * @returns Undefined when the pool has no domain: its document then has no endpoints to sign in at.
 * @throws MigrationError `ERR_SOURCE_UNREACHABLE` when no place has it, `ERR_SOURCE_UNEXPECTED` when it is another pool's or
 *   its endpoints are none.
 */
export async function discoverEndpoints(
  probe: OidcProbe,
  pool: IssuingPool,
  endpoint: string | undefined,
  options: AbortableOptions,
): Promise<OidcEndpoints | undefined> {
  const urls = discoveryUrls(pool, endpoint);
  for (const url of urls) {
    const { status, body } = await probe.readDocument(url, options);
    if (status !== 200 || typeof body !== "object" || body === null) continue;
    const issuers = [
      userPoolIssuer(pool, "original"),
      userPoolIssuer(pool, "updated"),
      url.replace(/\/\.well-known\/.*$/, ""),
    ];
    return readDiscovery(body as Readonly<Record<string, unknown>>, issuers);
  }
  throw new MigrationError("ERR_SOURCE_UNREACHABLE", "the discovery document of the pool cannot be read", {
    suggestion: `check that this machine reaches ${urls.map((url) => new URL(url).host).join(" or ")}`,
  });
}

function readDiscovery(
  document: Readonly<Record<string, unknown>>,
  issuers: readonly string[],
): OidcEndpoints | undefined {
  const text = (name: string): string => {
    const value = document[name];
    return typeof value === "string" ? value : "";
  };
  const issuer = text("issuer");
  if (!issuers.includes(issuer)) {
    throw new MigrationError("ERR_SOURCE_UNEXPECTED", "the discovery document of the pool names another issuer");
  }
  const endpoints: OidcEndpoints = {
    issuer,
    authorize: text("authorization_endpoint"),
    token: text("token_endpoint"),
    userInfo: text("userinfo_endpoint"),
    jwks: text("jwks_uri"),
  };
  const { authorize, token, userInfo, jwks } = endpoints;
  if (authorize === "" && token === "") return undefined;
  const odd = [authorize, token, userInfo, jwks].find((url) => !isSafeUrl(url));
  if (odd !== undefined) {
    throw new MigrationError(
      "ERR_SOURCE_UNEXPECTED",
      "an endpoint in the discovery document of the pool is no https address",
    );
  }
  return endpoints;
}

/** Secrets and codes go to these addresses: https, or this machine itself. */
function isSafeUrl(text: string): boolean {
  const { protocol, hostname } = /^(?<protocol>https?):\/\/(?<hostname>\[[^\]]+\]|[^/:?#@]+)/.exec(text)?.groups ?? {};
  if (protocol === "https") return true;
  return (
    protocol === "http" &&
    (hostname === "localhost" || hostname === "[::1]" || /^127(?:\.\d{1,3}){3}$/.test(hostname ?? ""))
  );
}
