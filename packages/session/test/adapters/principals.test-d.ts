// Checked by the compiler alone: what the principal of each framework is.
import type { Principal, Verifier } from "@cognito-to-descope/session";
import { createHttpAuthorizer, type PolicyAnswer, type SimpleAnswer } from "@cognito-to-descope/session/lambda";
import { createSessionGuard as createExpressGuard } from "@cognito-to-descope/session/express";
import { createSessionGuard as createHonoGuard } from "@cognito-to-descope/session/hono";
import { createSessionGuard as createNextGuard } from "@cognito-to-descope/session/nextjs";
import type { Request as ExpressRequest, RequestHandler } from "express";
import type { FastifyRequest } from "fastify";
import { Hono } from "hono";
import { expectTypeOf } from "vitest";

declare const verifier: Verifier;

const guard: RequestHandler = createExpressGuard({ verifier })();
expectTypeOf(guard).toEqualTypeOf<RequestHandler>();
expectTypeOf<ExpressRequest["principal"]>().toEqualTypeOf<Principal | undefined>();
expectTypeOf<FastifyRequest["principal"]>().toEqualTypeOf<Principal | null>();

const honoGuard = createHonoGuard({ verifier });
new Hono()
  .get("/orders", honoGuard(), (context) => {
    expectTypeOf(context.var.principal).toEqualTypeOf<Principal>();
    return context.body(null);
  })
  .get("/open", honoGuard({ anonymous: "allow" }), (context) => {
    expectTypeOf(context.var.principal).toEqualTypeOf<Principal | undefined>();
    return context.body(null);
  });

const nextGuard = createNextGuard({ verifier });
nextGuard.handler({}, (_request, principal) => {
  expectTypeOf(principal).toEqualTypeOf<Principal>();
  return new Response();
});
nextGuard.handler({ anonymous: "allow" }, (_request, principal) => {
  expectTypeOf(principal).toEqualTypeOf<Principal | undefined>();
  return new Response();
});

expectTypeOf(createHttpAuthorizer({ verifier, answer: "simple" })).returns.toEqualTypeOf<Promise<SimpleAnswer>>();
expectTypeOf(createHttpAuthorizer({ verifier, answer: "policy" })).returns.toEqualTypeOf<Promise<PolicyAnswer>>();

// @ts-expect-error -- which answer the API expects must be decided
createHttpAuthorizer({ verifier });
// @ts-expect-error -- a proof comes from the request, never from a route
createExpressGuard({ verifier })({ dpop: { proof: "", method: "GET", url: "" } });
// @ts-expect-error -- whether a route is open is said at the route, not for all
createExpressGuard({ verifier, anonymous: "allow" });
