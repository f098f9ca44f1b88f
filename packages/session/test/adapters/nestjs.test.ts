import { Public, Requires, SessionGuard } from "@cognito-to-descope/session/nestjs";
import type { HttpException } from "@nestjs/common";
import { ExecutionContextHost } from "@nestjs/core/helpers/execution-context-host.js";
import { describe, expect, it } from "vitest";
import { accessClaims, openVerifier, poolKey, SUB } from "../issuer.ts";
import type { Principal } from "@cognito-to-descope/session";

interface GuardedRequest {
  readonly headers: Record<string, string>;
  readonly method: string;
  readonly url: string;
  principal?: Principal;
}

/** The context of a call, as Nest makes it. */
function contextOf(type: string, args: unknown[], decorate?: ClassDecorator & MethodDecorator): ExecutionContextHost {
  class Resolver {
    orders(): string {
      return "orders";
    }
  }
  const descriptor = Object.getOwnPropertyDescriptor(Resolver.prototype, "orders") ?? {};
  decorate?.(Resolver.prototype, "orders", descriptor);
  const context = new ExecutionContextHost(args, Resolver, descriptor.value as () => string);
  context.setType(type);
  return context;
}

function requestWith(token: string): GuardedRequest {
  return { headers: { authorization: `Bearer ${token}` }, method: "POST", url: "/graphql" };
}

describe("the guard of NestJS", () => {
  it("reads the request of GraphQL resolvers", async () => {
    const guard = new SessionGuard({ verifier: await openVerifier() });
    const request = requestWith(poolKey.sign(accessClaims()));
    expect(await guard.canActivate(contextOf("graphql", [undefined, {}, { req: request }, {}]))).toBe(true);
    expect(request.principal?.subject).toBe(SUB);

    const refused = guard.canActivate(contextOf("graphql", [undefined, {}, { req: requestWith("wrong") }, {}]));
    await expect(refused).rejects.toSatisfy((error: HttpException) => error.getStatus() === 401);
  });

  it("lets nothing through without a request to look at", async () => {
    const guard = new SessionGuard({ verifier: await openVerifier() });
    await expect(guard.canActivate(contextOf("rpc", [{}]))).rejects.toThrow(TypeError);
    await expect(guard.canActivate(contextOf("graphql", [undefined, {}, {}, {}]))).rejects.toThrow(TypeError);
  });

  it("opens what is public, and asks for what is required", async () => {
    const guard = new SessionGuard({ verifier: await openVerifier() });
    expect(await guard.canActivate(contextOf("rpc", [{}], Public()))).toBe(true);
    const request = requestWith(poolKey.sign(accessClaims()));
    const context = contextOf("graphql", [undefined, {}, { req: request }, {}], Requires({ roles: ["admin"] }));
    await expect(guard.canActivate(context)).rejects.toSatisfy((error: HttpException) => error.getStatus() === 403);
  });
});
