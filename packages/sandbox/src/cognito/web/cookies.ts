/** The cookies of managed login: `cognito` names a signed-in browser, `XSRF-TOKEN` guards its forms. */

import { randomBytes } from "node:crypto";

import type { WireRequest } from "../../wire/service.ts";
import { isSameText } from "../auth/check-password.ts";
import type { CognitoState } from "../cognito-state.ts";
import type { UserPool } from "../user-pool.ts";
import type { UserRecord } from "../user-record.ts";
import { dropExpired } from "./web-state.ts";

const hourMs = 60 * 60 * 1000;

/** One cookie of a request. */
export function cookieOf(request: WireRequest, name: string): string | undefined {
  for (const pair of (request.headers["cookie"] ?? "").split(/[;,]/)) {
    const [key = "", ...value] = pair.trim().split("=");
    if (key === name) return value.join("=");
  }
  return undefined;
}

/** The user that this browser is signed in as. */
export function signedInUser(state: CognitoState, request: WireRequest, pool: UserPool): UserRecord | undefined {
  const session = state.web.browsers.get(cookieOf(request, "cognito") ?? "");
  if (session === undefined || session.pool !== pool || session.expiresAt <= state.now()) return undefined;
  const { user } = session;
  return pool.users.at(user.index) === user && user.enabled ? user : undefined;
}

/** Signs the browser in for an hour; gives the `set-cookie` header. */
export function rememberBrowser(state: CognitoState, pool: UserPool, user: UserRecord): string {
  const now = state.now();
  dropExpired(state.web.browsers, now);
  const id = randomBytes(24).toString("base64url");
  state.web.browsers.set(id, { pool, user, expiresAt: now + hourMs });
  return `cognito=${id}; Path=/; Max-Age=3600; HttpOnly; SameSite=Lax`;
}

/** Signs the browser out; gives the `set-cookie` header. */
export function forgetBrowser(state: CognitoState, request: WireRequest): string {
  state.web.browsers.delete(cookieOf(request, "cognito") ?? "");
  return "cognito=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax";
}

/** A guard for a form: the same value in a cookie and a hidden field. */
export function formGuard(request: WireRequest): { readonly value: string; readonly setCookie: string } {
  const value = cookieOf(request, "XSRF-TOKEN") ?? randomBytes(18).toString("base64url");
  return { value, setCookie: `XSRF-TOKEN=${value}; Path=/; HttpOnly; SameSite=Lax` };
}

/** Tells whether a form came from our own page. */
export function isGuarded(request: WireRequest, form: URLSearchParams): boolean {
  const cookie = cookieOf(request, "XSRF-TOKEN");
  return cookie !== undefined && isSameText(cookie, form.get("_csrf") ?? "");
}
