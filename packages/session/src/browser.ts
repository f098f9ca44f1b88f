/**
 * Carries a signed-in user over in the browser: reads the tokens that Amplify or amazon-cognito-identity-js stored,
 * exchanges them at the gateway, and cleans up. Nobody has to sign in again.
 *
 * @module
 */

/** A place where tokens are stored. */
export interface TokenStorage {
  keys(): readonly string[];
  get(key: string): string | undefined;
  remove(key: string): void;
}

/** What is stored of one user. */
export interface StoredSession {
  readonly username: string;
  readonly idToken: string;
  readonly accessToken: string;
  readonly refreshToken: string | undefined;
}

/** What a page gives. */
export interface CarryOverOptions {
  /** Address of the gateway's exchange route. */
  readonly exchangeUrl: string;
  /** The app client that the page signs in with. */
  readonly clientId: string;
  /** Where to look, in order. @defaultValue local storage, session storage, cookies */
  readonly storages?: readonly TokenStorage[];
  /**
   * Gives a fresh ID token when the stored one is older than {@link maxAgeSeconds}: the library's own refresh, or
   * {@link refreshAtCognito}. Without it, an old token is sent as it is.
   */
  readonly refresh?: (stored: StoredSession) => Promise<string>;
  /** Seconds after which a stored token is refreshed first. @defaultValue 240 */
  readonly maxAgeSeconds?: number;
  /** Sends the refresh token along, so that the gateway can revoke the Cognito session. @defaultValue false */
  readonly sendRefreshToken?: boolean;
  /** Milliseconds since the epoch. @defaultValue Date.now */
  readonly now?: () => number;
  /** @defaultValue the global fetch */
  readonly fetch?: (url: string, init: RequestInit) => Promise<Response>;
}

/** What came of it. */
export type CarriedOver =
  /** The tokens stand here, unless the gateway set them as cookies. What Cognito's libraries stored is gone. */
  | { readonly outcome: "exchanged"; readonly sessionJwt?: string; readonly refreshJwt?: string }
  /** Nobody is signed in at Cognito. */
  | { readonly outcome: "none" }
  /** The gateway does not exchange this session: the user signs in again. Nothing was removed. */
  | { readonly outcome: "refused"; readonly code: string; readonly reason: string }
  /** No answer, or not now: try again later. Nothing was removed. */
  | { readonly outcome: "unavailable" };

interface Page {
  readonly localStorage?: WebStorage;
  readonly sessionStorage?: WebStorage;
  readonly document?: { cookie: string };
  readonly navigator?: { readonly locks?: { request<T>(name: string, run: () => Promise<T>): Promise<T> } };
}

interface WebStorage {
  readonly length: number;
  key(index: number): string | null;
  getItem(key: string): string | null;
  removeItem(key: string): void;
}

const PREFIX = "CognitoIdentityServiceProvider";

/** Further keys of Amplify, which would make it believe that a sign-in is under way. */
const AMPLIFY_KEYS = [
  "amplify-signin-with-hostedUI",
  "amplify-redirected-from-hosted-ui",
  "amplify-polling-started",
  "amplify-auto-sign-in",
];

/**
 * Exchanges the stored Cognito session for a Descope session. Tabs that do it at once take turns.
 *
 * @example
 * ```ts
 * import { carryOver } from "@cognito-to-descope/session/browser";
 *
 * const carried = await carryOver({
 *   exchangeUrl: "https://gateway.example.com/v1/session/exchange",
 *   clientId: "1example23456789",
 * });
 * if (carried.outcome === "refused") location.assign("/sign-in");
 * declare const location: { assign(url: string): void };
 * ```
 */
export function carryOver(options: CarryOverOptions): Promise<CarriedOver> {
  const run = (): Promise<CarriedOver> => exchangeStored(options);
  const { locks } = page().navigator ?? {};
  return locks === undefined ? run() : locks.request("c2d-session-exchange", run);
}

/** The session that the libraries stored for an app client; undefined when there is none. */
export function readStoredSession(
  clientId: string,
  storages: readonly TokenStorage[] = pageStorages(),
): StoredSession | undefined {
  for (const storage of storages) {
    const username = storage.get(`${PREFIX}.${clientId}.LastAuthUser`);
    if (username === undefined) continue;
    // Cookies for servers have the name encoded once more.
    for (const name of [username, encodeURIComponent(username)]) {
      const read = (key: string): string | undefined => storage.get(`${PREFIX}.${clientId}.${name}.${key}`);
      const idToken = read("idToken");
      const accessToken = read("accessToken");
      if (idToken !== undefined && accessToken !== undefined) {
        return { username, idToken, accessToken, refreshToken: read("refreshToken") };
      }
    }
  }
  return undefined;
}

/** Removes everything that the libraries stored for an app client: tokens, device keys and sign-ins under way. */
export function clearStoredSession(clientId: string, storages: readonly TokenStorage[] = pageStorages()): void {
  for (const storage of storages) {
    for (const key of storage.keys()) {
      if (key.startsWith(`${PREFIX}.${clientId}.`) || AMPLIFY_KEYS.includes(key)) storage.remove(key);
    }
  }
}

