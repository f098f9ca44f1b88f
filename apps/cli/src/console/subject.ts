import type { OpenAPIHono } from "@hono/zod-openapi";
import type { ConsoleEnv } from "./console-env.ts";
import type { LiveSource } from "./live-feed.ts";

/** What the console knows of one thing: its routes, and what open pages are told of as it changes. */
export interface ConsoleSubject {
  readonly routes: OpenAPIHono<ConsoleEnv>;
  readonly live?: readonly LiveSource[];
  /** Ends what it has begun beside requests. */
  readonly dispose?: () => void;
}
