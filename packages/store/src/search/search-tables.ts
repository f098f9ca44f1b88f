import type { AppliedItem, Outcome, PlanItem, PoolUser, SearchIndexState } from "@cognito-to-descope/core";
import type { Token } from "./tokens.ts";

/** How far the index of a run has come, as it is stored. */
export interface IndexRow extends SearchIndexState {
  /** Every item up to this number is in the index. */
  readonly seq: number;
}

/** Values of a source user that its plan item does not have: they would be gone with what was read. */
export type SourceValues = readonly [seq: number, values: readonly string[]];

/** Of each block, the postings of the tokens that it has. */
export type PostingsByBlock = ReadonlyMap<number, ReadonlyMap<Token, Uint8Array>>;

/** What indexing and searching ask of the tables of one run. Every call is a transaction of its own. */
export interface SearchTables {
  /** Absent until something was indexed. */
  readIndex(): Promise<IndexRow | undefined>;
  /** Writes down that indexing begins, so that items that are replaced from now on are known. Gives what is there; absent when the run has no plan. */
  beginIndex(): Promise<IndexRow | undefined>;
  /** Adds one block, unless somebody else has done so since `before`. Gives what is there then. */
  addBlock(
    before: IndexRow,
    after: IndexRow,
    block: number,
    postings: readonly (readonly [Token, Uint8Array])[],
    values: readonly SourceValues[],
  ): Promise<IndexRow>;
  readItems(afterSeq: number, limit: number): Promise<readonly PlanItem[]>;
  /** The source users of a run by number; none when they were forgotten. */
  readUsers(seqs: readonly number[]): Promise<ReadonlyMap<number, PoolUser>>;

  /** Postings of blocks from the first to the last. */
  readPostings(first: number, last: number, tokens: readonly Token[]): Promise<PostingsByBlock>;
  /** Numbers of items that were replaced after indexing began, ascending. */
  readReplaced(): Promise<readonly number[]>;
  /** What {@link addBlock} was given of the values of items. */
  readValues(seqs: readonly number[]): Promise<ReadonlyMap<number, readonly string[]>>;
  /** Items with their outcomes, in the order of the numbers. */
  readApplied(seqs: readonly number[]): Promise<readonly AppliedItem[]>;
  /** Numbers of items after one and up to another whose outcome it is, in any order. */
  readOutcomes(outcome: Outcome["outcome"] | "any", afterSeq: number, lastSeq: number): Promise<readonly number[]>;
  /** How many items after one and up to another have an outcome. */
  countOutcomes(afterSeq: number, lastSeq: number): Promise<number>;
}
