import type { Context } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";

/** How the cookie of a session is set. */
export interface CookieOptions {
  /** The page is reached over TLS, whoever ends it. */
  readonly secure: boolean;
}

/** Consoles on several ports of one host have cookies of their own: cookies know no ports. */
function nameOf(c: Context, { secure }: CookieOptions): string {
  const { port } = new URL(c.req.url);
  return `${secure ? "__Host-" : ""}c2d_console${port === "" ? "" : `_${port}`}`;
}

/** The secret of the session that a request has. */
export function readSessionCookie(c: Context, options: CookieOptions): string | undefined {
  return getCookie(c, nameOf(c, options));
}

/** Gives the browser a session. Scripts of a page cannot read it, and requests of other sites do not bring it. */
export function writeSessionCookie(c: Context, secret: string, options: CookieOptions): void {
  setCookie(c, nameOf(c, options), secret, attributes(options));
}

/** Takes the session away from the browser. */
export function clearSessionCookie(c: Context, options: CookieOptions): void {
  deleteCookie(c, nameOf(c, options), attributes(options));
}

function attributes({ secure }: CookieOptions): {
  readonly httpOnly: true;
  readonly sameSite: "Strict";
  readonly path: "/";
  readonly secure: boolean;
} {
  return { httpOnly: true, sameSite: "Strict", path: "/", secure };
}
