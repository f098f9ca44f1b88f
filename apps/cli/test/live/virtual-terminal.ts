import { PassThrough, Writable } from "node:stream";
import xterm from "@xterm/headless";
import type { InputStream, OutputStream, TerminalHold, TerminalProcess } from "../../src/cli-host.ts";

/** A terminal of which the screen can be read and on which keys can be pressed. */
export interface VirtualTerminal {
  readonly stdin: InputStream;
  readonly stdout: OutputStream;
  readonly process: TerminalProcess;
  /** What was said to the process: `interrupt`, `suspend`. */
  readonly asked: readonly string[];
  /** Whether keys come one by one. */
  readonly raw: boolean;
  /** Whether the cursor is to be seen. */
  readonly cursorShown: boolean;
  /** Who holds the terminal now. */
  readonly holds: ReadonlySet<TerminalHold>;
  /** Everything that was written, with its control sequences. */
  readonly written: () => Promise<string>;
  press(text: string): void;
  resize(columns: number, rows: number): void;
  /** The rows of the screen without those that are empty at its end. */
  rows(): Promise<readonly string[]>;
  /** The same, with what has scrolled away. */
  everything(): Promise<readonly string[]>;
}

/** Opens a terminal of that size. Its line discipline makes a line feed begin a new line, as terminals do. */
export function openVirtualTerminal(
  columns = 80,
  rows = 24,
  onInterrupt: () => void = () => undefined,
): VirtualTerminal {
  const terminal = new xterm.Terminal({
    cols: columns,
    rows,
    convertEol: true,
    allowProposedApi: true,
    scrollback: 1000,
  });
  const chunks: string[] = [];
  let raw = false;
  let cursorShown = true;
  const asked: string[] = [];
  const holds = new Set<TerminalHold>();
  const stdout = Object.assign(
    new Writable({
      write(chunk: Buffer, _encoding, done) {
        const text = chunk.toString("utf8");
        chunks.push(text);
        if (text.includes("\x1b[?25l")) cursorShown = false;
        if (text.includes("\x1b[?25h")) cursorShown = true;
        terminal.write(text, done);
      },
    }),
    { isTTY: true, columns, rows },
  );
  const stdin = Object.assign(new PassThrough(), {
    isTTY: true,
    setRawMode: (wanted: boolean) => (raw = wanted),
  });
  // What was written before is on the screen once this is.
  const flush = (): Promise<void> =>
    new Promise((resolve) => {
      stdout.write("", () => resolve());
    });
  const read = async (from: number): Promise<readonly string[]> => {
    await flush();
    const { active } = terminal.buffer;
    const lines = Array.from({ length: active.length - from }, (_, index) =>
      (active.getLine(from + index)?.translateToString(true) ?? "").trimEnd(),
    );
    while (lines.at(-1) === "") lines.pop();
    return lines;
  };
  return {
    stdin,
    stdout,
    process: {
      interrupt() {
        asked.push("interrupt");
        onInterrupt();
      },
      suspend: () => void asked.push("suspend"),
      hold(hold) {
        holds.add(hold);
        return () => void holds.delete(hold);
      },
    },
    asked,
    holds,
    get raw() {
      return raw;
    },
    get cursorShown() {
      return cursorShown;
    },
    async written() {
      await flush();
      return chunks.join("");
    },
    press: (text) => void stdin.write(text),
    resize(newColumns, newRows) {
      terminal.resize(newColumns, newRows);
      Object.assign(stdout, { columns: newColumns, rows: newRows });
    },
    rows: () => read(terminal.buffer.active.baseY),
    everything: () => read(0),
  };
}
