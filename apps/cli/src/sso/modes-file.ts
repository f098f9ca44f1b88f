import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import {
  type Clock,
  type CutoverRecord,
  cutoverRecord,
  type CutoverStage,
  MigrationError,
  type ModeChange,
  NO_MODES,
  readModes,
  withStage,
  type WrittenModes,
} from "@cognito-to-descope/core";
import { writeFileWhole } from "../output/write-file.ts";
import type { BridgeFiles } from "./bridge-files.ts";
import { appendModeChange } from "./mode-history.ts";
import { underModesLock } from "./modes-lock.ts";

/**
 * Reads how far the cut-over of each connection is. Without a file, every one is at the beginning.
 *
 * @throws MigrationError `ERR_CONFIG_UNREADABLE`.
 */
export async function readModesFile({ modes }: Pick<BridgeFiles, "modes">): Promise<WrittenModes> {
  let text: string;
  try {
    text = await readFile(modes, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return NO_MODES;
    throw unreadable(modes, error);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw unreadable(modes, error);
  }
  const read = readModes(value);
  if (read === undefined) throw unreadable(modes);
  return read;
}

function unreadable(path: string, cause?: unknown): MigrationError {
  return new MigrationError("ERR_CONFIG_UNREADABLE", `${basename(path)} cannot be read`, {
    cause,
    suggestion: "it must be a file of modes; without it every connection is Cognito's",
  });
}

/** Who changes a stage. */
export type ChangeAuthor = Pick<ModeChange, "by" | "through" | "why">;

/** What became of a change. */
export interface ChangedStage {
  readonly before: CutoverRecord;
  readonly after: CutoverRecord;
  /** False when the connection stays where it was. */
  readonly changed: boolean;
  /** False when nobody could write down who changed it. Then only a way back is taken. */
  readonly recorded: boolean;
}

/**
 * Changes the stage of one connection, and writes down who did it.
 *
 * The file is read, decided about and replaced under a lock, so that nothing that a command or a page writes at the same time is
 * lost. A bridge that looks at it meanwhile finds the old file or the new one. It holds no secret.
 *
 * @param decide - Gives the stage to go to by where the connection is now, or undefined to leave it there. What it throws ends the
 *   change.
 * @throws MigrationError `ERR_CONFIG_UNREADABLE`, `ERR_OUTPUT_UNWRITABLE`, and `ERR_STORE_LOCKED` when another process holds the
 *   lock for longer than changes take.
 */
export async function changeStage(
  { modes: path }: Pick<BridgeFiles, "modes">,
  key: string,
  decide: (before: CutoverRecord) => CutoverStage | undefined,
  author: ChangeAuthor,
  clock: Clock,
): Promise<ChangedStage> {
  return await underModesLock(path, clock, async () => {
    const modes = await readModesFile({ modes: path });
    const before = cutoverRecord(modes, key);
    const to = decide(before);
    if (to === undefined || to === before.stage) return { before, after: before, changed: false, recorded: true };
    // A clock that was set back must not make the stage look older than the one before: decisions count from here on.
    const after: CutoverRecord = { stage: to, since: Math.max(clock.now(), before.since + 1) };
    const change: ModeChange = { at: after.since, connection: key, from: before.stage, to, ...author };
    let recorded = true;
    try {
      await appendModeChange(path, change);
    } catch (error) {
      // Whoever wants back must not be held up by a record.
      if (to !== "cognito") throw error;
      recorded = false;
    }
    await writeFileWhole(path, [`${JSON.stringify(withStage(modes, key, after), undefined, 2)}\n`], 0o644);
    return { before, after, changed: true, recorded };
  });
}
