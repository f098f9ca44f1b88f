import { randomBytes } from "node:crypto";
import { renameSync, rmSync } from "node:fs";
import { open } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { MigrationError } from "@cognito-to-descope/core";
import { makeDirectory } from "./make-directory.ts";

/**
 * Writes a file that only its owner can read: under another name first, and renamed when it is complete. What was there
 * before stays until then, and stays when the writing fails.
 *
 * @throws MigrationError `ERR_OUTPUT_UNWRITABLE`, and whatever `chunks` throws.
 */
export async function writeFileWhole(
  path: string,
  chunks: Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>,
  mode = 0o600,
): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString("hex")}.tmp`);
  const guard = async <T>(work: () => T | Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw unwritable(path, error);
    }
  };
  const file = await guard(() => {
    makeDirectory(dirname(path));
    return open(temporary, "wx", mode);
  });
  try {
    try {
      for await (const chunk of chunks) await guard(() => file.appendFile(chunk));
      await guard(() => file.sync());
    } finally {
      await file.close();
    }
    await guard(() => renameSync(temporary, path));
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

function unwritable(path: string, cause: unknown): MigrationError {
  const full = (cause as NodeJS.ErrnoException).code === "ENOSPC";
  return new MigrationError(
    "ERR_OUTPUT_UNWRITABLE",
    `${basename(path)} cannot be written${full ? ": the disk is full" : ""}`,
    {
      cause,
      suggestion: full ? "free space, or write to another disk" : "choose a path in a directory that can be written",
    },
  );
}
