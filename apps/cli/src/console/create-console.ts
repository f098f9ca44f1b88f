import { OpenAPIHono } from "@hono/zod-openapi";
import { API_BASE, LIVE_INTERVAL_MS } from "@cognito-to-descope/console/contract";
import type { Context } from "hono";
import type { Assets } from "./assets.ts";
import { assetRoutes, PAGE_BASE } from "./assets.ts";
import { createSessions } from "./auth/sessions.ts";
import { type CookieOptions, readSessionCookie } from "./auth/session-cookie.ts";
import type { ConsoleEnv } from "./console-env.ts";
import { guardAccess, guardAddress, guardBody } from "./guards.ts";
import { createLiveFeed } from "./live-feed.ts";
import { describeApi } from "./openapi.ts";
import { answerProblem, ConsoleRefusal, describeProblem } from "./problem.ts";
import { eventRoutes } from "./routes/event-routes.ts";
import { sessionRoutes } from "./routes/session-routes.ts";
import { consoleSubjects } from "./routes/subjects.ts";
import { consoleSecurityHeaders } from "./security-headers.ts";
import type { ConsoleServices } from "./services.ts";

/** The console: its page and what the page asks for. */
export interface Console extends Disposable {
  readonly app: OpenAPIHono<ConsoleEnv>;
  /** Ends the streams of open pages. Requests are answered as before. */
  endStreams(): void;
}

/** Everything else was thrown on purpose, and says itself what it is. */
function isDefect(error: unknown): boolean {
  return describeProblem(error).status === 500;
}

/** How long a session lives without being used: a working day. */
const IDLE_MS = 8 * 3_600_000;

/** Makes the console. It listens nowhere: `c2d console` and the gateway serve it. */
export function createConsole(services: ConsoleServices, assets: Assets, cookie: CookieOptions): Console {
  const { clock } = services;
  const sessions = createSessions(clock, IDLE_MS);
  const streams = new AbortController();
  const subjects = consoleSubjects(services);
  const feed = createLiveFeed({
    sources: subjects.flatMap(({ live = [] }) => live),
    clock,
    everyMs: LIVE_INTERVAL_MS,
  });
  const app = new OpenAPIHono<ConsoleEnv>();
  app.use(consoleSecurityHeaders);
  app.onError((error, c) => {
    if (isDefect(error)) services.onDefect?.(error);
    return answerProblem(c, error);
  });
  app.notFound((c) => answerProblem(c, new ConsoleRefusal("not-found")));
  app.use(guardAddress(services));
  app.use(`${API_BASE}/*`, guardBody);
  app.use(`${API_BASE}/*`, guardAccess(services, sessions, cookie));
  app.route("/", sessionRoutes(services, sessions, cookie));
  for (const { routes } of subjects) app.route("/", routes);
  const isSignedOut = (c: Context<ConsoleEnv>): boolean => {
    const secret = readSessionCookie(c, cookie);
    return secret !== undefined && !sessions.isOpen(secret);
  };
  app.route("/", eventRoutes(feed, clock, { signal: streams.signal, isSignedOut }));
  app.get(`${API_BASE}/openapi.json`, (c) => c.json(describeApi(app)));
  app.get("/", (c) => c.redirect(`${PAGE_BASE}/`));
  app.route("/", assetRoutes(assets));
  const endStreams = (): void => {
    streams.abort();
    feed[Symbol.dispose]();
  };
  return {
    app,
    endStreams,
    [Symbol.dispose]() {
      endStreams();
      for (const { dispose } of subjects) dispose?.();
    },
  };
}
