import { generateKeyPairSync } from "node:crypto";
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { FinalReport } from "../../src/report/final-report.ts";
import type { Sealed } from "../../src/report/seal.ts";
import { type CommandResult, temporaryFolder } from "../e2e/run-c2d.ts";
import { startWorld, verified } from "../pipeline/world.ts";
import { schemaProblems } from "../report/report-schemas.ts";
import { environmentFor, writeFastConfig } from "./fast-world.ts";
import { runInProcess } from "./run-in-process.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const KINDS = ["final", "assess", "plan", "reconcile"] as const;

let world: Awaited<ReturnType<typeof startWorld>>;
let folder: ReturnType<typeof temporaryFolder>;
/** Where the reports are written to once, before any test. */
let reports: string;

function c2d(...commandArguments: readonly string[]): Promise<CommandResult> {
  const env = { ...environmentFor(world.sandbox), COGNITO_USER_POOL_ID: world.pool.userPoolId };
  return runInProcess(commandArguments, { cwd: folder.path, env });
}

async function done(...commandArguments: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await c2d(...commandArguments);
  expect({ commandArguments, code }, stderr + stdout).toEqual({ commandArguments, code: 0 });
  return stdout;
}

interface Verified {
  readonly verdict: "unchanged" | "changed";
  readonly checks: readonly { readonly problems: readonly string[]; readonly skipped: string | null }[];
}

async function verify(
  file: string,
  ...more: readonly string[]
): Promise<{ readonly code: number | null; readonly problems: readonly string[]; readonly document: Verified }> {
  const { code, stdout, stderr } = await c2d("report", "verify", file, "--json", ...more);
  expect(stdout, stderr).not.toBe("");
  const document = JSON.parse(stdout) as Verified;
  return { code, problems: document.checks.flatMap(({ problems }) => problems), document };
}

beforeAll(async () => {
  world = await startWorld();
  for (let index = 0; index < 40; index += 1) world.pool.add(`user${index}`, verified(`user${index}@example.com`));
  world.pool.add("nobody", {});
  folder = temporaryFolder();
  writeFastConfig(folder.path);
  reports = join(folder.path, "reports");
  mkdirSync(reports);
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  writeFileSync(join(folder.path, "key.pem"), privateKey.export({ type: "pkcs8", format: "pem" }));
  writeFileSync(join(folder.path, "key.pub"), publicKey.export({ type: "spki", format: "pem" }));
  await done("migrate", "--yes", "--no-log-file");
  await done("reconcile", "--sign-in", "3");
  for (const kind of KINDS) {
    await done(
      "report",
      kind,
      "--html",
      `reports/${kind}.html`,
      "--json-file",
      `reports/${kind}.json`,
      "--sign",
      "key.pem",
    );
  }
});
afterAll(async () => {
  folder[Symbol.dispose]();
  await world[Symbol.asyncDispose]();
});

describe("c2d report", () => {
  test("writes each kind, valid by its schema, whole by itself, as on record in the state store, and signed", async () => {
    for (const kind of KINDS) {
      const document = JSON.parse(readFileSync(join(reports, `${kind}.json`), "utf8")) as { readonly kind: string };
      expect(schemaProblems(document)).toEqual([]);
      for (const ending of ["json", "html"]) {
        const {
          code,
          problems,
          document: result,
        } = await verify(`reports/${kind}.${ending}`, "--public-key", "key.pub");
        expect({ kind, ending, code, problems }).toEqual({ kind, ending, code: 0, problems: [] });
        expect(result.checks.filter(({ skipped }) => skipped !== null)).toEqual([]);
      }
    }
  });

  test("tells the whole migration in one document", async () => {
    const document = JSON.parse(await done("report", "--json", "--html", "reports/more.html")) as Sealed<FinalReport>;
    expect(document).toMatchObject({
      kind: "final",
      verdict: "complete",
      numbers: { read: 41, moved: 40, leftOut: 1, notYet: 0, discrepancies: 0 },
      signIns: { tested: 3, failed: 0 },
      notMoved: [{ outcome: "skipped", users: 1 }],
      openPoints: [],
      connections: [],
      passwords: null,
      sessions: null,
    });
    expect(document.decisions).toContainEqual({ rule: "noContact", value: '"skip"', isDefault: true });
    expect(document.people).toHaveLength(1);
    const [record] = document.records;
    // What the process does in between depends on how fast it is.
    const beside = new Set(["step", "waited", "worker-began", "worker-ended"]);
    const types = record?.events.flatMap(({ type }) => (beside.has(type) ? [] : [type]));
    expect(types?.slice(0, 7)).toEqual([
      "run-began",
      "source-read",
      "plan-made",
      "approved",
      "apply-began",
      "apply-ended",
      "reconciled",
    ]);
  });

  test("writes both files into the directory of reports where nothing else is said, and prints the hash", async () => {
    const stdout = await done("report", "plan");
    expect(stdout).toMatch(/hash [0-9a-f]{64}/);
    expect(readdirSync(join(folder.path, ".c2d", "reports")).filter((name) => name.startsWith("plan-"))).toHaveLength(
      2,
    );
  });

  test("says that there is nothing to report yet, and makes no state file", async () => {
    const { code, stderr } = await c2d("report", "--state", "nowhere/state.db");
    expect({ code, stderr }).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("there is no run yet") as string,
    });
    expect(readdirSync(folder.path)).not.toContain("nowhere");
  });

  test("reports a migration of which only a plan exists", async () => {
    await done("plan", "--state", "planned/state.db");
    const document = JSON.parse(await done("report", "--state", "planned/state.db", "--json")) as FinalReport;
    expect(document).toMatchObject({ verdict: "unfinished", numbers: { read: 41, moved: 0, notYet: 41 } });
    expect(schemaProblems(document)).toEqual([]);
    expect(document.openPoints).toContainEqual({ what: "The plan is not applied.", next: "`c2d apply`" });
    const { code, stderr } = await c2d("report", "reconcile", "--state", "planned/state.db");
    expect({ code, stderr }).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("has not been reconciled") as string,
    });
  });
});

