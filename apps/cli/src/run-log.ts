import { basename, resolve } from "node:path";
import type { RunContext } from "@cognito-to-descope/core";
import type { Invocation } from "./invocation.ts";
import { describeEvent } from "./output/log-events.ts";
import { type LogFile, logFileName, openLogFile } from "./output/log-file.ts";
import { logOutcomes } from "./output/log-outcomes.ts";
import { printable } from "./output/printable.ts";
import type { AdapterEvent } from "./session.ts";
import { recordFile } from "./written-files.ts";

/** Options of the commands that keep a log. */
export interface LogOptions {
  /** A path; `false` for no log. */
  readonly logFile?: string | false;
}

/** The log of one command; does nothing where none is wanted. */
export interface RunLog extends Disposable {
  event(event: AdapterEvent): void;
  line(text: string): void;
  /** The context, with every outcome logged. Remembers the log file in the state store. */
  watch(context: RunContext): Promise<RunContext>;
}

/** Opens the log before anything is done, so that it cannot fail for want of a place later. */
export function openRunLog({ host, options, output }: Invocation<LogOptions>): RunLog {
  let file: LogFile | undefined;
  if (options.logFile !== false) {
    const name = options.logFile ?? logFileName(new Date(), process.platform === "win32");
    file = openLogFile(resolve(host.cwd, name), () => {
      output.note(
        `warning: the log file ${basename(name)} cannot be written any more; outcomes stay in the state file`,
      );
    });
  }
  return {
    event: (event) => file?.line(describeEvent(event)),
    line: (text) => file?.line(printable(text)),
    async watch(context) {
      if (file === undefined) return context;
      const log = file;
      await recordFile(context.store, context.runId, log.path);
      return { ...context, store: logOutcomes(context.store, output.verbose, (text) => log.line(text)) };
    },
    [Symbol.dispose]: () => file?.[Symbol.dispose](),
  };
}
