import { createRoute, type RouteConfig, type z } from "@hono/zod-openapi";
import { problemSchema } from "./problem.ts";

/** The beginning of every path of the contract. A change that breaks callers gets another number. */
export const API_BASE = "/api/v1";

/** What a request brings along, beside its path: each part a schema. */
export interface RouteRequest {
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: { readonly required: true; readonly content: { readonly "application/json": { schema: z.ZodType } } };
}

/** A JSON body that must be there. */
export interface JsonBody<Body> {
  readonly required: true;
  readonly content: { readonly "application/json": { schema: z.ZodType<Body> } };
}

/** One route of the contract. `Answer` is its JSON body with the status 200. */
export type ConsoleRoute<
  Method extends "get" | "post" | "put" | "delete",
  Path extends string,
  Answer,
  Request extends RouteRequest = object,
> = Omit<RouteConfig, "method" | "path" | "request" | "responses"> & {
  readonly method: Method;
  readonly path: Path;
  readonly request: Request;
  readonly responses: {
    readonly 200: { description: string; content: { readonly "application/json": { schema: z.ZodType<Answer> } } };
    readonly default: { description: string };
  };
  getRoutingPath(): string;
};

/** What a route is declared with. */
export interface RouteDeclaration<Method extends string, Path extends string, Answer, Request> {
  readonly method: Method;
  readonly path: Path;
  /** Unique in the contract; verb and noun in camel case. */
  readonly operationId: string;
  /** One sentence without a full stop. */
  readonly summary: string;
  readonly description?: string;
  /** Group in the reference. */
  readonly tag: string;
  readonly answer: z.ZodType<Answer>;
  readonly request: Request;
  /** Empty where nobody has to be signed in. @defaultValue the session of a page, or the token of a script */
  readonly security?: [];
}

/** Declares a route. What it refuses is a problem document, whatever the route. */
export function consoleRoute<
  const Method extends "get" | "post" | "put" | "delete",
  const Path extends string,
  Answer,
  const Request extends RouteRequest = object,
>({
  answer,
  tag,
  summary,
  ...rest
}: RouteDeclaration<Method, Path, Answer, Request>): ConsoleRoute<Method, Path, Answer, Request> {
  return createRoute({
    ...rest,
    summary,
    tags: [tag],
    responses: {
      200: { description: summary, content: { "application/json": { schema: answer } } },
      default: {
        description: "Refused: a problem document",
        content: { "application/problem+json": { schema: problemSchema } },
      },
    },
  });
}

/** The body of a request, as a route declares it. */
export function jsonBody<Body>(schema: z.ZodType<Body>): JsonBody<Body> {
  return { required: true, content: { "application/json": { schema } } };
}
