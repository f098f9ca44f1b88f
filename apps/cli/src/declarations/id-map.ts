import { type Command as Commander, Option } from "commander";
import type { Declare } from "../program.ts";

/** Declares the commands about old and new IDs. */
export function declareIdMapCommands(program: Commander, declare: Declare): void {
  const idMap = program
    .command("id-map")
    .summary("which user of the project each user of the pools has become")
    .description("Which user of the project each user of the pools has become.");
  declare(idMap, {
    name: "export",
    summary: "write the map from Cognito's sub to Descope's user ID to a file",
    examples: [
      ["c2d id-map export --format csv --output ids.csv", "a table for a spreadsheet"],
      [
        "c2d id-map export --format sql --dialect postgres --table orders --column user_id --dry-run --output count.sql",
        "a script that counts the rows to change",
      ],
      [
        "c2d id-map export --format sql --dialect postgres --table orders --column user_id --output rewrite.sql",
        "a script that changes them",
      ],
      ["c2d id-map export --format dynamodb --table id-map --output ids.jsonl", "a BatchWriteItem a line"],
    ],
    load: async () => (await import("../commands/id-map.ts")).exportIdMap,
  })
    .addOption(
      new Option("--format <format>", "format of the file")
        .choices(["csv", "jsonl", "sql", "dynamodb"])
        .makeOptionMandatory(),
    )
    .requiredOption("--output <file>", "file to write")
    .option("--with-gone", "also users that have left the pool, or were deleted from the project")
    .option("--table <name>", "sql: table to rewrite, once for each column; dynamodb: table to fill", collect)
    .option("--column <name>", "sql: column of that table that holds the sub", collect)
    .addOption(new Option("--dialect <name>", "sql: database").choices(["postgres", "mysql", "sqlite"]))
    .option("--dry-run", "sql: only count what would change")
    .option("--reverse", "sql: the way back, from user ID to sub");
}

function collect(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), value];
}
