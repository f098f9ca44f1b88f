import { readdirSync, readFileSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import type { StartedCommandName } from "@cognito-to-descope/console/contract";
import { writeFileWhole } from "../../output/write-file.ts";

/** What is kept of a command that was started, in a file of its own beside what it prints. */
export interface CommandRecord {
  readonly id: string;
  readonly command: StartedCommandName;
  readonly line: string;
  readonly by: string;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly pid: number;
  /** Once it is known how the command ended. */
  readonly exitCode?: number;
}

/** So many are kept; what older ones printed is removed. */
const MOST_KEPT = 50;

export function outputPath(directory: string, id: string): string {
  return join(directory, `${id}.log`);
}

export async function writeRecord(directory: string, record: CommandRecord): Promise<void> {
  await writeFileWhole(recordPath(directory, record.id), [`${JSON.stringify(record)}\n`]);
}

/** The records of a directory, newest first; what is none is left out. */
export function readRecords(directory: string): readonly CommandRecord[] {
  let names: readonly string[];
  try {
    names = readdirSync(directory).filter((name) => name.endsWith(".json"));
  } catch {
    return [];
  }
  const records = names.flatMap((name) => readRecord(directory, basename(name, ".json")) ?? []);
  return records.sort((one, other) => other.startedAt - one.startedAt || (one.id < other.id ? 1 : -1));
}

export function readRecord(directory: string, id: string): CommandRecord | undefined {
  try {
    const record = JSON.parse(readFileSync(recordPath(directory, id), "utf8")) as Partial<CommandRecord>;
    return record.id === id && typeof record.pid === "number" ? (record as CommandRecord) : undefined;
  } catch {
    return undefined;
  }
}

/** Removes the oldest beyond those that are kept. */
export function removeOldRecords(directory: string): void {
  for (const { id } of readRecords(directory).slice(MOST_KEPT)) {
    rmSync(outputPath(directory, id), { force: true });
    rmSync(recordPath(directory, id), { force: true });
  }
}

function recordPath(directory: string, id: string): string {
  return join(directory, `${id}.json`);
}
