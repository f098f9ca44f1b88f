import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import xterm from "@xterm/headless";

const BIN = fileURLToPath(new URL("../../bin/c2d.mjs", import.meta.url));

/** Whether this machine can make pseudo-terminals for tests: with `script` of util-linux. */
export const hasPseudoTerminal: boolean = spawnSync("script", ["--version"]).stdout?.includes("util-linux") ?? false;

/** A command that runs at a real pseudo-terminal. */
export interface PseudoTerminal extends AsyncDisposable {
  press(text: string): void;
  /** Waits until the screen shows it, and gives the screen. */
  waitFor(text: string | RegExp): Promise<string>;
  /** Waits for the end of the command, and gives the screen. */
  readonly ended: Promise<string>;
  /** Everything that came, with its control sequences. */
  readonly written: () => string;
}

/**
 * Runs a command line in a shell at a pseudo-terminal of 80 columns and 24 rows.
 *
 * @param line - What the shell runs; `$C2D` is the program.
 */
export function openPseudoTerminal(line: string, cwd: string, env: Readonly<Record<string, string>>): PseudoTerminal {
  const terminal = new xterm.Terminal({ cols: 80, rows: 24, allowProposedApi: true, scrollback: 1000 });
  const chunks: string[] = [];
  const child: ChildProcess = spawn(
    "script",
    ["--quiet", "--return", "--flush", "--command", `stty cols 80 rows 24; ${line}`, "/dev/null"],
    {
      cwd,
      env: {
        PATH: process.env["PATH"] ?? "",
        HOME: cwd,
        SHELL: "/bin/bash",
        TERM: "xterm-256color",
        LANG: "C.UTF-8",
        C2D: `${process.execPath} --conditions=@cognito-to-descope/source ${BIN}`,
        ...env,
      },
      stdio: ["pipe", "pipe", "pipe"],
    },
  );
  const watchers = new Set<() => void>();
  child.stdout?.on("data", (chunk: Buffer) => {
    chunks.push(chunk.toString("utf8"));
    terminal.write(chunk, () => {
      for (const look of watchers) look();
    });
  });
  const screen = (): string => {
    const { active } = terminal.buffer;
    return Array.from({ length: active.length }, (_, index) => active.getLine(index)?.translateToString(true) ?? "")
      .join("\n")
      .trimEnd();
  };
  const ended = new Promise<string>((resolve) => {
    child.on("close", () => {
      terminal.write("", () => resolve(screen()));
    });
  });
  return {
    press: (text) => void child.stdin?.write(text),
    async waitFor(wanted) {
      const isThere = (): boolean => (typeof wanted === "string" ? screen().includes(wanted) : wanted.test(screen()));
      const { promise, resolve, reject } = Promise.withResolvers<undefined>();
      const look = (): void => {
        if (isThere()) resolve(undefined);
      };
      watchers.add(look);
      const dead = ended.then((last) => reject(new Error(`ended without ${String(wanted)}:\n${last}`)));
      dead.catch(() => undefined);
      look();
      await promise;
      watchers.delete(look);
      return screen();
    },
    ended,
    written: () => chunks.join(""),
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null) child.kill("SIGTERM");
      await ended;
    },
  };
}
