import { open, readFile } from "node:fs/promises";
import { basename } from "node:path";
import { type CutoverRecord, MigrationError, type ModeChange, readModeChange } from "@cognito-to-descope/core";

/** Where changes of modes are written down: beside the file of modes, one JSON line each. */
export function modeHistoryPath(modes: string): string {
  return `${modes.replace(/\.json$/, "")}.changes.jsonl`;
}

/** What is written down of changes. */
export interface ModeHistory {
  /** Oldest first. */
  readonly changes: readonly ModeChange[];
  /** Lines that are none. */
  readonly unreadable: number;
}

/**
 * Adds a change. It outlives a loss of power. Only the owner can read the file: it says who works here.
 *
 * Call it under the lock of the modes.
 *
 * @throws MigrationError `ERR_OUTPUT_UNWRITABLE`.
 */
export async function appendModeChange(modes: string, { at, ...change }: ModeChange): Promise<void> {
  const path = modeHistoryPath(modes);
  try {
    await using file = await open(path, "a", 0o600);
    // Should the last line have been cut off, this one begins on its own.
    const cut = (await file.stat()).size > 0 && !(await endsLine(path));
    await file.appendFile(`${cut ? "\n" : ""}${JSON.stringify({ at: new Date(at).toISOString(), ...change })}\n`);
    await file.sync();
  } catch (error) {
    throw new MigrationError("ERR_OUTPUT_UNWRITABLE", `${basename(path)} cannot be written`, {
      cause: error,
      suggestion: "make it writable: no connection goes further while nobody can write down who did it",
    });
  }
}

async function endsLine(path: string): Promise<boolean> {
  await using file = await open(path, "r");
  const { size } = await file.stat();
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1);
  return buffer[0] === 0x0a;
}

/** Reads what was written down. Without a file there is nothing. */
export async function readModeHistory(modes: string): Promise<ModeHistory> {
  let text: string;
  try {
    text = await readFile(modeHistoryPath(modes), "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return { changes: [], unreadable: 0 };
    throw error;
  }
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const changes = lines.map(parseLine).filter((change) => change !== undefined);
  return { changes, unreadable: lines.length - changes.length };
}

/** Whether a connection is where its last change led to: otherwise somebody edited the file of modes, or a change was cut off. */
export function isExplained({ changes }: ModeHistory, key: string, { stage, since }: CutoverRecord): boolean {
  const last = changes.findLast(({ connection }) => connection === key);
  return last === undefined ? since === 0 : last.to === stage && last.at === since;
}

function parseLine(line: string): ModeChange | undefined {
  try {
    const value = JSON.parse(line) as { readonly at?: unknown };
    return readModeChange({ ...value, at: typeof value.at === "string" ? Date.parse(value.at) : undefined });
  } catch {
    return undefined;
  }
}
