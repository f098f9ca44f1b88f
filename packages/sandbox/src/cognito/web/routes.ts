/** What a service answers besides its JSON protocol: the issuer's documents and managed login. */

import type { WireReply, WireRequest } from "../../wire/service.ts";
import { json } from "../../wire/control.ts";
import type { CognitoState } from "../cognito-state.ts";
import type { QuotaCategory } from "../quotas.ts";
import { jwks, openidConfiguration } from "./discovery.ts";

/** One route. */
export interface WebRoute {
  /** Its name in the request log. */
  readonly name: string;
  readonly method: string;
  readonly path: RegExp;
  readonly category?: QuotaCategory;
  readonly write?: boolean;
  run(request: WireRequest, state: CognitoState, match: RegExpExecArray): WireReply | Promise<WireReply>;
}

/** All routes. */
export const webRoutes: readonly WebRoute[] = [
  {
    name: "GET jwks.json",
    method: "GET",
    path: /^\/([\w-]+_[0-9A-Za-z]+)\/\.well-known\/jwks\.json$/,
    run: (_request, state, [, id = ""]) => {
      const pool = state.pools.get(id);
      return pool === undefined ? noPool(id) : jwks(pool);
    },
  },
  {
    name: "GET openid-configuration",
    method: "GET",
    path: /^\/([\w-]+_[0-9A-Za-z]+)\/\.well-known\/openid-configuration$/,
    run: (_request, state, [, id = ""]) => {
      const pool = state.pools.get(id);
      return pool === undefined ? noPool(id) : openidConfiguration(state, pool);
    },
  },
];

function noPool(id: string): WireReply {
  return json(400, { code: "BadRequest", message: `The specified region or user pool ${id} does not exist.` });
}

/** The route of a request, if it is one for the web. */
export function webRouteOf(request: WireRequest): { route: WebRoute; match: RegExpExecArray } | undefined {
  for (const route of webRoutes) {
    if (route.method !== request.method) continue;
    const match = route.path.exec(request.path);
    if (match !== null) return { route, match };
  }
  return undefined;
}
