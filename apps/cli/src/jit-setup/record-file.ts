import { readFileSync } from "node:fs";
import { join } from "node:path";
import { emptyRecord, type JitSetupRecord, MigrationError, readRecord } from "@cognito-to-descope/core";
import { writeFileWhole } from "../output/write-file.ts";

/** Where it stands what set-ups made, so that they can be taken back. */
export const RECORD_FILE: string = join(".c2d", "jit-setup.json");

/**
 * Reads the record; an empty one when there is none of this project.
 *
 * @throws MigrationError `ERR_CONFIG_UNREADABLE` when the file is there and is no record.
 */
export function readSetupRecord(cwd: string, projectId: string): JitSetupRecord {
  let text: string;
  try {
    text = readFileSync(join(cwd, RECORD_FILE), "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return emptyRecord(projectId);
    throw unreadable(error);
  }
  const found = readRecord(parse(text), projectId);
  if (found === undefined) throw unreadable(undefined);
  return found;
}

/** Writes the record. */
export async function writeSetupRecord(cwd: string, record: JitSetupRecord): Promise<void> {
  await writeFileWhole(join(cwd, RECORD_FILE), [`${JSON.stringify(record, undefined, 2)}\n`]);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function unreadable(cause: unknown): MigrationError {
  return new MigrationError("ERR_CONFIG_UNREADABLE", `${RECORD_FILE} cannot be read, or is of another project`, {
    cause,
    suggestion:
      "run the command where it was run before, or move the file away: what was made is then known by its name only",
  });
}
