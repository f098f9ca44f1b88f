import { styleText } from "node:util";
import type { CliHost } from "../cli-host.ts";
import { createProgressLine, type ProgressLine } from "./progress-line.ts";

/** How a run prints. */
export interface OutputOptions {
  /** One JSON document on stdout, everything else on stderr. */
  readonly json: boolean;
  /** Nothing but errors and the JSON document. */
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly color: boolean;
  /** Each JSON document on a line of its own, for commands that print one after another. @defaultValue false */
  readonly documentLines?: boolean;
}

type Style = "bold" | "dim" | "red" | "yellow" | "green" | "cyan";

/** Everything that a command prints goes through here. */
export interface Output extends OutputOptions {
  /** A line of the result for a person: stdout, or stderr beside a JSON document. */
  line(text?: string): void;
  /** A remark that is no part of the result: stderr. */
  note(text: string): void;
  /** The JSON document; printed with `--json` only. */
  document(value: unknown): void;
  /** The result of a command whose result is data and not words: stdout, whatever the options. */
  data(text: string): Promise<void>;
  style(style: Style, text: string): string;
  readonly progress: ProgressLine;
  /** Has progress shown by something else until that is disposed. */
  showProgress(shown: ProgressLine): Disposable;
}

/** Prints to the host's streams. A reader that went away is no fault: what is left is not printed. */
export function createOutput(host: CliHost, options: OutputOptions): Output {
  const { stdout, stderr } = host;
  const people = options.json ? stderr : stdout;
  const color = options.color && people.isTTY === true && !host.variables["NO_COLOR"];
  const line = createProgressLine(stderr, options.quiet);
  let shown = line;
  const progress: ProgressLine = {
    update: (at) => shown.update(at),
    wait: (ms, again) => shown.wait(ms, again),
    above: (print) => shown.above(print),
    clear: () => shown.clear(),
  };
  const write = (stream: NodeJS.WritableStream, text: string): void => {
    progress.above(() => {
      if (stream.writable) stream.write(text);
    });
  };
  return {
    ...options,
    line(text = "") {
      if (!options.quiet) write(people, `${text}\n`);
    },
    note(text) {
      if (!options.quiet) write(stderr, `${text}\n`);
    },
    document(value) {
      const indent = options.documentLines === true ? undefined : 2;
      if (options.json) write(stdout, `${JSON.stringify(value, undefined, indent)}\n`);
    },
    async data(text) {
      progress.clear();
      if (!stdout.writable) return;
      await new Promise<void>((resolve) => {
        stdout.write(text, () => resolve());
      });
    },
    style: (style, text) => (color ? styleText(style, text, { validateStream: false }) : text),
    progress,
    showProgress(other) {
      shown.clear();
      shown = other;
      return {
        [Symbol.dispose]() {
          other.clear();
          shown = line;
        },
      };
    },
  };
}
