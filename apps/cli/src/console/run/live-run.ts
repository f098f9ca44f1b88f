import type { Run, StateStore } from "@cognito-to-descope/core";
import type { RunDocument, RunLogPage, RunSeries } from "@cognito-to-descope/console/contract";
import type { LiveSource } from "../live-feed.ts";
import type { ConsoleServices } from "../services.ts";
import { describeRun } from "./describe-run.ts";
import type { OutcomesReader } from "./known-outcomes.ts";
import { toLogEntry } from "./log-entries.ts";
import { SPEED_WINDOW_MS, seriesPoints } from "./series-points.ts";

/** Events that are told at once; a page that was away asks for the rest. */
const MOST_EVENTS = 200;

/** What pages are told of the newest run as it goes on: how it stands, new points of its charts, and what happens in it. */
export function liveRun({ store, config, clock }: ConsoleServices, outcomes: OutcomesReader): readonly LiveSource[] {
  const ofNewest = <T>(work: (opened: StateStore, run: Run, runs: readonly Run[]) => Promise<T>) =>
    store.read(async (opened) => {
      const runs = await opened.listRuns();
      const [run] = runs;
      return run === undefined ? undefined : await work(opened, run, runs);
    });
  const [series, log] = [followSeries(), followLog()];
  return [
    {
      event: "run",
      kind: "replaces",
      read: async (): Promise<RunDocument | null> =>
        (await ofNewest((opened, run, runs) =>
          describeRun(opened, { run, runs }, { config, now: clock.now(), outcomes }),
        )) ?? null,
    },
    { event: "series", kind: "adds", read: () => ofNewest(series) },
    { event: "log", kind: "adds", read: () => ofNewest(log) },
  ];
}

function followSeries(): (store: StateStore, run: Run) => Promise<RunSeries | undefined> {
  let followed: { readonly run: string; readonly at: number; readonly told: string } | undefined;
  return async (store, { id }) => {
    const at = followed?.run === id ? followed.at : undefined;
    // The newest sample may have been told before it was complete, so it is told again.
    const samples = await store.readSamples(id, at === undefined ? 0 : at - 2 * SPEED_WINDOW_MS);
    const newest = samples.at(-1);
    if (newest === undefined) return undefined;
    const points = seriesPoints(samples).filter((point) => at !== undefined && Date.parse(point.at) >= at);
    const told = JSON.stringify(points.at(-1));
    const changed = followed?.run !== id || followed.told !== told || points.length > 1;
    followed = { run: id, at: newest.at, told };
    return changed && points.length > 0 ? { run: id, points } : undefined;
  };
}

function followLog(): (store: StateStore, run: Run) => Promise<RunLogPage | undefined> {
  let followed: { readonly run: string; readonly no: number } | undefined;
  return async (store, { id }) => {
    if (followed === undefined) {
      const [last] = await store.readEventRange(id, { before: Number.MAX_SAFE_INTEGER }, 1);
      followed = { run: id, no: last?.no ?? 0 };
      return undefined;
    }
    // A run that was begun since is told from its first event on.
    const after = followed.run === id ? followed.no : 0;
    const events = await store.readEventRange(id, { after }, MOST_EVENTS);
    followed = { run: id, no: events.at(-1)?.no ?? after };
    return events.length === 0 ? undefined : { run: id, entries: events.map(toLogEntry), more: after > 0 };
  };
}
