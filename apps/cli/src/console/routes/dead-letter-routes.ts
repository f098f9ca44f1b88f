import { OpenAPIHono } from "@hono/zod-openapi";
import type { FailureClass, StateStore } from "@cognito-to-descope/core";
import {
  type DeadLetters,
  exportDeadLetters,
  listDeadLetters,
  revealDeadLetters,
  takeDeadLetters,
} from "@cognito-to-descope/console/contract";
import { noteReveal } from "../../record/note-reveal.ts";
import { failureCauses } from "../../report/failure-advice.ts";
import type { ConsoleEnv } from "../console-env.ts";
import { describeDeadLetter } from "../dead-letters/describe-dead-letter.ts";
import { exportBody, exportHeaders, type ExportRow } from "../export/export-body.ts";
import { refuseInvalid } from "../refuse-invalid.ts";
import { type FoundRun, withRun } from "../run/find-run.ts";
import type { ConsoleServices } from "../services.ts";
import type { ConsoleSubject } from "../subject.ts";

const PAGE = 100;
const EXPORT_PAGE = 500;
const COLUMNS = ["number", "sub", "userPoolId", "kind", "operation", "class", "loginId", "detail"];

interface Wanted {
  readonly class?: string | undefined;
  readonly after?: number | undefined;
}

/** Users that failed: by cause, one by one, and as a file. */
export function deadLetterSubject({ store, clock }: ConsoleServices): ConsoleSubject {
  const routes = new OpenAPIHono<ConsoleEnv>({ defaultHook: refuseInvalid });
  routes.openapi(listDeadLetters, async (c) =>
    c.json(
      await withRun(store, c.req.valid("param").run, (opened, found) =>
        readPage(opened, found, c.req.valid("query"), false),
      ),
      200,
    ),
  );
  routes.openapi(revealDeadLetters, async (c) =>
    c.json(
      await withRun(store, c.req.valid("param").run, async (opened, found) => {
        const page = await readPage(opened, found, c.req.valid("json"), true);
        const seqs = page.users.map(({ seq }) => seq);
        if (seqs.length > 0) {
          await noteReveal(opened, found.run.id, clock, { operator: c.get("operator"), what: "dead letters", seqs });
        }
        return page;
      }),
      200,
    ),
  );

  async function* rows(
    run: string,
    failure: string | undefined,
    reveal: boolean,
  ): AsyncGenerator<readonly ExportRow[]> {
    for (let after = 0; ;) {
      const page = await withRun(store, run, async (opened, found) => {
        const items = await opened.readFailedItems(
          found.run.id,
          after,
          EXPORT_PAGE,
          failure as FailureClass | undefined,
        );
        return items.map((item) => describeDeadLetter(item, found.run.userPoolIds, reveal));
      });
      const last = page.at(-1);
      if (last === undefined) return;
      after = last.seq;
      yield page.map(({ seq, loginId, detail, ...user }) => ({
        number: seq,
        ...user,
        loginId: loginId.text,
        detail: detail?.text ?? null,
      }));
    }
  }

  routes.openapi(exportDeadLetters, async (c) => {
    const { format = "csv", class: failure } = c.req.valid("query");
    const run = await withRun(store, c.req.valid("param").run, async (_opened, found) => found.run.id);
    const body = exportBody(rows(run, failure, false), COLUMNS, format);
    return c.body(body, 200, exportHeaders(`dead-letters-${run}-masked`, format));
  });
  routes.openapi(takeDeadLetters, async (c) => {
    const { format, class: failure } = c.req.valid("json");
    const run = await withRun(store, c.req.valid("param").run, async (opened, found) => {
      // Noted before anything leaves: a download that breaks off has shown something too.
      await noteReveal(opened, found.run.id, clock, { operator: c.get("operator"), what: "dead letters" });
      return found.run.id;
    });
    return c.body(
      exportBody(rows(run, failure, true), COLUMNS, format),
      200,
      exportHeaders(`dead-letters-${run}`, format),
    );
  });
  return { routes };
}

async function readPage(
  store: StateStore,
  { run }: FoundRun,
  { class: failure, after = 0 }: Wanted,
  reveal: boolean,
): Promise<DeadLetters> {
  const items = await store.readFailedItems(run.id, after, PAGE + 1, failure as FailureClass | undefined);
  const users = items.slice(0, PAGE).map((item) => describeDeadLetter(item, run.userPoolIds, reveal));
  return {
    run: run.id,
    causes: failureCauses(await store.countFailures(run.id)),
    users,
    next: items.length > PAGE ? (users.at(-1)?.seq ?? null) : null,
  };
}
