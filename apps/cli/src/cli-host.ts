import type { Readable, Writable } from "node:stream";

/** Where the program writes to; a terminal where `isTTY` says so. */
export type OutputStream = Writable & {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
};

/** What surrounds one run of the program, passed in so that a run can take place inside another process. */
export interface CliHost {
  readonly cwd: string;
  /** The environment variables. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly stdin: Readable & { readonly isTTY?: boolean | undefined };
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  /** Aborted by the first interrupt. */
  readonly signal: AbortSignal;
  /** Calls back when a service is asked to read its files again (SIGHUP); gives what ends that. Without a listener the process ends. */
  readonly onHangup?: (listener: () => void) => () => void;
  /** Calls back when a service is asked for something new to show (SIGUSR2); gives what ends that. */
  readonly onUserSignal?: (listener: () => void) => () => void;
}
