import { OpenAPIHono } from "@hono/zod-openapi";
import { countUsersLeft, readJit } from "@cognito-to-descope/console/contract";
import type { ConsoleEnv } from "../console-env.ts";
import { createJitReader } from "../jit/create-jit-reader.ts";
import { createLeftCounter } from "../jit/left-counter.ts";
import { refuseInvalid } from "../refuse-invalid.ts";
import type { ConsoleServices } from "../services.ts";
import type { ConsoleSubject } from "../subject.ts";

/** How far capturing passwords is. */
export function jitSubject(services: ConsoleServices): ConsoleSubject {
  const left = createLeftCounter(services);
  const reader = createJitReader(services, left);
  const routes = new OpenAPIHono<ConsoleEnv>({ defaultHook: refuseInvalid });
  routes.openapi(readJit, async (c) => c.json(await reader.read(c.req.valid("query")), 200));
  routes.openapi(countUsersLeft, async (c) => {
    left.begin((await reader.projectId()) ?? "");
    return c.json(left.current(), 200);
  });
  return { routes };
}
