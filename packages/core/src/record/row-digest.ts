import type { Digest } from "../ports/digest.ts";

/** A digest over many rows in their order, of which none is kept. */
export interface RowDigest {
  add(...row: readonly unknown[]): void;
  /** How many rows were added. */
  readonly rows: number;
  /** 64 hexadecimal digits; of no rows, 64 zeros. */
  value(): string;
}

/** Rows are hashed so many at a time: hashing each by itself takes longer. Part of what the digest is, so it never changes. */
const ROWS_TOGETHER = 500;

const NOTHING = "0".repeat(64);

/** Starts a digest: a chain of SHA-256 over blocks of 500 rows, each row a line of JSON. */
export function createRowDigest(digest: Digest): RowDigest {
  let hash = NOTHING;
  let lines: string[] = [];
  let rows = 0;
  const fold = (): void => {
    hash = digest.sha256(`${hash}\n${lines.join("\n")}`);
    lines = [];
  };
  return {
    add(...row) {
      lines.push(JSON.stringify(row));
      rows += 1;
      if (lines.length === ROWS_TOGETHER) fold();
    },
    get rows() {
      return rows;
    },
    value() {
      if (lines.length > 0) fold();
      return hash;
    },
  };
}
