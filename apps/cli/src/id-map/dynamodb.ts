import { Buffer } from "node:buffer";
import type { IdMapEntry } from "@cognito-to-descope/core";
import type { IdMapFormat } from "./id-map-format.ts";

/** DynamoDB takes 25 puts in one `BatchWriteItem`. */
const ITEMS_PER_REQUEST = 25;

/**
 * Longest line. DynamoDB takes 16 MB, but a line is given to the AWS CLI as one argument, and Linux takes no argument of
 * 128 KiB or more.
 */
const BYTES_PER_REQUEST = 100_000;

/**
 * One `BatchWriteItem` a line, as `aws dynamodb batch-write-item --request-items` takes it: up to 25 puts into a table
 * whose partition key is `sub`.
 */
export function dynamodb(table: string, withContacts: boolean): IdMapFormat {
  return async function* (readPages) {
    let items: string[] = [];
    let bytes = 0;
    let subs = new Set<string>();
    const flush = (): string => {
      const line = `{${JSON.stringify(table)}:[${items.join(",")}]}\n`;
      items = [];
      bytes = 0;
      subs = new Set();
      return line;
    };
    for await (const page of readPages()) {
      for (const entry of page) {
        const item = put(entry, withContacts);
        const length = Buffer.byteLength(item) + 1;
        // One request must not name a key twice.
        const full = items.length === ITEMS_PER_REQUEST || bytes + length > BYTES_PER_REQUEST || subs.has(entry.sub);
        if (full && items.length > 0) yield flush();
        items.push(item);
        bytes += length;
        subs.add(entry.sub);
      }
    }
    if (items.length > 0) yield flush();
  };
}

function put({ userPoolId, username, sub, userId, email, phone }: IdMapEntry, withContacts: boolean): string {
  const values = { sub, userId, userPoolId, username, ...(withContacts ? { email, phone } : {}) };
  // An empty value is one that is not known.
  const known = Object.entries(values).filter(([, value]) => value !== "");
  return JSON.stringify({
    PutRequest: { Item: Object.fromEntries(known.map(([name, value]) => [name, { S: value }])) },
  });
}
