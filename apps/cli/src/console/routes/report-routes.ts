import { OpenAPIHono } from "@hono/zod-openapi";
import { createReport, type RecordSummary, readReports, type ReportKind } from "@cognito-to-descope/console/contract";
import { checkChain, hasCode, type StateStore } from "@cognito-to-descope/core";
import { findReportedRun, makeReport, noRun } from "../../make-report.ts";
import { renderReport } from "../../report/any-report.ts";
import { sealReport } from "../../report/seal.ts";
import type { SealedReport } from "../../report/any-report.ts";
import { systemDigest } from "../../system.ts";
import { documentText, readRecords, recordReport } from "../../write-report.ts";
import type { ConsoleEnv } from "../console-env.ts";
import { refuseInvalid } from "../refuse-invalid.ts";
import type { ConsoleServices } from "../services.ts";
import type { ConsoleSubject } from "../subject.ts";

const KINDS: readonly ReportKind[] = ["final", "assess", "plan", "reconcile"];

/** Records that are checked and listed. */
const MAX_RECORDS = 100;

/** Reports to take away, and whether what is on record is whole. */
export function reportSubject({ config, store, cwd, verifierStatistics }: ConsoleServices): ConsoleSubject {
  const routes = new OpenAPIHono<ConsoleEnv>({ defaultHook: refuseInvalid });
  routes.openapi(readReports, async (c) => {
    const overview = await store.read(async (state) => ({
      reports: await Promise.all(KINDS.map(async (kind) => ({ kind, run: await runOf(state, kind) }))),
      records: await readSummaries(state),
    }));
    return c.json(overview ?? { reports: KINDS.map((kind) => ({ kind, run: null })), records: [] }, 200);
  });
  routes.openapi(createReport, async (c) => {
    const { kind, run } = c.req.valid("json");
    const made = await store.read(async (state) => {
      const { signal } = c.req.raw;
      const { document, runs, records } = await makeReport(kind, state, {
        config,
        run,
        verifierStatistics,
        cwd,
        signal,
      });
      const on = { store: state, runs };
      const sealed: SealedReport = sealReport(document, records ?? (await readRecords(on)));
      const page = renderReport(sealed);
      await recordReport(sealed, page, on, c.get("operator"));
      const name = `${kind}-${runs[0] ?? "project"}`;
      return { name, hash: sealed.integrity.hash, document: documentText(sealed), page };
    });
    if (made === undefined) throw noRun();
    return c.json(made, 200);
  });
  return { routes };
}

async function runOf(store: StateStore, kind: ReportKind): Promise<string | null> {
  try {
    return (await findReportedRun(kind, store)).id;
  } catch (error) {
    if (hasCode(error, "ERR_PLAN_MISSING")) return null;
    throw error;
  }
}

async function readSummaries(store: StateStore): Promise<readonly RecordSummary[]> {
  const summaries: RecordSummary[] = [];
  for (const { id, kind } of (await store.listRuns()).slice(0, MAX_RECORDS)) {
    const record = await store.readRecord(id);
    summaries.push({
      run: id,
      kind,
      events: record.events.length,
      head: record.head?.hash ?? null,
      problems: checkChain(systemDigest, { run: id, ...record }),
    });
  }
  return summaries;
}
