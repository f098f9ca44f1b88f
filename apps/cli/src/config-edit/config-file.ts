import { createHash } from "node:crypto";
import { constants, copyFileSync, readFileSync, realpathSync, statSync } from "node:fs";
import { basename } from "node:path";
import { MigrationError } from "@cognito-to-descope/core";
import { writeFileWhole } from "../output/write-file.ts";

/** The text of a config file at one moment. */
export interface ConfigText {
  readonly text: string;
  /** SHA-256 of the text: another text has another. */
  readonly version: string;
}

/** Reads a config file; undefined where there is none. */
export function readConfigText(path: string): ConfigText | undefined {
  try {
    const text = readFileSync(path, "utf8");
    return { text, version: createHash("sha256").update(text).digest("hex") };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new MigrationError("ERR_CONFIG_UNREADABLE", `${basename(path)} cannot be read`, { cause: error });
  }
}

/**
 * Replaces a config file by a text, in one step, and keeps what was there beside it.
 *
 * A link stays a link: the file behind it is replaced. The file keeps its mode.
 *
 * @param version - The version that the new text was made from; undefined for a file that is to be made.
 * @param now - Epoch milliseconds, for the name of the backup.
 * @returns Name of the backup; undefined where there was no file.
 * @throws MigrationError `ERR_CONFIG_CHANGED` when the file is another one meanwhile; `ERR_OUTPUT_UNWRITABLE`.
 */
export async function replaceConfig(
  path: string,
  version: string | undefined,
  text: string,
  now: number,
): Promise<string | undefined> {
  if (readConfigText(path)?.version !== version) throw changed(path);
  if (version === undefined) {
    await writeFileWhole(path, guarded(path, version, text), 0o644);
    return undefined;
  }
  const real = realpathSync(path);
  const { mode } = statSync(real);
  const stamp = new Date(now).toISOString().replaceAll(/[-:]/g, "").replace(/\.\d+/, "");
  const backup = `${real}.${stamp}.bak`;
  try {
    copyFileSync(real, backup, constants.COPYFILE_EXCL);
  } catch (error) {
    // A second save within a second: the backup of the first has what was there before both.
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") {
      throw new MigrationError("ERR_OUTPUT_UNWRITABLE", `no backup of ${basename(path)} can be written`, {
        cause: error,
        suggestion: "see whether this account may write in the directory of the config file",
      });
    }
  }
  await writeFileWhole(real, guarded(path, version, text), mode & 0o777);
  return basename(backup);
}

/** The text, and one more look at the file right before it is replaced. */
function* guarded(path: string, version: string | undefined, text: string): Generator<string> {
  yield text;
  if (readConfigText(path)?.version !== version) throw changed(path);
}

function changed(path: string): MigrationError {
  return new MigrationError("ERR_CONFIG_CHANGED", `${basename(path)} has changed since it was read`, {
    suggestion: "load the page again: it shows the rules as they are now",
  });
}
