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
  const records = options.records ?? (await readRecords(on));
  const sealed: SealedReport = sealReport(report, records);
  const files = [
    ...(json === undefined ? [] : [{ path: json, text: `${JSON.stringify(sealed, undefined, 2)}\n` }]),
    ...(html === undefined ? [] : [{ path: html, text: renderReport(sealed) }]),
  ];
  const [first] = on?.runs ?? [];
  for (const { path, text } of files) {
    await writeFileWhole(path, [text]);
    if (on !== undefined && first !== undefined) await recordFile(on.store, first, path);
    if (sign === undefined) continue;
    const signature = `${path}${SIGNATURE_SUFFIX}`;
    await writeFileWhole(signature, [signBytes(Buffer.from(text), sign)]);
    if (on !== undefined && first !== undefined) await recordFile(on.store, first, signature);
  }
  if (on !== undefined && first !== undefined) {
    const page = files.find(({ path }) => path === html);
    const context = { store: on.store, runId: first, clock: systemClock, author: thisAuthor() };
    await recordEvent(context, "report-written", {
      kind: sealed.kind,
      hash: sealed.integrity.hash,
      ...(page === undefined ? {} : { page: createHash("sha256").update(page.text).digest("hex") }),
    });
  }
  return sealed;
}

async function readRecords(on: WriteReportOptions["on"]): Promise<readonly ReportedRecord[]> {
  if (on === undefined) return [];
  const records: ReportedRecord[] = [];
  for (const run of on.runs) records.push(reportRecord(run, await on.store.readRecord(run)));
  return records;
}
