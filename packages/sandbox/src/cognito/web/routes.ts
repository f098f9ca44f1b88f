/** What a service answers besides its JSON protocol: the issuer's documents and managed login. */

import type { WireReply, WireRequest } from "../../wire/service.ts";
import { json } from "../../wire/control.ts";
import type { CognitoState } from "../cognito-state.ts";
import type { QuotaCategory } from "../quotas.ts";
import { jwks, openidConfiguration } from "./discovery.ts";
import { oidcResponse, samlResponse } from "./federation.ts";
import { authorize, loginPage, logout, submitLogin } from "./login.ts";
import { errorPage } from "./page.ts";
import { exchangeToken, revoke, userInfo } from "./token-endpoint.ts";

/** One route. */
export interface WebRoute {
  /** Its name in the request log. */
  readonly name: string;
  readonly method: string;
  readonly path: RegExp;
  readonly category?: QuotaCategory;
  readonly write?: boolean;
  /** What of it is missing; left out when nothing is known to be. */
  readonly partly?: string;
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
  {
    name: "GET /oauth2/authorize",
    partly: "no lang; a pool needs no domain",
    method: "GET",
    path: /^\/oauth2\/authorize$/,
    run: authorize,
  },
  {
    name: "GET /login",
    partly: "no sign-up, forgotten password or passkeys on the page",
    method: "GET",
    path: /^\/login$/,
    run: loginPage,
  },
  {
    name: "POST /login",
    partly: "no second factor is set up on the page",
    method: "POST",
    path: /^\/login$/,
    category: "UserAuthentication",
    write: true,
    run: submitLogin,
  },
  { name: "GET /logout", method: "GET", path: /^\/logout$/, write: true, run: logout },
  {
    name: "POST /oauth2/token",
    method: "POST",
    path: /^\/oauth2\/token$/,
    category: "UserAuthentication",
    write: true,
    run: exchangeToken,
  },
  { name: "GET /oauth2/userInfo", method: "GET", path: /^\/oauth2\/userInfo$/, category: "UserRead", run: userInfo },
  { name: "POST /oauth2/userInfo", method: "POST", path: /^\/oauth2\/userInfo$/, category: "UserRead", run: userInfo },
  {
    name: "POST /oauth2/revoke",
    method: "POST",
    path: /^\/oauth2\/revoke$/,
    category: "UserToken",
    write: true,
    run: revoke,
  },
  {
    name: "GET /oauth2/idpresponse",
    method: "GET",
    path: /^\/oauth2\/idpresponse$/,
    category: "UserFederation",
    write: true,
    run: oidcResponse,
  },
  {
    name: "POST /saml2/idpresponse",
    method: "POST",
    path: /^\/saml2\/idpresponse$/,
    category: "UserFederation",
    write: true,
    run: samlResponse,
  },
  {
    name: "GET /error",
    method: "GET",
    path: /^\/error$/,
    run: (request) => errorPage(request.query.get("error") ?? "unknown"),
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