/** A refresh for {@link CarryOverOptions.refresh} that asks Cognito itself; for app clients without a secret. */
export function refreshAtCognito(
  region: string,
  clientId: string,
  endpoint: string = `https://cognito-idp.${region}.amazonaws.com/`,
): (stored: StoredSession) => Promise<string> {
  return async ({ refreshToken, idToken }) => {
    if (refreshToken === undefined) return idToken;
    const response = await fetch(endpoint, {
      method: "POST",
      headers: {
        "content-type": "application/x-amz-json-1.1",
        "x-amz-target": "AWSCognitoIdentityProviderService.InitiateAuth",
      },
      body: JSON.stringify({
        AuthFlow: "REFRESH_TOKEN_AUTH",
        ClientId: clientId,
        AuthParameters: { REFRESH_TOKEN: refreshToken },
      }),
    });
    const answer = (await response.json()) as { AuthenticationResult?: { IdToken?: string } };
    return answer.AuthenticationResult?.IdToken ?? idToken;
  };
}

/** Local or session storage. */
export function webStorage(storage: WebStorage): TokenStorage {
  return {
    keys: () => Array.from({ length: storage.length }, (_, index) => storage.key(index) ?? ""),
    get: (key) => storage.getItem(key) ?? undefined,
    remove: (key) => storage.removeItem(key),
  };
}

/** The cookies of a document that scripts can read; `domain` is the one that the library was told. */
export function cookieStorage(document: { cookie: string }, domain?: string, path = "/"): TokenStorage {
  const read = (): readonly (readonly [raw: string, name: string, value: string])[] =>
    document.cookie.split("; ").flatMap((pair) => {
      const at = pair.indexOf("=");
      return at < 1 ? [] : [[pair.slice(0, at), decode(pair.slice(0, at)), decode(pair.slice(at + 1))] as const];
    });
  return {
    keys: () => read().map(([, name]) => name),
    get: (key) => read().find(([, name]) => name === key)?.[2],
    remove: (key) => {
      for (const [raw, name] of read()) {
        if (name !== key) continue;
        for (const where of domain === undefined ? [""] : ["", `; domain=${domain}`]) {
          document.cookie = `${raw}=; path=${path}${where}; max-age=0`;
        }
      }
    },
  };
}

async function exchangeStored(options: CarryOverOptions): Promise<CarriedOver> {
  const { clientId, storages = pageStorages(), maxAgeSeconds = 240, now = Date.now } = options;
  const send = options.fetch ?? ((url, init) => fetch(url, init));
  const stored = readStoredSession(clientId, storages);
  if (stored === undefined) return { outcome: "none" };
  try {
    const isOld = now() / 1000 - issuedAt(stored.idToken) > maxAgeSeconds;
    const idToken = isOld && options.refresh !== undefined ? await options.refresh(stored) : stored.idToken;
    const { refreshToken } = stored;
    const body = options.sendRefreshToken === true && refreshToken !== undefined ? { refreshToken } : {};
    const response = await send(options.exchangeUrl, {
      method: "POST",
      credentials: "include",
      headers: { authorization: `Bearer ${idToken}`, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    if (response.ok) {
      const { sessionJwt, refreshJwt } = (await response.json()) as { sessionJwt?: string; refreshJwt?: string };
      clearStoredSession(clientId, storages);
      return {
        outcome: "exchanged",
        ...(sessionJwt === undefined ? {} : { sessionJwt }),
        ...(refreshJwt === undefined ? {} : { refreshJwt }),
      };
    }
    if (response.status >= 500 || response.status === 429) return { outcome: "unavailable" };
    const { code = "", reason = "" } = ((await response.json().catch(() => null)) ?? {}) as {
      code?: string;
      reason?: string;
    };
    return { outcome: "refused", code, reason };
  } catch {
    return { outcome: "unavailable" };
  }
}

/** When a stored token was issued, without looking at its signature: the gateway does. */
function issuedAt(token: string): number {
  try {
    const payload = (token.split(".")[1] ?? "").replaceAll("-", "+").replaceAll("_", "/");
    const { iat } = JSON.parse(atob(payload)) as { iat?: unknown };
    return typeof iat === "number" ? iat : 0;
  } catch {
    return 0;
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function page(): Page {
  return globalThis;
}

/** What the page has. Reading a storage that the browser has switched off throws. */
function pageStorages(): readonly TokenStorage[] {
  const { document } = page();
  const storages: TokenStorage[] = [];
  for (const name of ["localStorage", "sessionStorage"] as const) {
    try {
      const storage = page()[name];
      if (storage !== undefined) storages.push(webStorage(storage));
    } catch {
      continue;
    }
  }
  return document === undefined ? storages : [...storages, cookieStorage(document)];
}
