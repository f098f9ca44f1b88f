import type { CliHost } from "../cli-host.ts";
import type { OutputOptions } from "../output/output.ts";
import type { TextLine } from "../output/text-line.ts";
import { canShowLive } from "./can-show-live.ts";
import { createTerminalKeys } from "./terminal-keys.ts";

/** The keyboard of a watch that only looks: `q` and Ctrl-C end it, `r` looks again at once. */
export interface WatchKeys extends Disposable {
  /** What the keys do, to be shown below; nothing where no keys are read. */
  readonly lines: readonly TextLine[];
  /** Sleeps so long, or until `r` is pressed or the watch is to end. */
  pause(ms: number): Promise<void>;
}

const HIDE_CURSOR = "\x1b[?25l";
const SHOW_CURSOR = "\x1b[?25h";

/**
 * Takes the keyboard of a terminal until it is disposed; where there is none, it only sleeps.
 *
 * @param sleep - Rejects when the signal is aborted.
 */
export function openWatchKeys(
  host: CliHost,
  output: Pick<OutputOptions, "json" | "quiet">,
  sleep: (ms: number, signal: AbortSignal) => Promise<void>,
): WatchKeys {
  const { terminal, stdin, stdout, signal } = host;
  if (terminal === undefined || stdout.isTTY !== true || !canShowLive(host, output)) {
    return { lines: [], pause: (ms) => sleep(ms, signal).catch(() => undefined), [Symbol.dispose]: () => undefined };
  }
  let again = new AbortController();
  const keys = createTerminalKeys(stdin, ({ text, name, ctrl }) => {
    if ((ctrl && name === "c") || text === "q") terminal.interrupt();
    if (ctrl && name === "z") terminal.suspend();
    if (text === "r") again.abort();
  });
  const enter = (): void => {
    keys.open();
    if (stdout.writable) stdout.write(HIDE_CURSOR);
  };
  const leave = (): void => {
    keys.close();
    if (stdout.writable) stdout.write(SHOW_CURSOR);
  };
  const letGo = terminal.hold({ leave, enter });
  enter();
  return {
    lines: [{ text: "" }, { text: "q stop   r look again now", style: "dim" }],
    async pause(ms) {
      again = new AbortController();
      await sleep(ms, AbortSignal.any([signal, again.signal])).catch(() => undefined);
    },
    [Symbol.dispose]() {
      leave();
      letGo();
    },
  };
}
