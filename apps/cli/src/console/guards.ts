import type { MiddlewareHandler } from "hono";
import { API_BASE } from "@cognito-to-descope/console/contract";
import { readSessionCookie, type CookieOptions } from "./auth/session-cookie.ts";
import type { ConsoleSessions } from "./auth/sessions.ts";
import type { ConsoleEnv } from "./console-env.ts";
import { ConsoleRefusal } from "./problem.ts";
import type { ConsoleServices } from "./services.ts";

/** Longest path with its query, in characters. */
const MOST_ADDRESS = 4096;
/** Largest body of a request, in bytes. */
const MOST_BODY = 65_536;
/** A header that a page of another origin can only send after a preflight, which is never granted. */
const OWN_HEADER = "x-c2d-console";

const SESSION_PATH = `${API_BASE}/session`;

type Guard = MiddlewareHandler<ConsoleEnv>;

/** Refuses requests that were led here under another name (DNS rebinding), and addresses that are too long. */
export function guardAddress({ isOwnHost }: Pick<ConsoleServices, "isOwnHost">): Guard {
  return async (c, next) => {
    if (isOwnHost !== undefined && !isOwnHost(c.req.header("host") ?? "")) throw new ConsoleRefusal("wrong-host");
    const { pathname, search } = new URL(c.req.url);
    if (pathname.length + search.length > MOST_ADDRESS) throw new ConsoleRefusal("address-too-long");
    return next();
  };
}

/** Holds bodies to JSON of a size that a person may want to send. */
export const guardBody: Guard = async (c, next) => {
  const { method } = c.req;
  if (method === "GET" || method === "HEAD") return next();
  const length = c.req.header("content-length");
  // A body that comes in pieces says nothing of its size. Browsers and curl say it.
  if (c.req.header("transfer-encoding") !== undefined || Number(length ?? 0) > MOST_BODY) {
    throw new ConsoleRefusal("body-too-large");
  }
  const type = c.req.header("content-type") ?? "";
  if (Number(length ?? 0) > 0 && !/^application\/json(?:;|$)/i.test(type)) {
    throw new ConsoleRefusal("unsupported-media-type");
  }
  return next();
};

/** Finds out who asks, and lets nobody change anything from another page, or without being signed in. */
export function guardAccess(
  { authentication, readOnly }: Pick<ConsoleServices, "authentication" | "readOnly">,
  sessions: ConsoleSessions,
  cookie: CookieOptions,
): Guard {
  return async (c, next) => {
    const reads = c.req.method === "GET" || c.req.method === "HEAD";
    const bearer = /^Bearer ([\w.~+/=-]{1,512})$/i.exec(c.req.header("authorization") ?? "")?.[1];
    const script = bearer === undefined ? undefined : authentication.bearer(bearer);
    // A browser adds no bearer token by itself: there is nothing that another page could make it do.
    if (script === undefined && !reads) refuseForeign(c.req.header("origin"), c.req.header("host"), c.req.header());
    const secret = readSessionCookie(c, cookie);
    const operator = script ?? (secret === undefined ? undefined : sessions.find(secret));
    if (operator !== undefined) c.set("operator", operator);
    const isSession = c.req.path === SESSION_PATH;
    if (operator === undefined && !isSession) {
      throw new ConsoleRefusal("not-signed-in", {
        suggestion:
          authentication.signInBy === "link"
            ? "open the link that c2d console prints, or send the token of C2D_CONSOLE_TOKEN as a bearer token"
            : "sign in with your name and passphrase",
      });
    }
    if (readOnly && !reads && !isSession) {
      throw new ConsoleRefusal("read-only", { suggestion: "start the console without --read-only" });
    }
    return next();
  };
}

/** A change comes from the page itself: by its origin, and by a header that no form and no foreign script can send. */
function refuseForeign(
  origin: string | undefined,
  host: string | undefined,
  headers: Readonly<Record<string, string>>,
): void {
  const sameOrigin = origin === undefined ? headers["sec-fetch-site"] === "same-origin" : hostOf(origin) === host;
  if (!sameOrigin || headers[OWN_HEADER] !== "1") throw new ConsoleRefusal("foreign-origin");
}

/** TLS may end in front of this process, so the scheme is not compared. */
function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}
