import {
  type BridgeConnection,
  type BridgeHost,
  callBackLocation,
  cognitoLocation,
  type OidcProblem,
  readAuthorization,
  readStatePayload,
  readTokenRequest,
  SEALED_STATE_LIFETIME_MS,
  SEALED_STATE_PREFIX,
  type StatePayload,
  type StateSealer,
  upstreamLocation,
  writeStatePayload,
} from "@cognito-to-descope/core";
import { createTokenBuckets, type RequestRate } from "../http/token-buckets.ts";
import { type HeaderList, headerValues, onlyHeader, type WholeAnswer, type WholeRequest } from "./bridge-http.ts";
import type { BridgeOptions } from "./bridge-options.ts";
import { endToEnd, HOP_HEADER } from "./forwarded-headers.ts";
import { jsonAnswer, refusal } from "./refusal.ts";
import { splitTarget } from "./route-request.ts";
import { createUsedStates } from "./used-states.ts";

/**
 * Stands between Descope and an OIDC provider, so that the provider sees Cognito's redirect URI, which is registered
 * there, and Descope sees its own.
 *
 * The state of a sign-in travels with it, sealed. A seal alone would open as often as somebody shows it, and in any
 * browser. So a cookie binds it to the browser that began the sign-in and goes away with the first use, and this process
 * remembers what was used. Two processes do not know of each other's: there the cookie, Descope's own state and the
 * provider's code, each good for one use, stand in the way of a second.
 */
export interface OidcBridge {
  authorize(request: WholeRequest, connection: BridgeConnection, host: BridgeHost): Promise<WholeAnswer>;
  token(request: WholeRequest, connection: BridgeConnection, host: BridgeHost): Promise<WholeAnswer>;
  /** The connection of a response, with the answer to it. */
  callBack(
    request: WholeRequest,
    sealedState: string,
    host: BridgeHost,
  ): Promise<{ readonly answer: WholeAnswer; readonly connection?: BridgeConnection }>;
}

/**
 * Token requests of one connection from one address. Descope sends one for each sign-in; who sends many more lets the bridge ask the
 * provider in its name.
 */
const TOKEN_RATE: RequestRate = { burst: 200, perSecond: 50 };

/** Makes the OIDC part of a bridge. */
export function createOidcBridge(
  { exchange, now, newId }: Pick<BridgeOptions, "exchange" | "now" | "newId">,
  sealer: StateSealer,
): OidcBridge {
  const used = createUsedStates();
  let latest = 0;
  // A clock that is set back must not keep anybody out.
  const tokenRequests = createTokenBuckets(TOKEN_RATE, () => (latest = Math.max(latest, now())));

  const open = async (request: WholeRequest, sealedState: string): Promise<StatePayload | undefined> => {
    const text = await sealer.open(sealedState.slice(SEALED_STATE_PREFIX.length));
    const payload = text === undefined ? undefined : readStatePayload(text, now());
    if (payload === undefined || !hasCookie(request.headers, payload.id)) return undefined;
    return used.use(payload.id, payload.expiresAt, now()) ? payload : undefined;
  };

  return {
    async authorize(request, connection, host) {
      if (request.method !== "GET") return refusal(405, "method-not-allowed", "the endpoint takes GET only");
      const step = readAuthorization(splitTarget(request.target).query, connection, host);
      if (step.step === "refuse") return refuse(step.problem);
      if (step.step === "return") return redirect(step.location);
      const payload: StatePayload = {
        connection: connection.key,
        state: step.state,
        redirectUri: step.redirectUri,
        expiresAt: now() + SEALED_STATE_LIFETIME_MS,
        id: newId(),
      };
      const sealed = await sealer.seal(writeStatePayload(payload));
      const cookie = setCookie(payload.id, SEALED_STATE_LIFETIME_MS / 1000);
      return redirect(upstreamLocation(connection, step.parameters, sealed), [cookie]);
    },

    async callBack(request, sealedState, host) {
      const payload = await open(request, sealedState);
      if (payload === undefined) return { answer: refuse("state-refused") };
      const connection = [...host.byName.values()].find(({ key }) => key === payload.connection);
      // Sealed at another host, or the connection is gone since.
      if (connection === undefined) return { answer: refuse("state-refused") };
      const { query } = splitTarget(request.target);
      const parameters = request.method === "POST" ? new TextDecoder().decode(request.body) : query;
      const next = callBackLocation(parameters, payload, host);
      const cookie = setCookie(payload.id, 0);
      const answer = "problem" in next ? refuse(next.problem) : redirect(next.location, [cookie]);
      return { answer, connection };
    },

    async token(request, connection, host) {
      if (request.method !== "POST") return refusal(405, "method-not-allowed", "the endpoint takes POST only");
      const waitMs = tokenRequests.take(JSON.stringify([connection.key, request.clientAddress ?? ""]));
      if (waitMs > 0) return tooMany(waitMs);
      const authorizations = headerValues(request.headers, "authorization");
      if (authorizations.length > 1) return tokenError("parameter-repeated");
      const body = new TextDecoder().decode(request.body);
      const step = readTokenRequest(body, authorizations[0], connection, host);
      if (step.step === "refuse") return tokenError(step.problem);
      const url = new URL(connection.upstream?.tokenUrl ?? "");
      const accept = onlyHeader(request.headers, "accept") ?? "application/json";
      const answer = await exchange({
        method: "POST",
        origin: url.origin,
        target: `${url.pathname}${url.search}`,
        headers: [
          ["content-type", "application/x-www-form-urlencoded"],
          ["accept", accept],
          ...(authorizations[0] === undefined ? [] : [["authorization", authorizations[0]] as const]),
          [HOP_HEADER, "1"],
        ],
        body: new TextEncoder().encode(step.body),
      });
      return { ...answer, headers: endToEnd(answer.headers).filter(([name]) => TOKEN_HEADERS.has(name.toLowerCase())) };
    },
  };
}

