import type { IdMapEntry } from "@cognito-to-descope/core";

/** Reads the ID map from its start, page by page. */
export type ReadPages = () => AsyncIterable<readonly IdMapEntry[]>;

/** A format: the file's text, piece by piece. */
export type IdMapFormat = (readPages: ReadPages) => AsyncIterable<string>;
