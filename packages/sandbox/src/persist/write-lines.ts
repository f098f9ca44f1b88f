/** Writes a file of lines whole or not at all. */

import { randomBytes } from "node:crypto";
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { basename, dirname, join } from "node:path";

const chunkLength = 1024 * 1024;

/**
 * Writes lines to a file that only its owner can read: under another name first, renamed when complete. What was there
 * before stays until then, and stays when the writing fails. Nothing else runs meanwhile, so the lines are of one moment.
 *
 * @returns How many lines were written.
 * @throws The system's error when the file cannot be written, and whatever `lines` throws.
 */
export function writeLinesWhole(path: string, lines: Iterable<string>): number {
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString("hex")}.tmp`);
  const file = openSync(temporary, "wx", 0o600);
  let count = 0;
  try {
    try {
      let pending: string[] = [];
      let length = 0;
      const flush = (): void => {
        if (pending.length === 0) return;
        writeAll(file, Buffer.from(`${pending.join("\n")}\n`));
        pending = [];
        length = 0;
      };
      for (const line of lines) {
        pending.push(line);
        length += line.length;
        count += 1;
        if (length >= chunkLength) flush();
      }
      flush();
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  return count;
}

function writeAll(file: number, bytes: Buffer): void {
  for (let written = 0; written < bytes.length;) written += writeSync(file, bytes, written);
}
