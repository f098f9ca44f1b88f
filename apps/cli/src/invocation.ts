import type { CliHost } from "./cli-host.ts";
import type { Output } from "./output/output.ts";

/** Options that every command takes. */
export interface GlobalOptions {
  readonly config?: string;
  readonly state?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly color?: boolean;
  readonly yes?: boolean;
  readonly debug?: boolean;
  readonly verbose?: boolean;
}

/** One command with everything that it was called with. */
export interface Invocation<Options = object> {
  readonly host: CliHost;
  readonly output: Output;
  readonly options: GlobalOptions & Options;
  /** Positional arguments. */
  readonly operands: readonly string[];
}

/** A command. Gives the exit code. */
export type Command<Options = object> = (invocation: Invocation<Options>) => Promise<number>;
