/**
 * Middleware for Hono, on Node and on edge runtimes.
 *
 * @module
 */
import type { MiddlewareHandler } from "hono";
import { createGuard } from "./http/create-guard.ts";
import { denialResponse } from "./http/denial.ts";
import type { GuardOptions, RouteRequirements } from "./http/guard-options.ts";
import { viewFetchRequest } from "./http/request-view.ts";
import type { Principal } from "./principal.ts";

export type * from "./http/denial.ts";
export type * from "./http/guard-options.ts";

/** Makes middleware that sets `principal`. */
export interface SessionGuard {
  /** Lets requests without a token through. */
  (
    route: RouteRequirements & { readonly anonymous: "allow" },
  ): MiddlewareHandler<{ Variables: { principal: Principal | undefined } }>;
  (route?: RouteRequirements): MiddlewareHandler<{ Variables: { principal: Principal } }>;
}

/**
 * Makes middleware for an app or a route. What a route asks for counts before what the options ask for; of two that a
 * request passes, the second can only ask for more.
 *
 * @example
 * On an edge runtime, with the verifier of `@cognito-to-descope/session/edge`.
 * ```ts
 * import type { EdgeVerifier } from "@cognito-to-descope/session";
 * import { createSessionGuard } from "@cognito-to-descope/session/hono";
 * import { Hono } from "hono";
 *
 * declare const verifier: EdgeVerifier;
 *
 * const guard = createSessionGuard({ verifier, cookie: "DS" });
 * const app = new Hono();
 * app.get("/orders", guard({ roles: ["editor"] }), (context) => context.json(context.var.principal.subject));
 * ```
 *
 * @throws TypeError when an option is not valid.
 */
export function createSessionGuard(options: GuardOptions): SessionGuard {
  const guard = createGuard(options);
  const handle =
    (route?: RouteRequirements): MiddlewareHandler<{ Variables: { principal: Principal } }> =>
    async (context, next) => {
      const { denial, principal } = await guard.admit(viewFetchRequest(context.req.raw), route);
      if (denial !== undefined) return denialResponse(denial);
      // Only a route that says so goes on without one, and its type says so too.
      context.set("principal", principal as Principal);
      await next();
      return undefined;
    };
  return handle as SessionGuard;
}
