import { readFile } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { MigrationError, type WrittenBridgeConfig } from "@cognito-to-descope/core";
import { parseWrittenBridgeConfig } from "@cognito-to-descope/gateway";

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
