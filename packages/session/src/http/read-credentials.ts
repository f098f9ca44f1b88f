import type { CookieOptions } from "./guard-options.ts";
import type { RequestView } from "./request-view.ts";

/** A token as a request brings it. */
export interface Credentials {
  readonly scheme: "bearer" | "dpop" | "cookie";
  readonly token: string;
}

/** Where tokens are looked for. */
export interface CredentialPlaces {
  /** In lower case. */
  readonly header: string | null;
  readonly cookie: CookieOptions | undefined;
  readonly dpop: boolean;
}

/** Characters of a token by RFC 6750. */
const TOKEN = "[A-Za-z0-9\\-._~+/]+=*";
const SCHEMED = new RegExp(`^(Bearer|DPoP) +(${TOKEN})$`, "i");
const BARE = new RegExp(`^${TOKEN}$`);

/**
 * Finds the token of a request. A header with a token counts before a cookie.
 *
 * @returns `malformed` when a header says that it holds a token, and does not hold exactly one.
 */
export function readCredentials(view: RequestView, places: CredentialPlaces): Credentials | "none" | "malformed" {
  const fromHeader = places.header === null ? "none" : readHeaderValue(view.header(places.header), places);
  if (fromHeader !== "none" || places.cookie === undefined) return fromHeader;
  const token = readCookie(view.header("cookie"), places.cookie.name);
  return token === undefined ? "none" : { scheme: "cookie", token };
}

function readHeaderValue(value: string | undefined, places: CredentialPlaces): Credentials | "none" | "malformed" {
  const text = value?.trim() ?? "";
  if (text === "") return "none";
  const [, scheme = "", token = ""] = SCHEMED.exec(text) ?? [];
  if (scheme.toLowerCase() === "bearer") return { scheme: "bearer", token };
  if (scheme !== "") return places.dpop ? { scheme: "dpop", token } : "none";
  if (places.header !== "authorization") return BARE.test(text) ? { scheme: "bearer", token: text } : "malformed";
  // Other schemes are somebody else's.
  return /^(?:Bearer|DPoP)(?:[ ,]|$)/i.test(text) ? "malformed" : "none";
}

/** The first cookie of a name. */
export function readCookie(header: string | undefined, name: string): string | undefined {
  for (const part of (header ?? "").split(";")) {
    const at = part.indexOf("=");
    if (at === -1 || part.slice(0, at).trim() !== name) continue;
    const value = part
      .slice(at + 1)
      .trim()
      .replace(/^"(.*)"$/, "$1");
    return value === "" ? undefined : value;
  }
  return undefined;
}

/** Whether the page of another site sent a request that changes something, so that its cookie says nothing of the user's will. */
export function isForeign(view: RequestView, allowedOrigins: readonly string[] = []): boolean {
  if (/^(?:GET|HEAD|OPTIONS)$/.test(view.method)) return false;
  const origin = view.header("origin");
  if (origin !== undefined && allowedOrigins.includes(origin)) return false;
  const site = view.header("sec-fetch-site");
  if (site !== undefined) return site !== "same-origin" && site !== "none";
  // Browsers before 2023, and pages without TLS, tell the origin alone. A client that tells neither is no browser.
  if (origin === undefined) return false;
  return !URL.canParse(origin) || new URL(origin).host !== view.header("host");
}
