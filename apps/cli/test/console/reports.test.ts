import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { MadeReport, ReportOverview } from "@cognito-to-descope/console/contract";
import { type Sandbox, startSandbox } from "@cognito-to-descope/sandbox";
import { openStateStore } from "@cognito-to-descope/store";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { environmentFor, writeFastConfig } from "../commands/fast-world.ts";
import { runInProcess } from "../commands/run-in-process.ts";
import { temporaryFolder } from "../e2e/run-c2d.ts";
import { schemaProblems } from "../report/report-schemas.ts";
import { type RunningConsole, startConsole } from "./start-console.ts";

describe("the reports of the console", () => {
  const folder = temporaryFolder();
  let sandbox: Sandbox;
  let running: RunningConsole;
  let cookie: string;

  beforeAll(async () => {
    sandbox = await startSandbox({ users: 60, groups: 3, seed: "reports" });
    writeFastConfig(folder.path);
    running = await startConsole(folder.path, environmentFor(sandbox));
    cookie = await running.signIn();
  }, 60_000);
  afterAll(async () => {
    await running[Symbol.asyncDispose]();
    await sandbox.stop();
    folder[Symbol.dispose]();
  });

  async function call(body?: object): Promise<{ readonly status: number; readonly answer: unknown }> {
    const response = await fetch(`${running.origin}/api/v1/reports`, {
      headers: {
        cookie,
        origin: running.origin,
        "x-c2d-console": "1",
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { method: "POST", body: JSON.stringify(body) }),
    });
    return { status: response.status, answer: await response.json() };
  }

  test("are none before the first run, and asking for one says so", async () => {
    const answer = (await call()).answer as ReportOverview;
    expect(answer.records).toEqual([]);
    expect(answer.reports.map(({ run }) => run)).toEqual([null, null, null, null]);
    expect(await call({ kind: "final" })).toMatchObject({ status: 409, answer: { code: "ERR_PLAN_MISSING" } });
  });

  test("are made when they are asked for, verify, and are on record with who asked", { timeout: 60_000 }, async () => {
    const { code, stderr } = await runInProcess(["migrate", "--yes", "--quiet", "--no-log-file"], {
      cwd: folder.path,
      env: environmentFor(sandbox),
    });
    expect(code, stderr).toBe(0);
    const before = (await call()).answer as ReportOverview;
    const [record] = before.records;
    expect(record).toMatchObject({ kind: "migrate", problems: [] });
    expect(before.reports.map(({ run }) => run)).toEqual(Array.from({ length: 4 }, () => record?.run));
    for (const kind of ["final", "assess", "plan", "reconcile"]) {
      const called = await call({ kind });
      const { status } = called;
      const answer = called.answer as MadeReport;
      expect({ kind, status }).toEqual({ kind, status: 200 });
      expect(answer.name).toBe(`${kind}-${record?.run ?? ""}`);
      expect(schemaProblems(JSON.parse(answer.document) as { readonly kind: string })).toEqual([]);
      for (const [ending, text] of [
        ["json", answer.document],
        ["html", answer.page],
      ] as const) {
        writeFileSync(join(folder.path, `report.${ending}`), text);
        const verified = await runInProcess(["report", "verify", `report.${ending}`], { cwd: folder.path });
        expect(verified.code, verified.stdout + verified.stderr).toBe(0);
      }
      await using store = await openStateStore(join(folder.path, ".c2d", "state.db"));
      expect((await store.readEvents(record?.run ?? "")).at(-1)).toMatchObject({
        type: "report-written",
        data: { hash: answer.hash, page: createHash("sha256").update(answer.page).digest("hex") },
      });
    }
    const after = (await call()).answer as ReportOverview;
    expect(after.records[0]?.events).toBe((record?.events ?? 0) + 4);
  });

  test("refuse what is no report, and a run that is not there", async () => {
    expect(await call({ kind: "novel" })).toMatchObject({ status: 400 });
    expect(await call({ kind: "plan", run: "nowhere" })).toMatchObject({
      status: 400,
      answer: { code: "ERR_USAGE" },
    });
    expect((await fetch(`${running.origin}/api/v1/reports`)).status).toBe(401);
  });
});
