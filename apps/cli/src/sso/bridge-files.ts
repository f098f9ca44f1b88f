import { readFile } from "node:fs/promises";
import { basename, resolve } from "node:path";
import {
  MigrationError,
  NO_MODES,
  readModes,
  type WrittenBridgeConfig,
  type WrittenModes,
} from "@cognito-to-descope/core";
import { parseWrittenBridgeConfig } from "@cognito-to-descope/gateway";
import { writeFileWhole } from "../output/write-file.ts";

/** Options of every command that works with the files of a bridge. */
export interface BridgeFileOptions {
  readonly bridgeConfig?: string;
  readonly modes?: string;
  readonly decisions?: readonly string[];
}

/** Where the files of a bridge are. */
export interface BridgeFiles {
  readonly config: string;
  readonly modes: string;
  /** Decision logs. The bridge writes the first one. */
  readonly decisions: readonly string[];
}

const DIRECTORY = ".c2d";

/** The files that are named, or those in the working directory. */
export function bridgeFiles(cwd: string, options: BridgeFileOptions): BridgeFiles {
  const { decisions = [`${DIRECTORY}/bridge-decisions.jsonl`] } = options;
  return {
    config: resolve(cwd, options.bridgeConfig ?? `${DIRECTORY}/bridge.json`),
    modes: resolve(cwd, options.modes ?? `${DIRECTORY}/bridge-modes.json`),
    decisions: decisions.map((path) => resolve(cwd, path)),
  };
}

/**
 * Reads the config of the bridge.
 *
 * @throws MigrationError `ERR_CONFIG_UNREADABLE`, `ERR_CONFIG_INVALID`.
 */
export async function readBridgeConfig({ config }: BridgeFiles): Promise<WrittenBridgeConfig> {
  let text: string;
  try {
    text = await readFile(config, "utf8");
  } catch (error) {
    throw new MigrationError("ERR_CONFIG_UNREADABLE", `${basename(config)} cannot be read`, {
      cause: error,
      suggestion: "write it with c2d sso bridge config, or name another file with --bridge-config",
    });
  }
  return parseWrittenBridgeConfig(text);
}

/**
 * Reads how far the cut-over of each connection is. Without a file, every one is at the beginning.
 *
 * @throws MigrationError `ERR_CONFIG_UNREADABLE`.
 */
export async function readModesFile({ modes }: BridgeFiles): Promise<WrittenModes> {
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

/** Replaces the file of modes: a bridge that looks at it meanwhile finds the old one or the new one. It holds no secret. */
export async function writeModesFile({ modes }: BridgeFiles, written: WrittenModes): Promise<void> {
  await writeFileWhole(modes, [`${JSON.stringify(written, undefined, 2)}\n`], 0o644);
}
