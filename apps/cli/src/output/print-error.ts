import { ConfigInvalid, showError } from "../errors.ts";
import type { Output } from "./output.ts";
import type { OutputStream } from "../cli-host.ts";

/** Prints what stopped the program: message, what to do, code. The stack only where it is asked for. */
export function printError(error: unknown, output: Output, stderr: OutputStream, debug: boolean): void {
  const shown = showError(error);
  output.progress.clear();
  const lines = [
    `c2d: ${shown.message}`,
    ...(shown.suggestion ?? "")
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => `  ${line}`),
    `  code: ${shown.code}`,
  ];
  stderr.write(`${lines.join("\n")}\n`);
  if (debug) stderr.write(`${stackOf(error)}\n`);
  output.document({
    error: { ...shown, ...(error instanceof ConfigInvalid ? { problems: error.problems } : {}) },
  });
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? "" : `\ncaused by ${stackOf(error.cause)}`;
  return `${error.stack ?? error.message}${cause}`;
}
