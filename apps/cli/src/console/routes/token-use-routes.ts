import { OpenAPIHono } from "@hono/zod-openapi";
import { readSessions } from "@cognito-to-descope/console/contract";
import { createSessionReader } from "../../sessions/session-reader.ts";
import type { ConsoleEnv } from "../console-env.ts";
import { pacedReading } from "../paced-reading.ts";
import { refuseInvalid } from "../refuse-invalid.ts";
import type { ConsoleServices } from "../services.ts";
import type { ConsoleSubject } from "../subject.ts";
import { tokensDocument } from "../tokens/tokens-document.ts";

/** Statistics of verifiers are asked for so often: they are other people's servers. */
const EVERY_MS = 10_000;
/** Places that do not answer for so long say nothing. */
const TIMEOUT_MS = 5000;

/** Which tokens back ends get. */
export function tokenUseSubject({ config, verifierStatistics, cwd, clock }: ConsoleServices): ConsoleSubject {
  const reader = createSessionReader(verifierStatistics, cwd, { timeoutMs: TIMEOUT_MS });
  const { quietDays } = config.sessions;
  const configured = verifierStatistics.length > 0;
  const read = pacedReading(
    async () => {
      const now = clock.now();
      const use = await reader.read(now, new AbortController().signal);
      return tokensDocument(use, { now, configured, quietDays });
    },
    { clock, everyMs: EVERY_MS },
  );
  const routes = new OpenAPIHono<ConsoleEnv>({ defaultHook: refuseInvalid });
  routes.openapi(readSessions, async (c) => c.json(await read(), 200));
  return { routes };
}
