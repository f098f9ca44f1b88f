import { OpenAPIHono } from "@hono/zod-openapi";
import { readSessions } from "@cognito-to-descope/console/contract";
import type { ConsoleEnv } from "../console-env.ts";
import { refuseInvalid } from "../refuse-invalid.ts";
import type { ConsoleServices } from "../services.ts";
import type { ConsoleSubject } from "../subject.ts";
import type { TokenReading } from "../tokens/token-reading.ts";
import { tokensDocument } from "../tokens/tokens-document.ts";

/** Which tokens back ends get. */
export function tokenUseSubject(
  { config, verifierStatistics }: ConsoleServices,
  read: () => Promise<TokenReading>,
): ConsoleSubject {
  const { quietDays } = config.sessions;
  const configured = verifierStatistics.length > 0;
  const routes = new OpenAPIHono<ConsoleEnv>({ defaultHook: refuseInvalid });
  routes.openapi(readSessions, async (c) => c.json(tokensDocument(await read(), { configured, quietDays }), 200));
  return { routes };
}
