/** What every report says about its own making. */
export interface ReportMeta {
  /** Version of this product, as `c2d --version` prints it. */
  readonly toolVersion: string;
  /** When the report is made, in epoch milliseconds. */
  readonly createdAt: number;
}

/** The first fields of every JSON report. */
export interface ReportHeader<Kind extends string> {
  /** Rises when a field changes its meaning or goes away; new fields do not raise it. */
  readonly schemaVersion: 1;
  readonly kind: Kind;
  readonly toolVersion: string;
  /** ISO 8601 in UTC. */
  readonly createdAt: string;
}

/** Makes the first fields of a JSON report. */
export function reportHeader<Kind extends string>(kind: Kind, meta: ReportMeta): ReportHeader<Kind> {
  return {
    schemaVersion: 1,
    kind,
    toolVersion: meta.toolVersion,
    createdAt: new Date(meta.createdAt).toISOString(),
  };
}
