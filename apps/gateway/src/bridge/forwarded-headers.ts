import { type HeaderList, headerValues, type RequestHead } from "./bridge-http.ts";

/**
 * Goes out with every request. A request that comes in with it has been here before: the upstream leads back to this
 * bridge.
 */
export const HOP_HEADER = "c2d-bridge-hop";

/** Headers that are about one connection and not about the message (RFC 9110, 7.6.1), with those that proxies made up. */
const HOP_BY_HOP: ReadonlySet<string> = new Set([
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** The headers of a message that go on to the next connection: not those about this one, and not those that it names so. */
export function endToEnd(headers: HeaderList): HeaderList {
  const named = headerValues(headers, "connection").flatMap((value) => value.toLowerCase().split(","));
  const dropped = new Set(named.map((name) => name.trim()));
  return headers.filter(([name]) => {
    const lower = name.toLowerCase();
    return !HOP_BY_HOP.has(lower) && !dropped.has(lower);
  });
}

/** Whose request it is, for whoever it is passed on to. */
function forwardedFor({ headers, clientAddress }: RequestHead): HeaderList {
  const before = headerValues(headers, "x-forwarded-for");
  const all = clientAddress === undefined ? before : [...before, clientAddress];
  return all.length === 0 ? [] : [["x-forwarded-for", all.join(", ")]];
}

const REPLACED: ReadonlySet<string> = new Set(["expect", "x-forwarded-for", HOP_HEADER]);

/** The headers of a request that is passed through: all that are not about the connection, `Host` included. */
export function passedThrough(head: RequestHead): HeaderList {
  const kept = endToEnd(head.headers).filter(([name]) => !REPLACED.has(name.toLowerCase()));
  return [...kept, ...forwardedFor(head), [HOP_HEADER, "1"]];
}

/** What Descope gets to know of a browser. Cookies are Cognito's, as is whatever else browsers send to this host. */
const TOLD_TO_DESCOPE: ReadonlySet<string> = new Set([
  "accept",
  "accept-language",
  "content-type",
  "origin",
  "user-agent",
]);

/** The headers of a response that goes to Descope. */
export function toldToDescope(head: RequestHead, host: string): HeaderList {
  const told = endToEnd(head.headers).filter(([name]) => TOLD_TO_DESCOPE.has(name.toLowerCase()));
  return [
    ...told,
    ...forwardedFor(head),
    ["x-forwarded-host", host],
    ["x-forwarded-proto", "https"],
    [HOP_HEADER, "1"],
  ];
}
