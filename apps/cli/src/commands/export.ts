import { basename, resolve } from "node:path";
import { MigrationError } from "@cognito-to-descope/core";
import { usageError } from "../errors.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import type { ExportFormat, ExportSource } from "../export/export-source.ts";
import type { Command, Invocation } from "../invocation.ts";
import { openSources } from "../open-sources.ts";
import { formatCount } from "../output/printable.ts";
import { untilAborted } from "../output/until-aborted.ts";
import { writeFileWhole } from "../output/write-file.ts";
import { prepareConfig } from "../prepare.ts";
import { readAside } from "../read-aside.ts";

interface ExportOptions {
  readonly format: "jsonl" | "csv" | "descope-json";
  readonly output?: string;
  readonly from?: "pool" | "plan";
}

/** Writes users to a file or to standard output. */
export const exportUsers: Command<ExportOptions> = async (invocation) => {
  const { output, options } = invocation;
  if (options.output === undefined && output.json) {
    throw usageError("the export itself goes to standard output", "name a file with --output beside --json");
  }
  const format = await loadFormat(options.format);
  return options.from === "plan" ? exportPlan(invocation, format) : exportPools(invocation, format);
};

async function loadFormat(name: ExportOptions["format"]): Promise<ExportFormat> {
  if (name === "jsonl") return (await import("../export/jsonl.ts")).jsonl;
  if (name === "csv") return (await import("../export/csv.ts")).csv;
  return (await import("../export/descope-json.ts")).descopeJson;
}

async function exportPools(invocation: Invocation<ExportOptions>, format: ExportFormat): Promise<number> {
  const { host, output } = invocation;
  const config = await prepareConfig(invocation, { source: true, target: false });
  const opened = openSources(config);
  try {
    const read = await readAside(config, opened.sources, {
      signal: host.signal,
      onProgress: (at) => output.progress.update(at),
    });
    try {
      return await write(invocation, format, read);
    } finally {
      await read[Symbol.asyncDispose]();
    }
  } finally {
    opened[Symbol.dispose]();
  }
}

async function exportPlan(invocation: Invocation<ExportOptions>, format: ExportFormat): Promise<number> {
  const config = await prepareConfig(invocation, { source: false, target: false });
  if (!(await config.state.exists())) throw noPlan();
  const store = await config.state.open();
  try {
    // What a rollback plans is not what would be imported.
    const newest = (await store.listRuns()).find(({ kind }) => kind !== "rollback");
    if (newest?.plan === undefined) throw noPlan();
    return await write(invocation, format, { store, runId: newest.id, plan: newest.plan });
  } finally {
    await store[Symbol.asyncDispose]();
  }
}

async function write(
  { host, output, options }: Invocation<ExportOptions>,
  format: ExportFormat,
  source: ExportSource,
): Promise<number> {
  output.progress.clear();
  const { read } = source.plan.counts;
  if (options.output === undefined) {
    for await (const text of format(source)) {
      host.signal.throwIfAborted();
      await output.data(text);
    }
    return EXIT_CODES.done;
  }
  const path = resolve(host.cwd, options.output);
  await writeFileWhole(path, untilAborted(format(source), host.signal));
  output.line(`${formatCount(read)} users read, ${basename(path)} written: it holds personal data`);
  output.document({ file: path, format: options.format, users: read });
  return EXIT_CODES.done;
}

function noPlan(): MigrationError {
  return new MigrationError("ERR_PLAN_MISSING", "there is no plan to export from", {
    suggestion: "run `c2d plan` first, or export from the pool itself",
  });
}
