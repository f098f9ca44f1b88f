import { existsSync, readdirSync, rmdirSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { MigrationError } from "@cognito-to-descope/core";
import { openStateStore } from "@cognito-to-descope/store";
import { canAsk, confirm } from "../confirm.ts";
import { usageError } from "../errors.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import type { Command } from "../invocation.ts";
import { countOf } from "../output/printable.ts";
import { prepareConfig } from "../prepare.ts";
import { removeRunLock, takeRunLock } from "../run-lock.ts";
import { recordedFiles } from "../written-files.ts";

/** Removes the state file, and the reports and logs that its runs wrote. */
export const purge: Command = async (invocation) => {
  const { output, options } = invocation;
  const config = await prepareConfig(invocation, { source: false, target: false });
  const { state } = config;
  if (!existsSync(state)) {
    output.line("there is nothing to remove");
    output.document({ removed: [] });
    return EXIT_CODES.done;
  }
  if (options.yes !== true && !canAsk(invocation)) {
    throw usageError("purge removes what a run needs to go on, and nobody is there to be asked", "add --yes");
  }
  const files = await purgeStore(state, async (written) => {
    await confirm(invocation, `Remove ${state} and ${countOf(written, "report or log")}?`);
  });
  const removed = [...files, state].filter((path) => existsSync(path));
  try {
    for (const path of removed) rmSync(path, { force: true });
    for (const suffix of ["-wal", "-shm"]) rmSync(`${state}${suffix}`, { force: true });
    removeRunLock(state);
  } catch (error) {
    throw new MigrationError("ERR_OUTPUT_UNWRITABLE", "not everything could be removed", {
      cause: error,
      suggestion: "make the directory writable for this user, and run the command again",
    });
  }
  // Directories that hold nothing else are of our making.
  for (const directory of [config.reportDirectory, dirname(state)]) removeIfEmpty(directory);
  for (const path of removed) output.line(`removed ${path}`);
  output.document({ removed });
  return EXIT_CODES.done;
};

/** Wipes the store first: what is in a file that is removed may stay on the disk for long. */
async function purgeStore(state: string, ask: (files: number) => Promise<void>): Promise<readonly string[]> {
  const store = await openStateStore(state);
  try {
    const lock = takeRunLock(state);
    try {
      const files = (await recordedFiles(store)).filter((path) => existsSync(path));
      await ask(files.length);
      await store.purge();
      return files;
    } finally {
      lock.release();
    }
  } finally {
    await store[Symbol.asyncDispose]();
  }
}

function removeIfEmpty(directory: string): void {
  try {
    if (readdirSync(directory).length === 0) rmdirSync(directory);
  } catch {
    // Not there, or not ours to remove: nothing is lost by leaving it.
  }
}
