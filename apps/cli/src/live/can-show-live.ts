import type { CliHost } from "../cli-host.ts";
import type { OutputOptions } from "../output/output.ts";

/**
 * Whether somebody sits at a terminal that can show a view and read keys. Everywhere else progress is a line; so it is with
 * `--json`, `--quiet` and `TERM=dumb`.
 */
export function canShowLive(
  { stdin, stderr, variables, terminal }: CliHost,
  { json, quiet }: Pick<OutputOptions, "json" | "quiet">,
): boolean {
  const isTerminal = stdin.isTTY === true && stderr.isTTY === true && typeof stdin.setRawMode === "function";
  return isTerminal && terminal !== undefined && variables["TERM"] !== "dumb" && !json && !quiet;
}
