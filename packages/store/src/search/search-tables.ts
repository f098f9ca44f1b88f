import type {
  AppliedItem,
  FailureClass,
  OutcomeKind,
  PlanItem,
  PlanOperation,
  PoolUser,
  SearchIndexState,
} from "@cognito-to-descope/core";
import type { Token } from "./tokens.ts";

/** How far the index of a run has come, as it is stored. */
export interface IndexRow extends SearchIndexState {
  /** Every item up to this number is in the index. */
  readonly seq: number;
}

/** Values of a source user that its plan item does not have: they would be gone with what was read. */
export type SourceValues = readonly [seq: number, values: readonly string[]];

/** Some of what a block has. */
export interface BlockPart {
  readonly postings: readonly (readonly [Token, Uint8Array])[];
  readonly values: readonly SourceValues[];
}

/** Of each block, the postings of the tokens that it has. */
export type PostingsByBlock = ReadonlyMap<number, ReadonlyMap<Token, Uint8Array>>;

/** Of the tokens that a block has, how many bytes their postings take. */
export type SizesByToken = ReadonlyMap<Token, number>;
export type SizesByBlock = ReadonlyMap<number, SizesByToken>;

/** What a search needs to begin. */
export interface SearchBeginning {
  /** Absent until something was indexed. */
  readonly index?: IndexRow;
  /** Numbers of items that were replaced after indexing began, ascending. */
  readonly replaced: readonly number[];
  readonly sizes: SizesByBlock;
}

/** An item that may fit a search. */
export interface Candidate extends AppliedItem {
  /** Values of its source user that it does not have itself. */
  readonly sourceValues: readonly string[];
}

/** Which outcomes are asked for; any where it says nothing. */
export interface OutcomeFilter {
  readonly outcome?: OutcomeKind;
  readonly failure?: FailureClass;
}

/** What indexing and searching ask of the tables of one run. Every call is a transaction of its own. */
export interface SearchTables {
  /** Absent until something was indexed. */
  readIndex(): Promise<IndexRow | undefined>;
  /** Writes down that indexing begins, so that items that are replaced from now on are known. Gives what is there; absent when the run has no plan. */
  beginIndex(): Promise<IndexRow | undefined>;
  /**
   * Adds some of what a block has, unless somebody else has taken the index further since `before`. It counts once the block is ended.
   *
   * @returns whether it was added.
   */
  addToBlock(before: IndexRow, block: number, part: BlockPart): Promise<boolean>;
  /** Ends a block, unless somebody else has done so since `before`: its items can be found. Gives what is there then. */
  endBlock(before: IndexRow, after: IndexRow): Promise<IndexRow>;
  readItems(afterSeq: number, limit: number, operations?: readonly PlanOperation[]): Promise<readonly PlanItem[]>;
  /** Whether the run has its source users. */
  hasUsers(): Promise<boolean>;
  /** The source users of a run by number; none when they were forgotten. */
  readUsers(seqs: readonly number[]): Promise<ReadonlyMap<number, PoolUser>>;
  /** Writes down values of users that are to be forgotten. */
  keepValues(values: readonly SourceValues[]): Promise<void>;
  /** What {@link addToBlock} or {@link keepValues} was given of the values of items. */
  readValues(seqs: readonly number[]): Promise<ReadonlyMap<number, readonly string[]>>;

  /** What a search needs to begin: how far the index is, and the sizes in its first blocks, none of them older than that. */
  beginSearch(first: number, last: number, tokens: readonly Token[]): Promise<SearchBeginning>;
  /** How many bytes the postings have in each block from the first to the last. */
  readSizes(first: number, last: number, tokens: readonly Token[]): Promise<SizesByBlock>;
  /** Postings of some tokens of each block. */
  readPostings(wanted: readonly (readonly [block: number, tokens: readonly Token[]])[]): Promise<PostingsByBlock>;
  /**
   * Items with their outcomes, in the order of the numbers.
   *
   * @param withValues - Whether what {@link addToBlock} was given of the values of the items is there too.
   */
  readCandidates(seqs: readonly number[], withValues: boolean): Promise<readonly Candidate[]>;
  /** The first numbers of items after one and up to another that have such an outcome, in any order. */
  readOutcomes(filter: OutcomeFilter, afterSeq: number, lastSeq: number, limit: number): Promise<readonly number[]>;
  /** How many items have an outcome in each block from the first to the last. */
  countOutcomes(first: number, last: number): Promise<ReadonlyMap<number, number>>;
}
