import { basename, resolve } from "node:path";
import { MigrationError, readIdMap } from "@cognito-to-descope/core";
import { usageError } from "../errors.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import type { IdMapFormat, ReadPages } from "../id-map/id-map-format.ts";
import type { Command, Invocation } from "../invocation.ts";
import { countOf, formatCount } from "../output/printable.ts";
import { untilAborted } from "../output/until-aborted.ts";
import { writeFileWhole } from "../output/write-file.ts";
import { prepareConfig } from "../prepare.ts";

interface IdMapOptions {
  readonly format: "csv" | "jsonl" | "sql" | "dynamodb";
  readonly output: string;
  readonly withGone?: boolean;
  readonly table?: readonly string[];
  readonly column?: readonly string[];
  readonly dialect?: "postgres" | "mysql" | "sqlite";
  readonly dryRun?: boolean;
  readonly reverse?: boolean;
}

interface Counts {
  users: number;
  merged: number;
  gone: number;
}

/** Writes which user of the project each user of the pools has become. */
export const exportIdMap: Command<IdMapOptions> = async (invocation) => {
  const { host, output, options } = invocation;
  const format = await loadFormat(invocation);
  const config = await prepareConfig(invocation, { source: false, target: false });
  if (!(await config.state.exists())) {
    throw new MigrationError("ERR_ID_MAP_EMPTY", "there is no state file", {
      suggestion: "run `c2d migrate` first, or name the state file of the migration with --state",
    });
  }
  const path = resolve(host.cwd, options.output);
  const store = await config.state.open();
  const counts: Counts = { users: 0, merged: 0, gone: 0 };
  try {
    const read: ReadPages = () =>
      readIdMap(store, { projectId: config.project?.projectId, withGone: options.withGone ?? false });
    await writeFileWhole(path, untilAborted(format(counting(read, counts)), host.signal));
  } finally {
    await store[Symbol.asyncDispose]();
  }
  const merged = counts.merged === 0 ? "" : `, ${formatCount(counts.merged)} of them merged into another`;
  output.line(`${countOf(counts.users, "user")}${merged}: ${basename(path)} written`);
  if (options.format !== "sql") {
    output.line(output.verbose ? "  it holds personal data" : "  usernames in it may be personal data");
  }
  output.document({ file: path, format: options.format, ...counts });
  return EXIT_CODES.done;
};

async function loadFormat({ options, output }: Invocation<IdMapOptions>): Promise<IdMapFormat> {
  const { format, table = [], column = [] } = options;
  if (format !== "sql") refuse(options, format, ["column", "dialect", "dryRun", "reverse"]);
  if (format === "csv" || format === "jsonl") {
    refuse(options, format, ["table"]);
    if (format === "csv") return (await import("../id-map/csv.ts")).csv(output.verbose);
    return (await import("../id-map/jsonl.ts")).jsonl(output.verbose);
  }
  if (format === "dynamodb") {
    const [name = "", ...others] = table;
    if (others.length > 0 || !/^[\w.-]{3,255}$/.test(name)) {
      throw usageError("the format dynamodb needs one --table", "name it: 3 to 255 of letters, digits, _, - and .");
    }
    return (await import("../id-map/dynamodb.ts")).dynamodb(name, output.verbose);
  }
  if (options.dialect === undefined) {
    throw usageError("the format sql needs a --dialect", "choose postgres, mysql or sqlite");
  }
  const [{ sql }, { SQL_DIALECTS }, { sqlColumns }] = await Promise.all([
    import("../id-map/sql.ts"),
    import("../id-map/sql-dialect.ts"),
    import("../id-map/sql-columns.ts"),
  ]);
  return sql({
    dialect: SQL_DIALECTS[options.dialect],
    columns: sqlColumns(table, column),
    dryRun: options.dryRun ?? false,
    reverse: options.reverse ?? false,
  });
}

const OPTION_NAMES = {
  table: "--table",
  column: "--column",
  dialect: "--dialect",
  dryRun: "--dry-run",
  reverse: "--reverse",
} as const;

function refuse(options: IdMapOptions, format: string, names: readonly (keyof typeof OPTION_NAMES)[]): void {
  const given = names.filter((name) => options[name] !== undefined);
  if (given.length === 0) return;
  const words = given.map((name) => OPTION_NAMES[name]).join(", ");
  throw usageError(`the format ${format} does not take ${words}`, "leave it out, or choose the format sql");
}

/** Counts what is read. A format may read more than once, and each time everything. */
function counting(readPages: ReadPages, counts: Counts): ReadPages {
  return async function* () {
    Object.assign(counts, { users: 0, merged: 0, gone: 0 });
    for await (const page of readPages()) {
      counts.users += page.length;
      counts.merged += page.filter(({ mergedInto }) => mergedInto !== undefined).length;
      counts.gone += page.filter(({ gone }) => gone).length;
      yield page;
    }
  };
}
