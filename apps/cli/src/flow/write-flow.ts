import { join, resolve } from "node:path";
import { type FlowDocument, writeConsoleFlow, writeSnapshotFlow } from "@cognito-to-descope/core";
import { usageError } from "../errors.ts";
import type { FLOW_FORMATS } from "./flow-names.ts";
import type { Invocation } from "../invocation.ts";
import { writeFileWhole } from "../output/write-file.ts";

/** What of a flow is written, and where. */
export interface WriteFlowOptions {
  readonly format?: (typeof FLOW_FORMATS)[number];
  readonly output?: string;
}

/**
 * Writes a flow to a file or, in the form of a snapshot, to a directory; without a place to standard output.
 *
 * @returns The paths of the files; none when it went to standard output.
 * @throws MigrationError `ERR_USAGE` when a snapshot has no place, `ERR_OUTPUT_UNWRITABLE`.
 */
export async function writeFlow(
  { host, output }: Pick<Invocation, "host" | "output">,
  document: FlowDocument,
  { format = "exported", output: place }: WriteFlowOptions,
): Promise<readonly string[]> {
  if (format === "snapshot") {
    if (place === undefined) throw usageError("a snapshot is several files", "name its directory with --output");
    const directory = resolve(host.cwd, place, document.flowId);
    const files = Object.entries(writeSnapshotFlow(document)).map(
      ([name, value]) => [join(directory, name), value] as const,
    );
    for (const [path, value] of files) await writeFileWhole(path, [pretty(value)], 0o644);
    return files.map(([path]) => path);
  }
  const text = pretty(format === "console" ? writeConsoleFlow(document) : document);
  if (place !== undefined) {
    const path = resolve(host.cwd, place);
    await writeFileWhole(path, [text], 0o644);
    return [path];
  }
  if (!output.json) await output.data(text);
  return [];
}

function pretty(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
