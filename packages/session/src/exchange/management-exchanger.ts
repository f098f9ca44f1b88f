import { ExchangeUnavailable } from "../errors.ts";
import { isJsonObject, type JsonObject } from "../strict-json.ts";
import type { Exchanger } from "./create-exchange.ts";

/** How the management API is called. */
export interface ManagementExchangerOptions {
  readonly projectId: string;
  /** The secret of the management API. */
  readonly managementKey: string;
  /** Base address of the API. @defaultValue "https://api.descope.com" */
  readonly baseUrl?: string;
  /** Custom attribute that holds the Cognito `sub`. @defaultValue "cognitoSub", which the import writes */
  readonly cognitoSubAttribute?: string;
  /** Milliseconds that a call may take. @defaultValue 10000 */
  readonly timeoutMs?: number;
  /** @defaultValue the global fetch */
  readonly fetch?: (url: string, init: RequestInit) => Promise<Response>;
}

/**
 * Finds the migrated user by the custom attribute that the import wrote, and signs the user in by the management API.
 *
 * Exactly one user must hold the `sub`; a project with two of them does not say whose session it would be.
 */
export function createManagementExchanger(options: ManagementExchangerOptions): Exchanger {
  const { projectId, managementKey, cognitoSubAttribute = "cognitoSub", timeoutMs = 10_000 } = options;
  const base = (options.baseUrl ?? "https://api.descope.com").replace(/\/+$/, "");
  const send = options.fetch ?? ((url, init) => fetch(url, init));

  const call = async (path: string, body: object): Promise<JsonObject> => {
    const response = await send(`${base}${path}`, {
      method: "POST",
      redirect: "manual",
      headers: { "content-type": "application/json", authorization: `Bearer ${projectId}:${managementKey}` },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(timeoutMs),
    });
    if (response.status !== 200) {
      await response.body?.cancel();
      const retryAfterSeconds = response.status === 429 ? 60 : undefined;
      throw new ExchangeUnavailable("exchanger-failed", { provider: "descope", retryAfterSeconds });
    }
    const answer: unknown = await response.json();
    if (!isJsonObject(answer)) throw new ExchangeUnavailable("exchanger-failed", { provider: "descope" });
    return answer;
  };

  return async ({ cognitoSub }) => {
    const { users } = await call("/v2/mgmt/user/search", {
      customAttributes: { [cognitoSubAttribute]: cognitoSub },
      limit: 2,
    });
    // A search that ignores the filter, as one for an attribute that is not defined may, must not pick somebody else.
    const found = (Array.isArray(users) ? (users as readonly unknown[]) : []).filter(
      (user): user is JsonObject => isJsonObject(user) && subOf(user, cognitoSubAttribute) === cognitoSub,
    );
    const loginIds = found[0]?.["loginIds"];
    const loginId: unknown = Array.isArray(loginIds) ? loginIds[0] : undefined;
    if (found.length !== 1 || typeof loginId !== "string") return undefined;
    const { sessionJwt, refreshJwt, cookieMaxAge } = await call("/v1/mgmt/auth/signin", { loginId });
    if (typeof sessionJwt !== "string" || typeof refreshJwt !== "string") {
      throw new ExchangeUnavailable("exchanger-failed", { provider: "descope" });
    }
    const maxAge = typeof cookieMaxAge === "number" ? { refreshMaxAgeSeconds: cookieMaxAge } : {};
    return { sessionJwt, refreshJwt, cognitoSub, ...maxAge };
  };
}

function subOf(user: JsonObject, attribute: string): unknown {
  const attributes = user["customAttributes"];
  return isJsonObject(attributes) && Object.hasOwn(attributes, attribute) ? attributes[attribute] : undefined;
}
