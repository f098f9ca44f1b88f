import type { IdMapEntry } from "@cognito-to-descope/core";
import { stringify } from "csv-stringify/sync";
import type { IdMapFormat } from "./id-map-format.ts";

/**
 * A table with a row for each user.
 *
 * Values that a spreadsheet would take for a formula get an apostrophe before them. IDs of either service begin with none of
 * those characters.
 */
export function csv(withContacts: boolean): IdMapFormat {
  const columns: readonly (keyof IdMapEntry)[] = [
    "userPoolId",
    "username",
    "sub",
    "userId",
    ...(withContacts ? (["email", "phone"] as const) : []),
  ];
  return async function* (readPages) {
    yield rows([columns]);
    for await (const page of readPages())
      yield rows(page.map((entry) => columns.map((column) => String(entry[column]))));
  };
}

function rows(values: readonly (readonly string[])[]): string {
  return stringify([...values], { escape_formulas: true });
}
