import { createHash, type KeyObject } from "node:crypto";
import { recordEvent, type StateStore } from "@cognito-to-descope/core";
import { writeFileWhole } from "./output/write-file.ts";
import { SIGNATURE_SUFFIX, signBytes } from "./record/signature.ts";
import { thisAuthor } from "./record/this-author.ts";
import { type AnyReport, renderReport, type SealedReport } from "./report/any-report.ts";
import { reportRecord, type ReportedRecord, sealReport } from "./report/seal.ts";
import { systemClock } from "./system.ts";
import { recordFile } from "./written-files.ts";

/** Where a report goes, and what vouches for it. */
export interface WriteReportOptions {
  /** Absolute path of the JSON document; left out, none is written. */
  readonly json?: string | undefined;
  /** Absolute path of the page; left out, none is written. */
  readonly html?: string | undefined;
  /** Runs whose records go into the report, and the store that has them. Left out for what was read beside every run. */
  readonly on?: { readonly store: StateStore; readonly runs: readonly string[] } | undefined;
  /** Records that were read already, instead of those of {@link on}. */
  readonly records?: readonly ReportedRecord[] | undefined;
  /** Ed25519 private key. */
  readonly sign?: KeyObject | undefined;
}

/** Seals a report, writes and signs its files, and puts on record that it was written. */
export async function writeReport(report: AnyReport, options: WriteReportOptions): Promise<SealedReport> {
  const { json, html, on, sign } = options;
  const sealed: SealedReport = sealReport(report, options.records ?? (await readRecords(on)));
  const page = html === undefined ? undefined : renderReport(sealed);
  const write = async (path: string | undefined, content: string | Uint8Array | undefined): Promise<void> => {
    if (path === undefined || content === undefined) return;
    await writeFileWhole(path, [content]);
    const [first] = on?.runs ?? [];
    if (on !== undefined && first !== undefined) await recordFile(on.store, first, path);
    if (sign === undefined || typeof content !== "string") return;
    await write(`${path}${SIGNATURE_SUFFIX}`, signBytes(Buffer.from(content), sign));
  };
  await write(json, documentText(sealed));
  await write(html, page);
  await recordReport(sealed, page, on);
  return sealed;
}

/** The text of a report's JSON document. */
export function documentText(report: SealedReport): string {
  return `${JSON.stringify(report, undefined, 2)}\n`;
}

/**
 * Puts on record that a report was written: on that of the first of its runs.
 *
 * @param page - The page, where one was made.
 * @param operator - Whoever asked for it, where that is not who runs this process.
 */
export async function recordReport(
  { kind, integrity }: SealedReport,
  page: string | undefined,
  on: WriteReportOptions["on"],
  operator?: string,
): Promise<void> {
  const [runId] = on?.runs ?? [];
  if (on === undefined || runId === undefined) return;
  const author = { ...thisAuthor(), ...(operator === undefined ? {} : { operator }) };
  await recordEvent({ store: on.store, runId, clock: systemClock, author }, "report-written", {
    kind,
    hash: integrity.hash,
    ...(page === undefined ? {} : { page: createHash("sha256").update(page).digest("hex") }),
  });
}

/** The records of these runs. */
export async function readRecords(on: WriteReportOptions["on"]): Promise<readonly ReportedRecord[]> {
  if (on === undefined) return [];
  const records: ReportedRecord[] = [];
  for (const run of on.runs) records.push(reportRecord(run, await on.store.readRecord(run)));
  return records;
}