/** Sends the browser on to Cognito, with the provider named that the connection is. */
export function authorizeAtCognito(request: WholeRequest, connection: BridgeConnection, host: BridgeHost): WholeAnswer {
  if (request.method !== "GET") return refusal(405, "method-not-allowed", "the endpoint takes GET only");
  const step = cognitoLocation(splitTarget(request.target).query, connection, host);
  return step.step === "refuse" ? refuse(step.problem) : redirect(step.location);
}

/** Headers of a token endpoint's answer that mean something to the client. */
const TOKEN_HEADERS: ReadonlySet<string> = new Set([
  "cache-control",
  "content-encoding",
  "content-length",
  "content-type",
  "pragma",
  "retry-after",
  "www-authenticate",
]);

/** Sent back by the browser that began the sign-in, and by no other. Also with a form that another site posts. */
function setCookie(id: string, maxAgeSeconds: number): readonly [string, string] {
  const value = maxAgeSeconds === 0 ? "" : id;
  const rest = `Path=/; Secure; HttpOnly; SameSite=None; Max-Age=${maxAgeSeconds}`;
  return ["set-cookie", `${cookieName(id)}=${value}; ${rest}`];
}

/** Several sign-ins may be under way in one browser. */
function cookieName(id: string): string {
  return `__Host-c2d-${id.slice(0, 8)}`;
}

function hasCookie(headers: HeaderList, id: string): boolean {
  const cookies = headerValues(headers, "cookie").flatMap((value) => value.split(";"));
  return cookies.some((cookie) => cookie.trim() === `${cookieName(id)}=${id}`);
}

function redirect(location: string, headers: HeaderList = []): WholeAnswer {
  return {
    // After a form post the next request is a GET as well.
    status: 303,
    headers: [
      ["location", location],
      ["cache-control", "no-store"],
      ["referrer-policy", "no-referrer"],
      ["content-length", "0"],
      ...headers,
    ],
    body: new Uint8Array(),
  };
}

const TITLES: Readonly<Record<OidcProblem, readonly [status: number, title: string]>> = {
  "connection-unknown": [404, "there is no such connection"],
  "parameter-repeated": [400, "a parameter is there twice"],
  "client-unknown": [400, "the client is not the connection's"],
  "redirect-not-allowed": [400, "the redirect URI is not allowed"],
  "state-refused": [400, "the sign-in is too old, was finished before, or began in another browser"],
  "grant-unsupported": [400, "the grant is not supported"],
};

function refuse(problem: OidcProblem): WholeAnswer {
  const [status, title] = TITLES[problem];
  return refusal(status, problem, title);
}

/** In the words of RFC 6749, because an OAuth client reads it. */
/** RFC 6749 has no error for it; the status says it, and when to come again. */
function tooMany(waitMs: number): WholeAnswer {
  const answer = jsonAnswer(429, "application/json", { error: "temporarily_unavailable" });
  return { ...answer, headers: [...answer.headers, ["retry-after", String(Math.ceil(waitMs / 1000))]] };
}

function tokenError(problem: OidcProblem): WholeAnswer {
  const error =
    problem === "client-unknown"
      ? "invalid_client"
      : problem === "grant-unsupported"
        ? "unsupported_grant_type"
        : "invalid_request";
  return jsonAnswer(error === "invalid_client" ? 401 : 400, "application/json", { error });
}
