/**
 * A guard for NestJS, on Express or Fastify, with decorators for routes.
 *
 * @module
 */
import {
  type CanActivate,
  createParamDecorator,
  type CustomDecorator,
  type ExecutionContext,
  HttpException,
  SetMetadata,
} from "@nestjs/common";
import { Reflector } from "@nestjs/core";
import { createGuard, type Guard } from "./http/create-guard.ts";
import type { GuardOptions, RouteRequirements } from "./http/guard-options.ts";
import { principalOf } from "./http/principal-of.ts";
import { type NodeRequest, viewNodeRequest } from "./http/request-view.ts";
import type { Principal } from "./principal.ts";

export type * from "./http/denial.ts";
export type * from "./http/guard-options.ts";
export { principalOf };

const METADATA = "@cognito-to-descope/session";

type GuardedRequest = NodeRequest & { principal?: Principal };

/** The part of Express's and Fastify's responses that is used. */
interface HeaderWriter {
  header(name: string, value: string): unknown;
}

/** What a controller or a route asks for. A route's counts before its controller's. */
export function Requires(route: RouteRequirements): CustomDecorator {
  return SetMetadata(METADATA, route);
}

/** Opens a controller or a route: no token is looked at. */
export function Public(): CustomDecorator {
  return SetMetadata(METADATA, false);
}

/** The principal, as a parameter of a route. */
export const CurrentPrincipal: () => ParameterDecorator = createParamDecorator(
  (_data: unknown, context: ExecutionContext) => principalOf(requestOf(context)),
);

/**
 * Guards routes over HTTP and resolvers of GraphQL. Other kinds of contexts are refused with an error, since they have no
 * request to look at.
 *
 * @example
 * ```ts
 * import type { INestApplication } from "@nestjs/common";
 * import type { Verifier } from "@cognito-to-descope/session";
 * import { SessionGuard } from "@cognito-to-descope/session/nestjs";
 *
 * declare const app: INestApplication;
 * declare const verifier: Verifier;
 *
 * app.useGlobalGuards(new SessionGuard({ verifier }));
 * ```
 */
export class SessionGuard implements CanActivate {
  readonly #guard: Guard;
  readonly #reflector: Reflector = new Reflector();

  /** @throws TypeError when an option is not valid. */
  constructor(options: GuardOptions) {
    this.#guard = createGuard(options);
  }

  /** @throws HttpException with the answer, after its headers were set. */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const route = this.#reflector.getAllAndOverride<RouteRequirements | false | undefined>(METADATA, [
      context.getHandler(),
      context.getClass(),
    ]);
    if (route === false) return true;
    const request = requestOf(context);
    const { denial, principal } = await this.#guard.admit(viewNodeRequest(request), route);
    if (denial === undefined) {
      if (principal === undefined) delete request.principal;
      else request.principal = principal;
      return true;
    }
    if (context.getType() === "http") {
      const response = context.switchToHttp().getResponse<HeaderWriter>();
      for (const [name, value] of Object.entries(denial.headers)) response.header(name, value);
    }
    throw new HttpException({ ...denial.body }, denial.status);
  }
}

function requestOf(context: ExecutionContext): GuardedRequest {
  const type = context.getType<string>();
  if (type === "http") return context.switchToHttp().getRequest<GuardedRequest>();
  if (type === "graphql") {
    const { req } = (context.getArgByIndex<unknown>(2) ?? {}) as { readonly req?: GuardedRequest };
    if (req !== undefined) return req;
  }
  throw new TypeError("a session guard needs an HTTP request");
}
