import {
  BRIDGE_PREFIX,
  type BridgeConfig,
  type BridgeHost,
  MAX_CALL_BACK_BYTES,
  needsBody,
  OIDC_CALL_BACK,
  SAML_CALL_BACK,
} from "@cognito-to-descope/core";
import { headerValues, onlyHeader, type RequestHead } from "./bridge-http.ts";
import { HOP_HEADER } from "./forwarded-headers.ts";

/** What is done about a request, as far as its beginning says. */
export type Route =
  /** To Cognito, with its body unseen. */
  | { readonly route: "pass-through"; readonly host: BridgeHost }
  /** Its body is read, up to so many bytes, and the bridge answers. */
  | { readonly route: "answer"; readonly host: BridgeHost; readonly maxBodyBytes: number }
  | { readonly route: "health" }
  | { readonly route: "refuse"; readonly status: 400 | 404 | 421 | 508; readonly title: string };

/** Bytes of a request to one of the bridge's own endpoints. */
const MAX_OWN_BYTES = 65_536;

/** Parts of a request that decisions look at. */
export interface SplitTarget {
  readonly path: string;
  readonly query: string;
}

/** Path and query, as they stand in the request line. */
export function splitTarget(target: string): SplitTarget {
  const end = target.indexOf("?");
  return end < 0 ? { path: target, query: "" } : { path: target.slice(0, end), query: target.slice(end + 1) };
}

/** Says what is done about a request, before its body is read. */
export function routeRequest(head: RequestHead, config: BridgeConfig): Route {
  if (headerValues(head.headers, HOP_HEADER).length > 0) {
    return { route: "refuse", status: 508, title: "the request has been here before: the upstream is this bridge" };
  }
  // An absolute URL names a host of its own, and "*" names nothing.
  if (!head.target.startsWith("/")) return { route: "refuse", status: 400, title: "the target must be a path" };
  const { path } = splitTarget(head.target);
  if (path === `${BRIDGE_PREFIX}health`) return { route: "health" };
  const name = onlyHeader(head.headers, "host");
  if (name === undefined) return { route: "refuse", status: 400, title: "there must be one Host header" };
  const host = config.hosts.get(name.toLowerCase().replace(/:\d{1,5}$/, ""));
  if (host === undefined) return { route: "refuse", status: 421, title: "the bridge does not serve this host" };
  if (path.startsWith(BRIDGE_PREFIX)) return { route: "answer", host, maxBodyBytes: MAX_OWN_BYTES };
  if (host.upstreamClient !== undefined) return { route: "refuse", status: 404, title: "there is no such resource" };
  if (path !== SAML_CALL_BACK && path !== OIDC_CALL_BACK) return { route: "pass-through", host };
  if (path === OIDC_CALL_BACK && head.method === "GET") return { route: "answer", host, maxBodyBytes: 0 };
  const contentType = onlyHeader(head.headers, "content-type");
  // Nobody but the server that a body is for decodes it.
  const encoded = headerValues(head.headers, "content-encoding").length > 0;
  if (encoded || !needsBody({ method: head.method, path, query: "", contentType }))
    return { route: "pass-through", host };
  return { route: "answer", host, maxBodyBytes: MAX_CALL_BACK_BYTES };
}
