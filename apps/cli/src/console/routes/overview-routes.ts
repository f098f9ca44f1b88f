import { OpenAPIHono } from "@hono/zod-openapi";
import { readOverview } from "@cognito-to-descope/console/contract";
import type { ConsoleEnv } from "../console-env.ts";
import { createOverviewReader } from "../overview/create-overview-reader.ts";
import { refuseInvalid } from "../refuse-invalid.ts";
import type { ConsoleServices } from "../services.ts";
import type { ConsoleSubject } from "../subject.ts";
import type { TokenReading } from "../tokens/token-reading.ts";

/** Where the migration stands. */
export function overviewSubject(services: ConsoleServices, readTokens: () => Promise<TokenReading>): ConsoleSubject {
  const read = createOverviewReader(services, readTokens);
  const routes = new OpenAPIHono<ConsoleEnv>({ defaultHook: refuseInvalid });
  routes.openapi(readOverview, async (c) => c.json(await read(), 200));
  return { routes, live: [{ event: "overview", kind: "replaces", read }] };
}