describe("c2d report verify", () => {
  test("says which signature does not fit, and needs a key to say that one does", async () => {
    const { document } = await verify("reports/plan.json");
    expect(document.checks.flatMap(({ skipped }) => skipped ?? [])).toEqual([
      "there is a signature: --public-key checks it",
    ]);
    const swapped = await verify(
      "reports/plan.json",
      "--public-key",
      "key.pub",
      "--signature",
      "reports/final.json.sig",
    );
    expect(swapped).toMatchObject({ code: 3, problems: ["the signature is not that of this file, or of another key"] });
    copyFileSync(join(reports, "plan.json"), join(reports, "unsigned.json"));
    expect(await verify("reports/unsigned.json", "--public-key", "key.pub")).toMatchObject({
      code: 3,
      problems: ["there is no signature unsigned.json.sig"],
    });
    const { publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    writeFileSync(join(folder.path, "rsa.pub"), publicKey.export({ type: "spki", format: "pem" }));
    for (const key of ["rsa.pub", "c2d.config.json", "absent.pub"]) {
      expect(await c2d("report", "verify", "reports/plan.json", "--public-key", key)).toMatchObject({ code: 2 });
    }
  });

  test("finds the hash that a run ended with, and none that was never on record", async () => {
    const { records } = JSON.parse(readFileSync(join(reports, "final.json"), "utf8")) as Sealed<object>;
    const kept = records[0]?.events[5]?.hash ?? "";
    expect(await verify("reports/final.json", "--head", kept)).toMatchObject({ code: 0 });
    expect(await verify("reports/final.json", "--head", "0".repeat(64))).toMatchObject({ code: 3 });
  });

  test("refuses what is no report", async () => {
    for (const file of ["c2d.config.json", "absent.json", "reports"]) {
      expect(await c2d("report", "verify", file)).toMatchObject({ code: 2 });
    }
    const whole = readFileSync(join(folder.path, "reports/plan.json"), "utf8");
    writeFileSync(join(folder.path, "cut.json"), whole.slice(0, -200));
    writeFileSync(join(folder.path, "later.json"), whole.replace('"schemaVersion": 1', '"schemaVersion": 2'));
    writeFileSync(join(folder.path, "large.html"), "");
    truncateSync(join(folder.path, "large.html"), 300 * 1024 * 1024);
    const words = [];
    for (const file of ["absent.json", "reports", "cut.json", "later.json", "large.html"]) {
      words.push((await c2d("report", "verify", file)).stderr.split("\n")[0]);
    }
    expect(words).toEqual([
      "c2d: there is no file absent.json",
      "c2d: reports is a directory",
      "c2d: cut.json is no sealed report, or not the whole of one",
      "c2d: later.json was made by a later version, with schema version 2 of reports",
      "c2d: large.html is larger than any report",
    ]);
    expect(await c2d("report", "verify", "reports/plan.json", "--state", "nowhere/state.db")).toMatchObject({
      code: 2,
    });
  });

  test("works where there is no state store, and says what it could not do", async () => {
    const elsewhere = temporaryFolder();
    copyFileSync(join(reports, "final.html"), join(elsewhere.path, "final.html"));
    const { code, stdout } = await runInProcess(["report", "verify", "final.html"], { cwd: elsewhere.path });
    expect(code).toBe(0);
    expect(stdout).toContain("there is no state store here: --state names one");
    expect(readdirSync(elsewhere.path)).toEqual(["final.html"]);
    elsewhere[Symbol.dispose]();
  });

  // Each change is made to a copy of the state file, as somebody would who can write it.
  test.each([
    [
      "an event's words",
      "UPDATE events SET data = replace(data, '\"created\":40', '\"created\":41') WHERE data LIKE '%apply-ended%'",
      "(apply-ended) of run",
    ],
    [
      "an event's hash",
      "UPDATE events SET hash = lower(hex(randomblob(32))) WHERE data LIKE '%plan-made%'",
      "(plan-made) of run",
    ],
    ["an event's place", "UPDATE events SET previous = '' WHERE data LIKE '%approved%'", "(approved) of run"],
    ["an event that was removed", "DELETE FROM events WHERE data LIKE '%approved%'", "events between them are missing"],
    ["the newest events, removed", "DELETE FROM events WHERE seq > 6", "its head says"],
    [
      "the end of the chain",
      "UPDATE event_chains SET hash = lower(hex(randomblob(32)))",
      "the end was changed or cut off",
    ],
    ["the whole record", "DELETE FROM events; DELETE FROM event_chains", "is not in the state store"],
    [
      "an outcome",
      "UPDATE outcomes SET user_id = 'U2other' WHERE id IN (SELECT min(id) FROM outcomes WHERE outcome = 'created')",
      "what became of its users",
    ],
    [
      "a failure hidden",
      "UPDATE outcomes SET outcome = 'created' WHERE outcome = 'skipped'",
      "what became of its users",
    ],
    [
      "an outcome removed",
      "DELETE FROM outcomes WHERE id IN (SELECT max(id) FROM outcomes)",
      "what became of its users",
    ],
    [
      "whose outcome it is",
      "UPDATE plan_items SET sub = 'another' WHERE id IN (SELECT min(id) FROM plan_items)",
      "what became of its users",
    ],
    ["a plan item", "UPDATE plan_items SET data = replace(data, 'user3@example.com', 'user3@example.net')", "the plan"],
    ["the plan's hash", "UPDATE runs SET data = json_set(data, '$.plan.hash', '00')", "the plan"],
    [
      "what was read",
      "UPDATE source_users SET data = replace(data, 'user3@example.com', 'user3@example.net')",
      "what was read of the pools",
    ],
    [
      "a discrepancy put in",
      'INSERT INTO discrepancies (id, data) SELECT no * 68719476736 + 1, \'{"field":"email","expected":"1","actual":"2"}\' FROM runs',
      "the list of discrepancies",
    ],
    [
      "the config of the run",
      "UPDATE runs SET data = json_set(data, '$.configHash', '00')",
      "config, project and pools",
    ],
    ["the run", "DELETE FROM runs", "is not in the state store"],
  ])("finds in the state store: %s", async (_what, sql, found) => {
    const copy = join(folder.path, "tampered");
    rmSync(copy, { recursive: true, force: true });
    mkdirSync(copy);
    const original = new DatabaseSync(join(folder.path, ".c2d", "state.db"));
    original.exec(`VACUUM INTO '${join(copy, "state.db")}'`);
    original.close();
    const database = new DatabaseSync(join(copy, "state.db"));
    database.exec(sql);
    database.close();
    const { code, problems } = await verify("reports/final.json", "--state", "tampered/state.db");
    expect(code).toBe(3);
    expect(problems.join("\n")).toContain(found);
  });

  test("finds a report that the state store never wrote, whatever its seal", async () => {
    const { sealReport } = await import("../../src/report/seal.ts");
    const {
      integrity: _integrity,
      records,
      ...report
    } = JSON.parse(readFileSync(join(reports, "final.json"), "utf8")) as Sealed<FinalReport>;
    const forged = sealReport({ ...report, statement: "All is well." }, records);
    writeFileSync(join(reports, "forged.json"), JSON.stringify(forged));
    expect(await verify("reports/forged.json")).toMatchObject({
      code: 3,
      problems: ["the state store does not know of a final report with this hash"],
    });
  });
});
