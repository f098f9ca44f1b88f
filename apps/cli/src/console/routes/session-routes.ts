import { OpenAPIHono } from "@hono/zod-openapi";
import { beginSession, type ConsoleSession, endSession, readSession } from "@cognito-to-descope/console/contract";
import { addressOf } from "@cognito-to-descope/gateway";
import {
  clearSessionCookie,
  type CookieOptions,
  readSessionCookie,
  writeSessionCookie,
} from "../auth/session-cookie.ts";
import type { ConsoleSessions } from "../auth/sessions.ts";
import type { ConsoleEnv } from "../console-env.ts";
import { refuseInvalid } from "../refuse-invalid.ts";
import type { ConsoleServices } from "../services.ts";

/** Begins and ends sessions. */
export function sessionRoutes(
  { authentication, readOnly, version }: ConsoleServices,
  sessions: ConsoleSessions,
  cookie: CookieOptions,
): OpenAPIHono<ConsoleEnv> {
  const describe = (operator: string | undefined): ConsoleSession => ({
    signedIn: operator !== undefined,
    operator: operator ?? null,
    signInBy: authentication.signInBy,
    readOnly,
    version,
  });
  const routes = new OpenAPIHono<ConsoleEnv>({ defaultHook: refuseInvalid });
  routes.openapi(readSession, (c) => c.json(describe(c.get("operator") as string | undefined), 200));
  routes.openapi(beginSession, async (c) => {
    const operator = await authentication.signIn(c.req.valid("json"), { address: addressOf(c) });
    // Another session of this browser ends here: nobody can slip it a session of their own.
    const before = readSessionCookie(c, cookie);
    if (before !== undefined) sessions.end(before);
    writeSessionCookie(c, sessions.begin(operator), cookie);
    return c.json(describe(operator), 200);
  });
  routes.openapi(endSession, (c) => {
    const secret = readSessionCookie(c, cookie);
    if (secret !== undefined) sessions.end(secret);
    clearSessionCookie(c, cookie);
    return c.json(describe(undefined), 200);
  });
  return routes;
}
