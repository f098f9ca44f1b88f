import { MigrationError, type StateStore } from "@cognito-to-descope/core";
import { openStateStore } from "@cognito-to-descope/store";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createLinkAuthentication } from "../../src/console/auth/link-authentication.ts";
import { createConsole } from "../../src/console/create-console.ts";
import { createLiveFeed, type LiveEvent } from "../../src/console/live-feed.ts";
import { loadConfig } from "../../src/config/load.ts";
import { temporaryFolder } from "../e2e/run-c2d.ts";
import { createManualClock } from "./manual-clock.ts";

const SCRIPT_TOKEN = "a-token-for-scripts-of-30-chars";

test("twenty open pages cost as many readings of the store as one", async () => {
  using folder = temporaryFolder();
  await using opened = await openStateStore(join(folder.path, "state.db"));
  const config = await loadConfig({ cwd: folder.path, variables: {}, needs: { source: false, target: false } });
  const clock = createManualClock();
  let readings = 0;
  const store = {
    async read<T>(work: (store: StateStore) => Promise<T>): Promise<T> {
      readings += 1;
      return work(opened);
    },
    [Symbol.asyncDispose]: async () => undefined,
  };
  using served = createConsole(
    {
      config,
      store,
      clock,
      cwd: folder.path,
      verifierStatistics: [],
      authentication: createLinkAuthentication("ana@build-7", SCRIPT_TOKEN),
      readOnly: true,
      version: "0.0.0",
    },
    new Map(),
    { secure: false },
  );
  const ended = new AbortController();
  const listen = async (): Promise<ReadableStreamDefaultReader<Uint8Array>> => {
    const { app } = served;
    const response = await app.request("/api/v1/events", {
      headers: { authorization: `Bearer ${SCRIPT_TOKEN}` },
      signal: ended.signal,
    });
    expect(response.headers.get("content-type")).toContain("text/event-stream");
    return (response.body as ReadableStream<Uint8Array>).getReader();
  };
  const roundsWith = async (listeners: number): Promise<number> => {
    const readers = [];
    for (let count = 0; count < listeners; count += 1) readers.push(await listen());
    // Every page has the overview before anything is counted.
    for (const reader of readers) {
      const { value } = await reader.read();
      expect(new TextDecoder().decode(value)).toContain("event: overview");
    }
    // The first round ends before anything is counted.
    await clock.advance(0);
    const before = readings;
    for (let round = 0; round < 5; round += 1) await clock.advance(1000);
    // The next one is due a second later, so what was counted is what five rounds took.
    await clock.advance(0);
    const counted = readings - before;
    await Promise.all(readers.map((reader) => reader.cancel()));
    return counted;
  };
  const one = await roundsWith(1);
  const twenty = await roundsWith(20);
  expect(one).toBeGreaterThanOrEqual(5);
  expect(twenty).toBe(one);
});

test("only what has changed is told, and all of it to whoever comes later", async () => {
  const clock = createManualClock();
  let value = 1;
  let added: string | undefined;
  using feed = createLiveFeed({
    clock,
    everyMs: 1000,
    sources: [
      { event: "run", kind: "replaces", read: async () => ({ value }) },
      { event: "log", kind: "adds", read: async () => added },
    ],
  });
  const heard: LiveEvent[] = [];
  const stop = feed.subscribe((event) => heard.push(event));
  await clock.advance(0);
  await clock.advance(1000);
  expect(heard.map(({ event, data }) => `${event} ${data}`)).toEqual(['run {"value":1}', "trouble []"]);
  value = 2;
  added = "a line";
  await clock.advance(1000);
  added = undefined;
  await clock.advance(1000);
  expect(heard.slice(2).map(({ event, data }) => `${event} ${data}`)).toEqual(['run {"value":2}', 'log "a line"']);
  const late: LiveEvent[] = [];
  const stopLate = feed.subscribe((event) => late.push(event));
  expect(late.map(({ event, data }) => `${event} ${data}`)).toEqual(['run {"value":2}', "trouble []"]);
  stop();
  stopLate();
  expect(feed.listeners).toBe(0);
});

test("a store that is locked is told as trouble, and its end as well", async () => {
  const clock = createManualClock();
  let locked = true;
  using feed = createLiveFeed({
    clock,
    everyMs: 1000,
    sources: [
      {
        event: "run",
        kind: "replaces",
        read: async () => {
          if (locked) throw new MigrationError("ERR_STORE_LOCKED", "the state is locked");
          return "all is well";
        },
      },
    ],
  });
  const heard: LiveEvent[] = [];
  feed.subscribe((event) => heard.push(event));
  await clock.advance(0);
  expect(heard).toMatchObject([{ event: "trouble", data: expect.stringContaining("ERR_STORE_LOCKED") }]);
  locked = false;
  await clock.advance(1000);
  expect(heard.slice(1)).toEqual([
    { event: "run", data: '"all is well"' },
    { event: "trouble", data: "[]" },
  ]);
});
