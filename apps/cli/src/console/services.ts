import type { Clock, StateStore } from "@cognito-to-descope/core";
import type { Config } from "../config/config.ts";
import type { ConsoleAuthentication } from "./auth/authentication.ts";
import type { MappingServices } from "./mapping-services.ts";
import type { CommandStarter } from "./started/command-starter.ts";

/** The state store, opened once there is one and kept open. */
export interface ConsoleStore extends AsyncDisposable {
  /**
   * Reads in the store. Gives undefined while there is none: asking makes none.
   *
   * @throws MigrationError the faults of the store.
   */
  read<T>(work: (store: StateStore) => Promise<T>): Promise<T | undefined>;
}

/** What the console is made of. Everything that touches the world comes in here. */
export interface ConsoleServices {
  readonly config: Config;
  readonly store: ConsoleStore;
  /** The clock that the times in the store are compared with. */
  readonly clock: Clock;
  /** Directory that files of the bridge, and statistics of verifiers, are looked for in. */
  readonly cwd: string;
  /** Where statistics of verifiers are: files and URLs. Empty where nobody said. */
  readonly verifierStatistics: readonly string[];
  /** What the mapping editor works on. Absent where the console must leave the config alone: behind the gateway. */
  readonly mapping?: MappingServices | undefined;
  readonly authentication: ConsoleAuthentication;
  /** Starts commands as processes of their own. Absent where that cannot be done. */
  readonly starter?: CommandStarter | undefined;
  /** Nothing can be changed. */
  readonly readOnly: boolean;
  readonly version: string;
  /**
   * Whether a `Host` header names this console. Undefined where any name may lead to it: behind a load balancer.
   */
  readonly isOwnHost?: ((host: string) => boolean) | undefined;
  /** Hears of what nobody expected. Must not throw. */
  readonly onDefect?: ((error: unknown) => void) | undefined;
}
