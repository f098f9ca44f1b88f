import { createRoute, type RouteConfig, z } from "@hono/zod-openapi";
import { problemSchema } from "./problem.ts";
import type { RouteRequest } from "./route.ts";

/** In which form a list is downloaded. */
export type DownloadFormat = "csv" | "jsonl";

/** Schema of a {@link DownloadFormat}. */
export const downloadFormat: z.ZodEnum<{ csv: "csv"; jsonl: "jsonl" }> = z.enum(["csv", "jsonl"]);

/** A route that answers with a file. */
export type DownloadRoute<Method extends "get" | "post", Path extends string, Request extends RouteRequest> = Omit<
  RouteConfig,
  "method" | "path" | "request" | "responses"
> & {
  readonly method: Method;
  readonly path: Path;
  readonly request: Request;
  readonly responses: { readonly 200: { description: string }; readonly default: { description: string } };
  getRoutingPath(): string;
};

/** What such a route is declared with. */
export interface DownloadDeclaration<Method extends string, Path extends string, Request> {
  readonly method: Method;
  readonly path: Path;
  readonly operationId: string;
  readonly summary: string;
  readonly tag: string;
  readonly request: Request;
}

/** Declares a route that answers with a file. */
export function downloadRoute<
  const Method extends "get" | "post",
  const Path extends string,
  const Request extends RouteRequest,
>({ tag, summary, ...rest }: DownloadDeclaration<Method, Path, Request>): DownloadRoute<Method, Path, Request> {
  return createRoute({
    ...rest,
    summary,
    tags: [tag],
    responses: {
      200: {
        description: summary,
        content: { "text/csv": { schema: z.string() }, "application/jsonl": { schema: z.string() } },
      },
      default: {
        description: "Refused: a problem document",
        content: { "application/problem+json": { schema: problemSchema } },
      },
    },
  });
}
