import { closeSync, fstatSync, openSync, rmSync, writeSync } from "node:fs";
import { basename, resolve } from "node:path";
import { MigrationError } from "@cognito-to-descope/core";

/** The record of one run for a person: a line per user outcome and per event. */
export interface LogFile extends Disposable {
  readonly path: string;
  /** Writes a line, with the time before it. */
  line(text: string): void;
}

const FLUSH_AT = 64 * 1024;

/** `migration_log_cognito_23_11_2026_07:15:11.log`, in local time; `-` for `:` where the system takes no colon. */
export function logFileName(now: Date, windows: boolean): string {
  const two = (number: number): string => String(number).padStart(2, "0");
  const day = [two(now.getDate()), two(now.getMonth() + 1), String(now.getFullYear())].join("_");
  const time = [two(now.getHours()), two(now.getMinutes()), two(now.getSeconds())].join(windows ? "-" : ":");
  return `migration_log_cognito_${day}_${time}.log`;
}

/**
 * Opens a log file that only its owner can read, and appends to one that is there.
 *
 * A write that fails later does not stop the run, whose outcomes are in the state store: `onFailure` hears of it once.
 *
 * @throws MigrationError `ERR_OUTPUT_UNWRITABLE`.
 */
export function openLogFile(path: string, onFailure: (error: unknown) => void): LogFile {
  const absolute = resolve(path);
  let descriptor: number | undefined;
  try {
    descriptor = openSync(absolute, "a", 0o600);
  } catch (error) {
    throw new MigrationError("ERR_OUTPUT_UNWRITABLE", `the log file ${basename(path)} cannot be written`, {
      cause: error,
      suggestion: "run the command in a directory that can be written, or choose --log-file or --no-log-file",
    });
  }
  let buffer = "";
  const flush = (): void => {
    if (descriptor === undefined || buffer === "") return;
    const bytes = Buffer.from(buffer);
    buffer = "";
    try {
      for (let written = 0; written < bytes.length;) written += writeSync(descriptor, bytes, written);
    } catch (error) {
      closeSync(descriptor);
      descriptor = undefined;
      onFailure(error);
    }
  };
  return {
    path: absolute,
    line(text) {
      if (descriptor === undefined) return;
      buffer += `${new Date().toISOString()} ${text}\n`;
      if (buffer.length >= FLUSH_AT) flush();
    },
    [Symbol.dispose]() {
      flush();
      if (descriptor === undefined) return;
      const { size } = fstatSync(descriptor);
      closeSync(descriptor);
      descriptor = undefined;
      // The run ended before there was anything to log.
      if (size === 0) rmSync(absolute, { force: true });
    },
  };
}
