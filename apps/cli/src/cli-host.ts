import type { Readable, Writable } from "node:stream";

/** Where the program writes to; a terminal where `isTTY` says so. */
export type OutputStream = Writable & {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
};

/** Where the program reads from; keys one by one where a terminal can be made raw. */
export type InputStream = Readable & {
  readonly isTTY?: boolean | undefined;
  readonly isRaw?: boolean | undefined;
  setRawMode?(raw: boolean): unknown;
};

/** What becomes of a terminal that a view has taken while the process is stopped or ends. */
export interface TerminalHold {
  /** Gives the terminal back as it was. Called also at the end of the process, so nothing in it may wait. */
  readonly leave: () => void;
  /** Takes it again. */
  readonly enter: () => void;
}

/** How a view at a terminal does what keys do while nobody reads them. */
export interface TerminalProcess {
  /** What Ctrl-C does: the first time the process stops at the next safe point, the second time at once. */
  interrupt(): void;
  /** What Ctrl-Z does: the process is stopped until it is told to go on. */
  suspend(): void;
  /** Has a terminal given back whenever the process is stopped or ends; gives what ends that. */
  hold(hold: TerminalHold): () => void;
}

/** What surrounds one run of the program, passed in so that a run can take place inside another process. */
export interface CliHost {
  readonly cwd: string;
  /** The environment variables. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly stdin: InputStream;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  /** Aborted by the first interrupt. */
  readonly signal: AbortSignal;
  /** Absent where the program is no process of its own: then no view takes the terminal. */
  readonly terminal?: TerminalProcess;
  /** Calls back when a service is asked to read its files again (SIGHUP); gives what ends that. Without a listener the process ends. */
  readonly onHangup?: (listener: () => void) => () => void;
  /** How this program is started once more: its executable, and all that comes before the arguments. Absent where it is part of another. */
  readonly self?: readonly string[];
  /** Calls back when a service is asked for something new to show (SIGUSR2); gives what ends that. */
  readonly onUserSignal?: (listener: () => void) => () => void;
}
