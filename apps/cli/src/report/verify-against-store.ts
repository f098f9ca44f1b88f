import {
  checkChain,
  digestDiscrepancies,
  digestOutcomes,
  digestPlan,
  digestSourceUsers,
  type ChainedEvent,
  type Run,
  type RunRecord,
  type StateStore,
} from "@cognito-to-descope/core";
import { systemDigest } from "../system.ts";
import { countOf } from "./amounts.ts";
import type { Check } from "./verify-report.ts";
import type { ReportedRecord } from "./seal.ts";
import type { SealedDocument } from "./sealed-document.ts";

/** What a report is compared with. */
export interface AgainstStore {
  readonly store: StateStore;
  /** SHA-256 of the page, where the report came as one. */
  readonly page: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Compares a report with the state store: its records, and what the store holds of each run with what is on record about it. */
export async function verifyAgainstStore(report: SealedDocument, against: AgainstStore): Promise<readonly Check[]> {
  const checks: Check[] = [];
  for (const [index, claimed] of report.records.entries()) {
    const run = await against.store.readRun(claimed.run);
    if (run === undefined) {
      checks.push({ what: "", problems: [`run ${claimed.run} is not in the state store`] });
      continue;
    }
    const record = await against.store.readRecord(run.id);
    const problems = [
      ...checkChain(systemDigest, { run: run.id, ...record }).map((problem) => `in the state store: ${problem}`),
      ...differences(claimed, record),
    ];
    const since = record.events.length - claimed.events.length;
    checks.push({
      what: `the record of run ${run.id} is that of the state store${since > 0 ? `, which has ${countOf(since, "later event")}` : ""}`,
      problems,
    });
    if (index === 0) checks.push(checkWritten(report, record, against.page));
    checks.push(...(await checkContents(run, record, against)));
  }
  return checks;
}

/** Which events of a report are others in the store. Of a record that a report has only the end of, the end is compared. */
function differences({ run, earlier, events, head }: ReportedRecord, record: RunRecord): readonly string[] {
  for (const event of events) {
    const kept = record.events[event.seq - 1];
    if (kept === undefined) return [`event ${event.seq} (${event.type}) of run ${run} is not in the state store`];
    if (kept.hash !== event.hash)
      return [`event ${event.seq} (${event.type}) of run ${run} is another one in the state store`];
  }
  if (events.length > 0 && earlier.length !== record.earlier.length) {
    return [`the state store has other events of run ${run} from before its chain`];
  }
  if (head === null) return [];
  const end = record.events[head.events - 1];
  return end?.hash === head.hash
    ? []
    : [`the record of run ${run} does not lead to the hash that the report ends with`];
}

function checkWritten(report: SealedDocument, record: RunRecord, page: string | undefined): Check {
  const written = record.events.find(
    ({ type, data }) => type === "report-written" && data["hash"] === report.integrity.hash,
  );
  const problems =
    written === undefined
      ? [`the state store does not know of a ${report.kind} report with this hash`]
      : page !== undefined && written.data["page"] !== undefined && written.data["page"] !== page
        ? ["the page is not the one that was written"]
        : [];
  return { what: "the state store knows that this report was written", problems };
}

/** Checks what the store holds of a run against what was put on record when it was done. */
async function checkContents(run: Run, record: RunRecord, { store, signal }: AgainstStore): Promise<readonly Check[]> {
  const of = { store, runId: run.id, digest: systemDigest, signal };
  const checks: Check[] = [];
  const check = (what: string, event: ChainedEvent, isSame: boolean, how = ""): void => {
    const problem = `${what} of run ${run.id} in the state store is not what event ${event.seq} (${event.type}) has on record${how}`;
    checks.push({ what: `${what} of run ${run.id}: as on record`, problems: isSame ? [] : [problem] });
  };
  const last = (...types: readonly string[]): ChainedEvent | undefined =>
    record.events.findLast(({ type }) => types.includes(type));

  const read = last("source-read");
  const users = read === undefined ? undefined : await digestSourceUsers(of);
  if (read !== undefined && users !== undefined)
    check("what was read of the pools", read, users === read.data["digest"]);

  const planned = last("plan-made");
  if (planned !== undefined && run.plan !== undefined) {
    const hash = await digestPlan(of, run.plan.definitions);
    check("the plan", planned, hash === planned.data["planHash"] && run.plan.hash === hash);
  }

  const applied = last("apply-began", "retry-began", "apply-ended");
  if (applied?.type === "apply-ended") {
    const counts = await store.countOutcomes(run.id);
    const isSame = Object.entries(counts).every(([outcome, count]) => applied.data[outcome] === count);
    check("what became of its users", applied, isSame && (await digestOutcomes(of)) === applied.data["digest"]);
  }

  const reconciled = last("reconciled");
  if (reconciled !== undefined) {
    const isSame = (await digestDiscrepancies(of)) === reconciled.data["digest"];
    check("the list of discrepancies", reconciled, isSame, ", unless a reconcile was interrupted since");
  }

  const began = last("run-began");
  if (began !== undefined) {
    const isSame =
      run.configHash === began.data["configHash"] &&
      run.projectId === began.data["projectId"] &&
      run.userPoolIds.join(" ") === began.data["userPoolIds"];
    check("config, project and pools", began, isSame);
  }
  return checks;
}
