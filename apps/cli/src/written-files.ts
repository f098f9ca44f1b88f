import type { StateStore } from "@cognito-to-descope/core";
import { systemClock } from "./system.ts";

const EVENT_TYPE = "file-written";

/** Remembers a file that a run wrote, so that `purge` finds it. */
export async function recordFile(store: StateStore, runId: string, path: string): Promise<void> {
  await store.appendEvent(runId, { at: systemClock.now(), type: EVENT_TYPE, data: { path } });
}

/** The files that all runs wrote. */
export async function recordedFiles(store: StateStore): Promise<readonly string[]> {
  const paths = new Set<string>();
  for (const { id } of await store.listRuns()) {
    for (const { type, data } of await store.readEvents(id)) {
      if (type === EVENT_TYPE && typeof data["path"] === "string") paths.add(data["path"]);
    }
  }
  return [...paths];
}
