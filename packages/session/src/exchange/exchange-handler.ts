import { SessionError } from "../errors.ts";
import { isJsonObject } from "../strict-json.ts";
import type { Exchange } from "./create-exchange.ts";

/** How the route of the exchange answers. */
export interface ExchangeHandlerOptions {
  /** Origins of the pages that may call the route, verbatim. Requests without an `Origin` header are no page's. */
  readonly allowedOrigins: readonly string[];
  /**
   * `body`: both tokens stand in the answer. `cookies`: they are set as `DS` and `DSR`, which scripts cannot read.
   *
   * @defaultValue "body"
   */
  readonly respond?: "body" | "cookies";
  /** Domain of the cookies. @defaultValue the host alone */
  readonly cookieDomain?: string;
  /** @defaultValue "Lax" */
  readonly sameSite?: "Strict" | "Lax" | "None";
}

/** Most bytes of a request's body. */
const MAX_BODY_BYTES = 16_384;
/** Life of a refresh token where the project does not tell: four weeks. */
const DEFAULT_REFRESH_SECONDS = 2_419_200;

/**
 * Makes a route of an exchange: `POST` with `Authorization: Bearer <Cognito token>` and, to have the Cognito session
 * revoked, `{"refreshToken": "…"}` as JSON.
 *
 * @returns A function from requests to answers, as gateways and edge runtimes mount it. It never rejects.
 */
export function createExchangeHandler(
  exchange: Exchange,
  options: ExchangeHandlerOptions,
): (request: Request) => Promise<Response> {
  const origins = new Set(options.allowedOrigins);
  if (origins.has("*")) throw new TypeError('"allowedOrigins" must name each origin');
  return async (request) => {
    const origin = request.headers.get("origin");
    const headers = new Headers({ "cache-control": "no-store", vary: "Origin" });
    if (origin !== null) {
      if (!origins.has(origin)) return problem(headers, 403, "ERR_ORIGIN_REFUSED");
      headers.set("access-control-allow-origin", origin);
      headers.set("access-control-allow-credentials", "true");
    }
    if (request.method === "OPTIONS") {
      headers.set("access-control-allow-methods", "POST");
      headers.set("access-control-allow-headers", "authorization, content-type");
      headers.set("access-control-max-age", "600");
      return new Response(null, { status: 204, headers });
    }
    if (request.method !== "POST") {
      headers.set("allow", "POST, OPTIONS");
      return problem(headers, 405, "ERR_METHOD_REFUSED");
    }
    const token = /^Bearer ([^\s,]+)$/i.exec(request.headers.get("authorization") ?? "")?.[1];
    if (token === undefined) {
      headers.set("www-authenticate", "Bearer");
      return problem(headers, 401, "ERR_TOKEN_MISSING");
    }
    const body = await readBody(request);
    if (body === undefined) return problem(headers, 400, "ERR_BODY_INVALID");
    try {
      const session = await exchange(token, body);
      return answer(session, headers, options);
    } catch (error) {
      return failure(error, headers);
    }
  };
}

function answer(session: Awaited<ReturnType<Exchange>>, headers: Headers, options: ExchangeHandlerOptions): Response {
  if (options.respond !== "cookies") return Response.json(session, { headers });
  const { cookieDomain, sameSite = "Lax" } = options;
  const domain = cookieDomain === undefined ? "" : `; Domain=${cookieDomain}`;
  const maxAge = session.refreshMaxAgeSeconds ?? DEFAULT_REFRESH_SECONDS;
  for (const [name, value] of [
    ["DS", session.sessionJwt],
    ["DSR", session.refreshJwt],
  ]) {
    headers.append(
      "set-cookie",
      `${name}=${value}; Path=/${domain}; Max-Age=${maxAge}; HttpOnly; Secure; SameSite=${sameSite}`,
    );
  }
  return Response.json({}, { headers });
}

function failure(error: unknown, headers: Headers): Response {
  if (!(error instanceof SessionError)) return problem(headers, 500, "ERR_UNEXPECTED");
  if (error.status === 401) headers.set("www-authenticate", 'Bearer error="invalid_token"');
  if (error.status === 503) headers.set("retry-after", String(error.retryAfterSeconds ?? 5));
  return problem(headers, error.status, error.code, error.reason);
}

function problem(headers: Headers, status: number, code: string, reason?: string): Response {
  headers.set("content-type", "application/problem+json");
  return new Response(JSON.stringify({ status, code, ...(reason === undefined ? {} : { reason }) }), {
    status,
    headers,
  });
}

/** The refresh token in the body, if there is one; undefined when the body is not what it should be. */
async function readBody(request: Request): Promise<{ readonly refreshToken?: string } | undefined> {
  if (request.body === null) return {};
  // A body of another type could be sent across origins without asking.
  if (!/^application\/json\b/i.test(request.headers.get("content-type") ?? "")) {
    return (await readAll(request.body)) === "" ? {} : undefined;
  }
  const text = await readAll(request.body);
  if (text === undefined) return undefined;
  if (text === "") return {};
  try {
    const value: unknown = JSON.parse(text);
    if (!isJsonObject(value)) return undefined;
    const { refreshToken } = value;
    if (refreshToken === undefined) return {};
    return typeof refreshToken === "string" ? { refreshToken } : undefined;
  } catch {
    return undefined;
  }
}

async function readAll(body: NonNullable<Request["body"]>): Promise<string | undefined> {
  const decoder = new TextDecoder();
  const reader = body.getReader();
  let text = "";
  let size = 0;
  for (;;) {
    const { done, value } = (await reader.read()) as { done: boolean; value?: Uint8Array };
    if (value !== undefined) {
      size += value.length;
      if (size > MAX_BODY_BYTES) {
        await reader.cancel();
        return undefined;
      }
      text += decoder.decode(value, { stream: true });
    }
    if (done) return text + decoder.decode();
  }
}
