import type { RateLimit } from "@cognito-to-descope/core";

/** The quotas that Descope counts apart; see `facts.md#quotas`. */
export type BucketName = "user-create" | "user-update" | "user-other" | "general";

/** A quota with what the vendor does to those who exceed it. */
export interface BucketLimit extends RateLimit {
  /** How long everything of the bucket is refused after the quota was exceeded, in milliseconds. */
  readonly penaltyMs: number;
}

/** The documented quotas of a project on the default licence tier. */
export const DEFAULT_LIMITS: Readonly<Record<BucketName, BucketLimit>> = {
  "user-create": { requests: 100, windowMs: 60_000, penaltyMs: 60_000 },
  "user-update": { requests: 200, windowMs: 60_000, penaltyMs: 60_000 },
  "user-other": { requests: 500, windowMs: 60_000, penaltyMs: 60_000 },
  general: { requests: 1000, windowMs: 10_000, penaltyMs: 10_000 },
};

/** What decides how a request is paced, and what may be done when its answer does not come. */
export interface Endpoint {
  /** Method and path, without the query: it may be shown. */
  readonly operation: string;
  /**
   * The quota that the request draws from; where that is not documented, all that it may draw from, the likeliest first.
   */
  readonly buckets: readonly [BucketName, ...BucketName[]];
  /** Whether sending the request twice leaves the project as sending it once does. */
  readonly repeatable: boolean;
  /** Whether the request changes nothing. */
  readonly reading: boolean;
}

/**
 * POSTs that change something and may all the same be sent twice: they set what they name, take off what may be gone
 * already, or make nothing that stays. Any other POST may not.
 */
const REPEATABLE_POST =
  /^\/auth\/(oauth|saml)\/authorize$|^\/mgmt\/(user\/(update(\/.+)?|delete(\/batch)?|password\/set\/active|customattribute\/(create|delete))|(role|tenant)\/delete|auth\/signin|jwt\/templates\/(update|validate)|connector\/update|oauth\/provider|sso\/(saml(\/metadata)?|oidc|redirect)|tenant\/settings|sso\/idp\/app\/(delete|oidc\/update)|thirdparty\/app\/(delete|patch)|flow\/(import|delete)|tests\/generate\/\w+)$/;

const known = new Map<string, Endpoint>();

/**
 * Says what an endpoint is.
 *
 * @param method - In upper case.
 * @param path - As the API documents it, from `/v1` or `/v2` on.
 */
export function endpointOf(method: string, path: string): Endpoint {
  const operation = `${method} ${path}`;
  let endpoint = known.get(operation);
  if (endpoint === undefined) {
    endpoint = describe(operation, method, path);
    // Paths that carry ids must not fill the memory.
    if (known.size < 1000) known.set(operation, endpoint);
  }
  return endpoint;
}

function describe(operation: string, method: string, path: string): Endpoint {
  const subject = path.replace(/^\/v\d+(?=\/)/, "");
  const reading = method === "GET" || /\/(search|load|list|export|search\/test)$/.test(subject);
  const repeatable =
    reading ||
    method === "PATCH" ||
    method === "PUT" ||
    method === "DELETE" ||
    (method === "POST" && REPEATABLE_POST.test(subject));
  return { operation, buckets: bucketsOf(subject, path), repeatable, reading };
}

function bucketsOf(subject: string, path: string): readonly [BucketName, ...BucketName[]] {
  if (/^\/mgmt\/user\/create(\/batch)?$/.test(subject)) return ["user-create"];
  if (subject === "/mgmt/user/create/test") return ["user-create", "user-other"];
  if (/^\/mgmt\/user\/(update|search)$/.test(subject) && path.startsWith("/v1/")) return ["user-update"];
  // The quotas' page names version 1 of the search only.
  if (/^\/mgmt\/user\/(update|search|search\/test)$/.test(subject)) return ["user-update", "user-other"];
  if (subject === "/mgmt/user" || subject.startsWith("/mgmt/user/") || subject.startsWith("/mgmt/users/"))
    return ["user-other"];
  return ["general"];
}
