import {
  canonicalJson,
  type ChainHead,
  checkChain,
  type ClaimedChain,
  hashEventData,
  type HashedEvent,
  type RunEvent,
  type RunRecord,
} from "@cognito-to-descope/core";
import { systemDigest } from "../system.ts";

/** An event as a report shows it. */
export interface ReportedEvent {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly type: string;
  readonly data?: RunEvent["data"];
  /** Stands in the place of `data` where that is no business of the reader: SHA-256 of its canonical JSON. */
  readonly dataHash?: string;
}

/** An event at its place in the chain. */
export interface ReportedLink extends ReportedEvent {
  readonly seq: number;
  readonly previous: string;
  readonly hash: string;
}

/** The record of one run. */
export interface ReportedRecord {
  readonly run: string;
  /** Events of versions that kept no chain. The chain vouches for what they were when it began, and for nothing before. */
  readonly earlier: readonly ReportedEvent[];
  readonly events: readonly ReportedLink[];
  /** The end of the chain; null before the first event. */
  readonly head: ChainHead | null;
}

/** What a report holds so that changes of it can be found. */
export interface Seal {
  /** The records of the runs that the report is about, the newest first. */
  readonly records: readonly ReportedRecord[];
  readonly integrity: {
    readonly method: string;
    /** Plain sentences: what this proves, and what it cannot. */
    readonly means: readonly string[];
    /** 64 hexadecimal digits, by `method`. */
    readonly hash: string;
  };
}

/** A report with its seal. */
export type Sealed<Report> = Report & Seal;

const METHOD = "SHA-256 over the canonical JSON (RFC 8785) of this document without `integrity.hash`";

const MEANS: readonly string[] = [
  "Each event holds the hash of the one before it, so one that was changed, taken out or put in later does not fit any more. The last hash stands for all of them.",
  "The hash of the document finds any change of it that was made without making the hash anew.",
  "Neither needs a key, so neither can prove anything against somebody who can write the state store and this file: the chain and the hash can be made anew. What proves it is a copy that person cannot reach: the last hash, which is printed at the end of every run and stands in its log file; or a signature (`c2d report --sign`), whose key is kept elsewhere.",
  "`c2d report verify` checks the chain, the hash and the signature, and compares all of it with the state store where that is at hand.",
];

// Where files are on the operator's machine says who the operator is, and nothing about the migration.
const WITHHELD: ReadonlySet<string> = new Set(["file-written"]);

/** The record of a run as reports show it. */
export function reportRecord(run: string, { earlier, events, head }: RunRecord): ReportedRecord {
  return {
    run,
    earlier: earlier.map(withheld),
    events: events.map(({ seq, previous, hash, ...event }) => ({ seq, ...withheld(event), previous, hash })),
    head: head ?? null,
  };
}

function withheld({ at, type, data }: RunEvent): ReportedEvent {
  return WITHHELD.has(type) ? { at, type, dataHash: hashEventData(systemDigest, data) } : { at, type, data };
}

/** Puts a seal on a report. */
export function sealReport<Report extends object>(report: Report, records: readonly ReportedRecord[]): Sealed<Report> {
  // What JSON would leave out is not part of what is sealed.
  const plain = JSON.parse(JSON.stringify({ ...report, records })) as Report & Pick<Seal, "records">;
  const open = { ...plain, integrity: { method: METHOD, means: MEANS } };
  return { ...open, integrity: { ...open.integrity, hash: hashOf(open) } };
}

/** The hash that a sealed report should have. */
export function hashReport(report: Sealed<object>): string {
  const { hash: _hash, ...integrity } = report.integrity;
  return hashOf({ ...report, integrity });
}

/** What is wrong with the chain of a record that a report shows; empty when it is whole. */
export function checkReportedRecord({ run, earlier, events, head }: ReportedRecord): readonly string[] {
  const claimed: ClaimedChain = {
    run,
    earlier: earlier.map(toHashed),
    events: events.map((link) => ({ ...toHashed(link), seq: link.seq, previous: link.previous, hash: link.hash })),
    head: head ?? undefined,
  };
  return checkChain(systemDigest, claimed);
}

/** What is shown is what is hashed, even where a hash stands beside it. */
function toHashed({ at, type, data, dataHash }: ReportedEvent): HashedEvent {
  return data === undefined ? { at, type, dataHash: dataHash ?? "" } : { at, type, data };
}

function hashOf(value: unknown): string {
  return systemDigest.sha256(canonicalJson(value));
}
