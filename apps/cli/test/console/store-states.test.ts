import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Overview, ReportOverview, RunSeries, UserList } from "@cognito-to-descope/console/contract";
import { startSandbox } from "@cognito-to-descope/sandbox";
import { openStateStore } from "@cognito-to-descope/store";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { environmentFor, writeFastConfig } from "../commands/fast-world.ts";
import { runInProcess } from "../commands/run-in-process.ts";
import { temporaryFolder } from "../e2e/run-c2d.ts";
import { everyOperation } from "./operations.ts";
import { type RunningConsole, startConsole } from "./start-console.ts";

const READS = everyOperation().filter(({ method, path }) => method === "get" && path !== "/api/v1/events");

let folder: ReturnType<typeof temporaryFolder>;
let file: string;
beforeEach(() => {
  folder = temporaryFolder();
  mkdirSync(join(folder.path, ".c2d"));
  file = join(folder.path, ".c2d", "state.db");
});
afterEach(() => folder[Symbol.dispose]());

interface Client {
  readonly read: (path: string) => Promise<Response>;
  /** Status and code of every route that reads, by its path. */
  readonly readAll: () => Promise<Readonly<Record<string, string>>>;
}

async function clientOf(running: RunningConsole): Promise<Client> {
  const cookie = await running.signIn();
  const read = (path: string): Promise<Response> => fetch(`${running.origin}${path}`, { headers: { cookie } });
  return {
    read,
    async readAll() {
      const answers: [string, string][] = [];
      for (const { path, address } of READS) {
        const response = await read(address);
        const text = await response.text();
        const { code = "" } = (response.ok ? {} : JSON.parse(text)) as { readonly code?: string };
        answers.push([path, `${response.status} ${code}`.trim()]);
      }
      return Object.fromEntries(answers);
    },
  };
}

/** Answers that are neither a document nor the word that there is nothing. */
function faultsIn(answers: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(answers)
    .filter(([, answer]) => !/^(?:200|404 not-found|409 ERR_(?:PLAN_MISSING|RUN_MISSING))$/.test(answer))
    .map(([path, answer]) => `${path}: ${answer}`);
}

describe("every page has an answer", () => {
  test("where there is no state, and asking makes none", async () => {
    await using running = await startConsole(folder.path);
    expect(faultsIn(await (await clientOf(running)).readAll())).toEqual([]);
    expect(existsSync(file)).toBe(false);
    expect(running.notes()).not.toContain("ERR_");
  });

  test("where the state is empty", async () => {
    await (await openStateStore(file))[Symbol.asyncDispose]();
    await using running = await startConsole(folder.path);
    const client = await clientOf(running);
    expect(faultsIn(await client.readAll())).toEqual([]);
    expect(await (await client.read("/api/v1/overview")).json()).toMatchObject({
      state: { exists: true },
      runs: [],
      next: { command: "c2d plan" },
    });
  });

  test("where an older version made the run: without samples, without a chain, and searched by an index made now", async () => {
    const sandbox = await startSandbox({ users: 40, groups: 2, seed: "older" });
    try {
      writeFastConfig(folder.path);
      const migrated = await runInProcess(["migrate", "--yes", "--quiet"], {
        cwd: folder.path,
        env: environmentFor(sandbox),
      });
      expect(migrated.code, migrated.stderr).toBe(0);
      takeBackTo6(file);
      await using running = await startConsole(folder.path, environmentFor(sandbox));
      const client = await clientOf(running);
      expect(faultsIn(await client.readAll())).toEqual([]);
      const overview = (await (await client.read("/api/v1/overview")).json()) as Overview;
      expect(overview.runs).toMatchObject([{ state: "applied" }]);
      const series = (await (await client.read("/api/v1/runs/newest/series")).json()) as RunSeries;
      expect(series.points).toEqual([]);
      const { records } = (await (await client.read("/api/v1/reports")).json()) as ReportOverview;
      expect(records).toMatchObject([{ head: null, events: 0, problems: [] }]);
      const found = (await (await client.read("/api/v1/runs/newest/users?operation=skip")).json()) as UserList;
      expect(found.users.length).toBeGreaterThan(0);
      expect(found.index.complete).toBe(true);
    } finally {
      await sandbox.stop();
    }
  });
});

describe("the pages say what is wrong", () => {
  test("where a newer version has worked with the state, and leave it alone", async () => {
    await (await openStateStore(file))[Symbol.asyncDispose]();
    withDatabase(file, (database) => database.exec("PRAGMA user_version = 999"));
    await using running = await startConsole(folder.path);
    const answers = await (await clientOf(running)).readAll();
    const refused = Object.values(answers).filter((answer) => answer === "409 ERR_STORE_NEWER");
    expect(refused.length).toBeGreaterThan(10);
    expect(Object.values(answers).filter((answer) => answer.startsWith("5"))).toEqual([]);
    withDatabase(file, (database) =>
      expect(database.prepare("PRAGMA user_version").get()).toEqual({ user_version: 999 }),
    );
  });

  test("where another process holds the state for longer than anybody waits, and go on when it is free", async () => {
    await (await openStateStore(file))[Symbol.asyncDispose]();
    await using running = await startConsole(folder.path);
    const { read } = await clientOf(running);
    {
      using holder = new DatabaseSync(file);
      holder.exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; CREATE TABLE held (x); ");
      const response = await read("/api/v1/overview");
      expect(response.status).toBe(503);
      expect(await response.json()).toMatchObject({ code: "ERR_STORE_LOCKED", suggestion: expect.any(String) });
      holder.exec("ROLLBACK");
    }
    expect((await read("/api/v1/overview")).status).toBe(200);
  });
});

/** What a store looks like that version 6 of the schema made: everything that came later is taken out of it. */
function takeBackTo6(path: string): void {
  withDatabase(path, (database) =>
    database.exec(`
      DROP TABLE samples;
      DROP INDEX failed_outcomes;
      DROP INDEX failed_outcomes_by_class;
      DROP INDEX discrepancies_by_field;
      ALTER TABLE discrepancies DROP COLUMN field;
      DROP TABLE search_indexes;
      DROP TABLE search_blocks;
      DROP TABLE searched_values;
      DROP TABLE replaced_items;
      DROP INDEX outcomes_but_created;
      ALTER TABLE events DROP COLUMN seq;
      ALTER TABLE events DROP COLUMN previous;
      ALTER TABLE events DROP COLUMN hash;
      DROP TABLE event_chains;
      PRAGMA user_version = 6;
    `),
  );
}

function withDatabase(path: string, work: (database: DatabaseSync) => void): void {
  const database = new DatabaseSync(path);
  try {
    work(database);
  } finally {
    database.close();
  }
}
