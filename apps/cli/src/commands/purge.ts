import { existsSync, readdirSync, rmdirSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { MigrationError } from "@cognito-to-descope/core";
import { canAsk, confirm } from "../confirm.ts";
import { startedDirectory } from "../console/started/started-directory.ts";
import { usageError } from "../errors.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import type { Command } from "../invocation.ts";
import { countOf } from "../output/printable.ts";
import { prepareConfig } from "../prepare.ts";
import type { StateLocation } from "../state/state-location.ts";
import { recordedFiles } from "../written-files.ts";

/** Why something in `.c2d` is not removed; whatever else is there, no run wrote. */
const REASONS: Readonly<Record<string, string>> = {
  "jit-setup.json": "what `c2d jit setup` made, so that it can be taken back",
  apps: "what `c2d apps` did, so that it can be taken back, and credentials that it made",
  oidc: "what app clients were before `c2d oidc` changed them, so that they can be put back",
  reports: "files that no run of this state wrote",
};

/** Removes what the state store holds, its file, and the reports and logs that its runs wrote. Says what stays. */
export const purge: Command = async (invocation) => {
  const { output, options } = invocation;
  const config = await prepareConfig(invocation, { source: false, target: false });
  const { state } = config;
  if (!(await state.exists())) {
    output.line("there is nothing to remove");
    output.document({ removed: [], kept: [] });
    return EXIT_CODES.done;
  }
  if (options.yes !== true && !canAsk(invocation)) {
    throw usageError("purge removes what a run needs to go on, and nobody is there to be asked", "add --yes");
  }
  const files = await purgeStore(state, async (written) => {
    const what = state.kind === "file" ? state.name : `everything in ${state.name}`;
    await confirm(invocation, `Remove ${what} and ${countOf(written, "report or log")}?`);
  });
  // The last holds what commands printed that the console started.
  const removed = [...files, startedDirectory(config, invocation.host.cwd)].filter((path) => existsSync(path));
  try {
    for (const path of removed) rmSync(path, { recursive: true, force: true });
    state.remove();
  } catch (error) {
    throw new MigrationError("ERR_OUTPUT_UNWRITABLE", "not everything could be removed", {
      cause: error,
      suggestion: "make the directory writable for this user, and run the command again",
    });
  }
  // Directories that hold nothing else are of our making.
  removeIfEmpty(config.reportDirectory);
  const directory = dirname(state.kind === "file" ? state.name : config.reportDirectory);
  if (state.kind === "file" || basename(directory) === ".c2d") removeIfEmpty(directory);
  for (const path of removed) output.line(`removed ${path}`);
  output.line(state.kind === "file" ? `removed ${state.name}` : `removed everything in ${state.name}`);
  const kept = remainingIn(directory);
  for (const path of kept) output.line(`kept ${path}: ${REASONS[basename(path)] ?? "not of a run"}`);
  output.document({ removed: [...removed, state.name], kept });
  return EXIT_CODES.done;
};

/** Wipes the store first: what is in a file that is removed may stay on the disk for long. */
async function purgeStore(state: StateLocation, ask: (files: number) => Promise<void>): Promise<readonly string[]> {
  const store = await state.open();
  try {
    // What is lost with the lock is no more than the wait of others: a purge is one transaction.
    const lock = await state.lock(() => undefined);
    try {
      const files = (await recordedFiles(store)).filter((path) => existsSync(path));
      await ask(files.length);
      await store.purge();
      return files;
    } finally {
      await lock.release();
    }
  } finally {
    await store[Symbol.asyncDispose]();
  }
}

/** What is left in a directory that holds nothing but what this program put there. */
function remainingIn(directory: string): readonly string[] {
  if (basename(directory) !== ".c2d" || !existsSync(directory)) return [];
  return readdirSync(directory)
    .map((name) => join(directory, name))
    .toSorted();
}

function removeIfEmpty(directory: string): void {
  try {
    if (readdirSync(directory).length === 0) rmdirSync(directory);
  } catch {
    // Not there, or not ours to remove: nothing is lost by leaving it.
  }
}
