import { z } from "zod";
import type { AnyReport } from "./any-report.ts";
import type { ReportHeader } from "./report-meta.ts";
import type { Sealed } from "./seal.ts";

/** A report that somebody hands over: what each has, whatever its kind. The rest is covered by its hash. */
export type SealedDocument = Sealed<ReportHeader<AnyReport["kind"]>> & Readonly<Record<string, unknown>>;

/** Of the documents that this program writes and reads. */
const SCHEMA_VERSION = 1;

const text = z.string();
const count = z.number();

const event = z.strictObject({
  at: count,
  type: text,
  data: z.record(text, z.union([text, count, z.boolean()])).optional(),
  dataHash: text.optional(),
});

const record = z.strictObject({
  run: text,
  earlier: z.array(event),
  events: z.array(event.extend({ seq: count, previous: text, hash: text })),
  head: z.strictObject({ events: count, hash: text }).nullable(),
});

const sealedDocument = z.looseObject({
  schemaVersion: z.literal(SCHEMA_VERSION),
  kind: z.enum(["assessment", "plan", "reconcile", "final"]),
  toolVersion: text,
  createdAt: z.iso.datetime(),
  records: z.array(record),
  integrity: z.strictObject({ method: text, means: z.array(text), hash: text }),
});

/** Reads a report from JSON; undefined when it is none, or has no seal. */
export function parseSealedDocument(json: string): SealedDocument | undefined {
  try {
    const document: unknown = JSON.parse(json);
    // As it was written, its members in their order: the page is made of it again.
    return sealedDocument.safeParse(document).success ? (document as SealedDocument) : undefined;
  } catch {
    return undefined;
  }
}

/** The schema version of a report that a later version of this product wrote; undefined for everything else. */
export function laterSchemaVersion(json: string): number | undefined {
  try {
    const { data } = laterDocument.safeParse(JSON.parse(json));
    return data?.schemaVersion;
  } catch {
    return undefined;
  }
}

const laterDocument = z.looseObject({
  schemaVersion: z.int().gt(SCHEMA_VERSION),
  toolVersion: text,
  integrity: z.looseObject({ hash: text }),
});
