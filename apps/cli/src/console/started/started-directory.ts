import { dirname, join } from "node:path";
import type { Config } from "../../config/config.ts";

/** Where the console keeps what commands print that it has started: beside the state file, or in `.c2d`. */
export function startedDirectory({ state }: Pick<Config, "state">, cwd: string): string {
  return join(state.kind === "file" ? dirname(state.name) : join(cwd, ".c2d"), "console");
}
