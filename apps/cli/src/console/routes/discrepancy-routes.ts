import { OpenAPIHono } from "@hono/zod-openapi";
import type { StateStore } from "@cognito-to-descope/core";
import {
  type Discrepancies,
  exportDiscrepancies,
  listDiscrepancies,
  revealDiscrepancies,
  takeDiscrepancies,
} from "@cognito-to-descope/console/contract";
import { noteReveal } from "../../record/note-reveal.ts";
import type { ConsoleEnv } from "../console-env.ts";
import { adviseOnField, describeDiscrepancy } from "../discrepancies/describe-discrepancy.ts";
import { exportBody, exportHeaders, type ExportRow } from "../export/export-body.ts";
import { refuseInvalid } from "../refuse-invalid.ts";
import { describeReconcile } from "../run/describe-run.ts";
import { type FoundRun, withRun } from "../run/find-run.ts";
import type { ConsoleServices } from "../services.ts";
import type { ConsoleSubject } from "../subject.ts";

const PAGE = 100;
const EXPORT_PAGE = 500;
const COLUMNS = ["number", "user", "sub", "field", "cause", "expected", "actual"];

interface Wanted {
  readonly field?: string | undefined;
  readonly after?: number | undefined;
}

/** What a reconcile found: by field, one by one, and as a file. */
export function discrepancySubject({ store, clock }: ConsoleServices): ConsoleSubject {
  const routes = new OpenAPIHono<ConsoleEnv>({ defaultHook: refuseInvalid });
  routes.openapi(listDiscrepancies, async (c) =>
    c.json(
      await withRun(store, c.req.valid("param").run, (opened, found) =>
        readPage(opened, found, c.req.valid("query"), false),
      ),
      200,
    ),
  );
  routes.openapi(revealDiscrepancies, async (c) =>
    c.json(
      await withRun(store, c.req.valid("param").run, async (opened, found) => {
        const page = await readPage(opened, found, c.req.valid("json"), true);
        const seqs = page.discrepancies.flatMap(({ seq }) => (seq === null ? [] : [seq]));
        if (page.discrepancies.length > 0) {
          await noteReveal(opened, found.run.id, clock, { operator: c.get("operator"), what: "discrepancies", seqs });
        }
        return page;
      }),
      200,
    ),
  );

  async function* rows(run: string, field: string | undefined, reveal: boolean): AsyncGenerator<readonly ExportRow[]> {
    for (let after = 0; ;) {
      const page = await withRun(store, run, (opened, found) =>
        opened.findDiscrepancies(found.run.id, after, EXPORT_PAGE, field),
      );
      const last = page.at(-1);
      if (last === undefined) return;
      after = last.no;
      yield page.map((one) => {
        const { no, seq, sub, cause, expected, actual, ...rest } = describeDiscrepancy(one, reveal);
        return { number: no, user: seq, sub, field: rest.field, cause, expected: expected.text, actual: actual.text };
      });
    }
  }

  routes.openapi(exportDiscrepancies, async (c) => {
    const { format = "csv", field } = c.req.valid("query");
    const run = await withRun(store, c.req.valid("param").run, async (_opened, found) => found.run.id);
    const body = exportBody(rows(run, field, false), COLUMNS, format);
    return c.body(body, 200, exportHeaders(`discrepancies-${run}-masked`, format));
  });
  routes.openapi(takeDiscrepancies, async (c) => {
    const { format, field } = c.req.valid("json");
    const run = await withRun(store, c.req.valid("param").run, async (opened, found) => {
      // Noted before anything leaves: a download that breaks off has shown something too.
      await noteReveal(opened, found.run.id, clock, { operator: c.get("operator"), what: "discrepancies" });
      return found.run.id;
    });
    return c.body(
      exportBody(rows(run, field, true), COLUMNS, format),
      200,
      exportHeaders(`discrepancies-${run}`, format),
    );
  });
  return { routes };
}

async function readPage(
  store: StateStore,
  { run }: FoundRun,
  { field, after = 0 }: Wanted,
  reveal: boolean,
): Promise<Discrepancies> {
  const { reconcile } = run;
  const found = await store.findDiscrepancies(run.id, after, PAGE + 1, field);
  const shown = found.slice(0, PAGE);
  const fields = Object.entries(reconcile?.byField ?? {})
    .map(([name, count]) => ({ field: name, count, advice: adviseOnField(name) }))
    .sort((one, other) => other.count - one.count || (one.field < other.field ? -1 : 1));
  return {
    run: run.id,
    reconcile: describeReconcile(reconcile),
    fields,
    discrepancies: shown.map((one) => describeDiscrepancy(one, reveal)),
    next: found.length > PAGE ? (shown.at(-1)?.no ?? null) : null,
  };
}
