/**
 * What browsers need to call the authentication side from pages of other origins. The management side is for servers: no
 * page may read its answers.
 */

import type { WireReply, WireRequest } from "../wire/service.ts";
import type { Operation } from "./operation.ts";

/** Tells whether a request asks beforehand if another one may be sent. */
export function isPreflight({ method, headers }: WireRequest): boolean {
  return method === "OPTIONS" && headers["access-control-request-method"] !== undefined;
}

/** The answer to a request that asks beforehand. */
export function preflightReply({ headers }: WireRequest, operation: Operation | undefined): WireReply {
  if (operation === undefined || operation.access === "management") return { status: 403, body: "" };
  return {
    status: 204,
    headers: {
      ...originHeaders(headers["origin"]),
      "access-control-allow-methods": "GET, POST, PATCH, DELETE",
      "access-control-allow-headers": headers["access-control-request-headers"] ?? "",
      "access-control-max-age": "600",
    },
    body: "",
  };
}

/** An answer that a page of another origin may read, when the operation is not one of the management side. */
export function readableAcrossOrigins(reply: WireReply, { headers }: WireRequest, operation: Operation): WireReply {
  if (headers["origin"] === undefined || operation.access === "management") return reply;
  return { ...reply, headers: { ...reply.headers, ...originHeaders(headers["origin"]) } };
}

function originHeaders(origin: string | undefined): Readonly<Record<string, string>> {
  return {
    "access-control-allow-origin": origin ?? "*",
    "access-control-allow-credentials": "true",
    vary: "Origin",
  };
}
