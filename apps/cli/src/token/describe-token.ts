import { issuerNames, type TokenParts, userPoolIssuer } from "@cognito-to-descope/core";
import type { Config } from "../config/config.ts";
import { poolsOf } from "./pools-of.ts";

/** What a token says of itself. Nothing of it is verified. */
export interface TokenDescription {
  /** `session token of Descope`, `access token of Amazon Cognito`, `token of an unknown issuer`. */
  readonly what: string;
  readonly provider: "cognito" | "descope" | undefined;
  /** Pool or project of the config that the issuer belongs to. */
  readonly source: string | undefined;
}

/** Says what a token is, by its issuer and the claims that tell the kinds apart. */
export function describeToken({ payload }: TokenParts, config: Config): TokenDescription {
  const { iss, token_use: use, drn, sub } = payload;
  if (typeof iss !== "string") return { what: "token without an issuer", provider: undefined, source: undefined };
  const pool = poolsOf(config).find(
    (one) =>
      iss === userPoolIssuer(one, "original") ||
      iss === userPoolIssuer(one, "updated") ||
      (one.endpoint !== undefined && iss === `${one.endpoint.replace(/\/$/, "")}/${one.userPoolId}`),
  );
  if (pool !== undefined || /^https:\/\/(?:issuer-)?cognito-idp\./.test(iss)) {
    const kind = use === "id" ? "ID token" : use === "access" ? "access token" : "token of no known use";
    const whose = pool === undefined ? "a pool that the config does not name" : `user pool ${pool.userPoolId}`;
    return { what: `${kind} of Amazon Cognito, ${whose}`, provider: "cognito", source: pool?.userPoolId };
  }
  const projectId = config.project?.projectId;
  const own = projectId !== undefined && (issuerNames(iss, projectId) || iss.split("/").slice(-2).includes(projectId));
  if (own || drn !== undefined) {
    const kind = drn === "DSR" ? "refresh token" : drn === "DS" ? "session token" : "token of no known kind";
    const machine = typeof sub === "string" && sub.startsWith("K") ? " (access key)" : "";
    const whose = own ? `project ${projectId}` : "a project that the config does not name";
    return { what: `${kind}${machine} of Descope, ${whose}`, provider: "descope", source: own ? projectId : undefined };
  }
  return { what: "token of an issuer that the config does not name", provider: undefined, source: undefined };
}

/** Claims that say nothing of a person. */
const PLAIN_CLAIMS: ReadonlySet<string> = new Set([
  "amr",
  "aud",
  "auth_time",
  "azp",
  "client_id",
  "cnf",
  "cognito:groups",
  "cognitoSub",
  "dct",
  "drn",
  "dsub",
  "event_id",
  "exp",
  "iat",
  "iss",
  "jti",
  "nbf",
  "origin_jti",
  "permissions",
  "rexp",
  "roles",
  "scope",
  "scp",
  "sub",
  "tenants",
  "token_use",
  "version",
]);

/** The claims, without the values of those that may say something of a person. */
export function plainClaims(payload: TokenParts["payload"]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(payload).map(([name, value]) => [name, PLAIN_CLAIMS.has(name) ? value : "[shown with -v]"]),
  );
}
