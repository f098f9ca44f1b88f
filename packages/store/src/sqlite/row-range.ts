// Rows that are written in order are numbered `owner * 2^36 + n`: one integer key, the rowid, says whose row it is and
// where it stands, and appending stays at the end of the table's tree. 2^36 is 68 thousand million; JavaScript counts
// exactly to 2^53, so there may be 131,071 owners.
const ROWS_PER_OWNER = 2 ** 36;

/** The row ids of one owner (a run, or a scan of the target): `first` to `last`, all of them above `base`. */
export interface RowRange {
  readonly base: number;
  readonly last: number;
}

/** The row ids of the owner with this number. */
export function rowRange(owner: number): RowRange {
  const base = owner * ROWS_PER_OWNER;
  return { base, last: base + ROWS_PER_OWNER - 1 };
}

/** The number of the owner of a row. */
export function ownerOf(id: number): number {
  return Math.floor(id / ROWS_PER_OWNER);
}

/** The same in SQL, of a column. */
export function ownerInSql(column: string): string {
  return `${column} / ${ROWS_PER_OWNER}`;
}
