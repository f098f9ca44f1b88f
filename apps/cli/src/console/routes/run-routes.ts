import { OpenAPIHono } from "@hono/zod-openapi";
import { listRuns, readLog, readRun, readSeries } from "@cognito-to-descope/console/contract";
import type { ConsoleEnv } from "../console-env.ts";
import { refuseInvalid } from "../refuse-invalid.ts";
import { describeRun } from "../run/describe-run.ts";
import { withRun } from "../run/find-run.ts";
import { rememberOutcomes } from "../run/known-outcomes.ts";
import { liveRun } from "../run/live-run.ts";
import { toLogEntry } from "../run/log-entries.ts";
import { SPEED_WINDOW_MS, seriesPoints } from "../run/series-points.ts";
import type { ConsoleServices } from "../services.ts";
import type { ConsoleSubject } from "../subject.ts";

const MOST_RUNS = 1000;
const LOG_PAGE = 100;

/** How a run stands, now and over time, and what happened in it. */
export function runSubject(services: ConsoleServices): ConsoleSubject {
  const { store, config, clock } = services;
  const outcomes = rememberOutcomes();
  const routes = new OpenAPIHono<ConsoleEnv>({ defaultHook: refuseInvalid });
  routes.openapi(listRuns, async (c) => {
    const runs = (await store.read((opened) => opened.listRuns())) ?? [];
    const listed = runs.slice(0, MOST_RUNS).map(({ id, kind, state, startedAt }) => ({
      run: id,
      kind,
      state,
      startedAt: new Date(startedAt).toISOString(),
    }));
    return c.json({ runs: listed, total: runs.length }, 200);
  });
  routes.openapi(readRun, async (c) =>
    c.json(
      await withRun(store, c.req.valid("param").run, (opened, found) =>
        describeRun(opened, found, { config, now: clock.now(), outcomes }),
      ),
      200,
    ),
  );
  routes.openapi(readSeries, async (c) => {
    const { from = 0 } = c.req.valid("query");
    return c.json(
      await withRun(store, c.req.valid("param").run, async (opened, { run }) => {
        // What came shortly before says how fast the first point is.
        const points = seriesPoints(await opened.readSamples(run.id, Math.max(0, from - 2 * SPEED_WINDOW_MS)));
        return { run: run.id, points: points.filter(({ at }) => Date.parse(at) >= from) };
      }),
      200,
    );
  });
  routes.openapi(readLog, async (c) => {
    const { before = Number.MAX_SAFE_INTEGER } = c.req.valid("query");
    return c.json(
      await withRun(store, c.req.valid("param").run, async (opened, { run }) => {
        const events = await opened.readEventRange(run.id, { before }, LOG_PAGE + 1);
        const entries = events.slice(-LOG_PAGE).map(toLogEntry);
        return { run: run.id, entries, more: events.length > LOG_PAGE };
      }),
      200,
    );
  });
  return { routes, live: liveRun(services, outcomes) };
}
