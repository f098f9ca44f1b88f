/**
 * A plugin for Fastify.
 *
 * @module
 */
import type { FastifyPluginCallback } from "fastify";
import { createGuard } from "./http/create-guard.ts";
import type { GuardOptions, RouteRequirements } from "./http/guard-options.ts";
import { viewNodeRequest } from "./http/request-view.ts";
import type { Principal } from "./principal.ts";

export type * from "./http/denial.ts";
export type * from "./http/guard-options.ts";
export { principalOf } from "./http/principal-of.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** Set by the session plugin; `null` where a route lets requests through without a token. */
    principal: Principal | null;
  }
  interface FastifyContextConfig {
    /** What the route asks for; `false`: the route is open, and no token is looked at. */
    session?: RouteRequirements | false;
  }
}

/**
 * Guards every route of the scope where it is registered, those that are not found too. A route says what it asks for by
 * `config.session`.
 *
 * @example
 * ```ts
 * import type { Verifier } from "@cognito-to-descope/session";
 * import { principalOf, sessionPlugin } from "@cognito-to-descope/session/fastify";
 * import { fastify } from "fastify";
 *
 * declare const verifier: Verifier;
 *
 * const app = fastify();
 * await app.register(sessionPlugin, { verifier });
 * app.get("/health", { config: { session: false } }, () => ({ ok: true }));
 * app.get("/orders", { config: { session: { roles: ["editor"] } } }, (request) => principalOf(request).subject);
 * ```
 */
export const sessionPlugin: FastifyPluginCallback<GuardOptions> = (app, options, done) => {
  let guard: ReturnType<typeof createGuard>;
  try {
    guard = createGuard(options);
  } catch (error) {
    done(error as Error);
    return;
  }
  if (!app.hasRequestDecorator("principal")) app.decorateRequest("principal", null);
  app.addHook("onRequest", async (request, reply) => {
    const route = request.routeOptions.config?.session;
    if (route === false) return;
    const { denial, principal } = await guard.admit({ ...viewNodeRequest(request), identity: request.raw }, route);
    if (denial === undefined) {
      request.principal = principal ?? null;
      return;
    }
    await reply.code(denial.status).headers(denial.headers).send(JSON.stringify(denial.body));
  });
  done();
};

// Fastify's own mark of plugins that act on the scope where they are registered, not on one of their own.
Object.assign(sessionPlugin, { [Symbol.for("skip-override")]: true, [Symbol.for("fastify.display-name")]: "session" });
