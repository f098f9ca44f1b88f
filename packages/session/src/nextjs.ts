/**
 * Next.js: middleware (`middleware.ts`, `proxy.ts` from Next.js 16 on) and route handlers. It uses the Fetch standard alone, so
 * nothing of Next.js is loaded.
 *
 * @module
 */
import { createGuard } from "./http/create-guard.ts";
import { type Denial, denialResponse } from "./http/denial.ts";
import type { GuardOptions, RouteRequirements } from "./http/guard-options.ts";
import { viewFetchRequest } from "./http/request-view.ts";
import type { Principal } from "./principal.ts";

export type * from "./http/denial.ts";
export type * from "./http/guard-options.ts";

/** How requests of a Next.js app are guarded. */
export interface NextGuardOptions extends GuardOptions {
  /** Path that visitors without a session are sent to when they open a page. Left out, pages are answered like routes. */
  readonly signInPath?: string;
}

/** The two places where a Next.js app guards requests. */
export interface NextSessionGuard {
  /** Makes middleware. It answers requests that are refused, and lets others go on by answering nothing. */
  middleware(route?: RouteRequirements): (request: Request) => Promise<Response | undefined>;
  /** Makes a route handler that gets the principal. */
  handler<Context>(
    route: RouteRequirements & { readonly anonymous: "allow" },
    handle: (request: Request, principal: Principal | undefined, context: Context) => MaybeResponse,
  ): (request: Request, context: Context) => Promise<Response>;
  handler<Context>(
    route: RouteRequirements,
    handle: (request: Request, principal: Principal, context: Context) => MaybeResponse,
  ): (request: Request, context: Context) => Promise<Response>;
}

type MaybeResponse = Response | Promise<Response>;

/**
 * Makes a guard for a Next.js app.
 *
 * Middleware alone is a convenience, not a protection: what a request may reach is decided again where the data is, in a
 * {@link NextSessionGuard.handler}.
 *
 * @example
 * ```ts
 * import type { EdgeVerifier } from "@cognito-to-descope/session";
 * import { createSessionGuard } from "@cognito-to-descope/session/nextjs";
 *
 * declare const verifier: EdgeVerifier;
 *
 * const guard = createSessionGuard({ verifier, cookie: "DS", signInPath: "/sign-in" });
 * export const proxy = guard.middleware();
 * export const GET = guard.handler({ roles: ["editor"] }, (_request, principal) => Response.json(principal.subject));
 * ```
 *
 * @throws TypeError when an option is not valid.
 */
export function createSessionGuard(options: NextGuardOptions): NextSessionGuard {
  const { signInPath } = options;
  if (signInPath !== undefined && !/^\/(?![/\\])/.test(signInPath)) {
    throw new TypeError('"signInPath" must be a path of this app');
  }
  const guard = createGuard(options);
  return {
    middleware: (route) => async (request) => {
      const { denial } = await guard.admit(viewFetchRequest(request), route);
      if (denial === undefined) return undefined;
      return signInPath !== undefined && isVisit(request, denial)
        ? redirect(new URL(signInPath, request.url))
        : denialResponse(denial);
    },
    handler:
      <Context>(
        route: RouteRequirements,
        // Only a route that says so goes on without a principal, and its type says so too.
        handle: (request: Request, principal: Principal, context: Context) => MaybeResponse,
      ) =>
      async (request: Request, context: Context): Promise<Response> => {
        const { denial, principal } = await guard.admit(viewFetchRequest(request), route);
        return denial === undefined ? handle(request, principal as Principal, context) : denialResponse(denial);
      },
  };
}

/** Whether somebody opens a page and is not signed in. */
function isVisit(request: Request, denial: Denial): boolean {
  const acceptsPages = request.headers.get("accept")?.includes("text/html") ?? false;
  return denial.status === 401 && request.method === "GET" && acceptsPages;
}

function redirect(to: URL): Response {
  return new Response(null, { status: 307, headers: { location: to.href, "cache-control": "no-store" } });
}
