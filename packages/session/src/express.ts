/**
 * Express, Connect, and other frameworks with handlers of `(request, response, next)`.
 *
 * @module
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { createGuard } from "./http/create-guard.ts";
import type { GuardOptions, RouteRequirements } from "./http/guard-options.ts";
import { viewNodeRequest } from "./http/request-view.ts";
import type { Principal } from "./principal.ts";

export type * from "./http/denial.ts";
export type * from "./http/guard-options.ts";
export { principalOf } from "./http/principal-of.ts";

declare global {
  namespace Express {
    interface Request {
      /** Set by a session guard. */
      principal?: Principal;
    }
  }
}

/** A request that a guard adds the principal to. */
export interface GuardedRequest extends IncomingMessage {
  originalUrl?: string;
  principal?: Principal;
}

/** A handler that refuses, or sets the principal and goes on. */
export type SessionHandler = (
  request: GuardedRequest,
  response: ServerResponse,
  next: (error?: unknown) => void,
) => void;

/**
 * Makes handlers for an app, a router or a route. What a route asks for counts before what the options ask for; of two
 * handlers that a request passes, the second can only ask for more.
 *
 * Put what answers preflight requests before it.
 *
 * @example
 * ```ts
 * import type { Verifier } from "@cognito-to-descope/session";
 * import { createSessionGuard, principalOf } from "@cognito-to-descope/session/express";
 * import express from "express";
 *
 * declare const verifier: Verifier;
 *
 * const guard = createSessionGuard({ verifier });
 * const app = express();
 * app.get("/orders", guard({ roles: ["editor"] }), (request, response) => {
 *   response.json({ subject: principalOf(request).subject });
 * });
 * ```
 *
 * @throws TypeError when an option is not valid.
 */
export function createSessionGuard(options: GuardOptions): (route?: RouteRequirements) => SessionHandler {
  const guard = createGuard(options);
  const handle = async (
    request: GuardedRequest,
    response: ServerResponse,
    route: RouteRequirements | undefined,
  ): Promise<boolean> => {
    const { denial, principal } = await guard.admit(viewNodeRequest(request), route);
    if (denial !== undefined) {
      response.statusCode = denial.status;
      for (const [name, value] of Object.entries(denial.headers)) response.setHeader(name, value);
      response.end(JSON.stringify(denial.body));
      return false;
    }
    if (principal === undefined) delete request.principal;
    else request.principal = principal;
    return true;
  };
  return (route) => (request, response, next) => {
    handle(request, response, route).then(
      (goesOn) => {
        if (goesOn) next();
      },
      (error: unknown) => next(error),
    );
  };
}
