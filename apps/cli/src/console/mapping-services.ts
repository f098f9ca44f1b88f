import type { Config } from "../config/config.ts";
import type { MappingEffect } from "../mapping-effect/reckon-effect.ts";

/** What the mapping editor does to the world. Absent where the console has no config file of its own: behind the gateway. */
export interface MappingServices {
  /** Absolute path of the config file; undefined while the environment alone says everything. */
  file(): string | undefined;
  /** Absolute path of the file that is made where there is none. */
  readonly newFile: string;
  /** What the file says, unchecked. */
  readWritten(): Promise<unknown>;
  /**
   * The config with other mapping rules.
   *
   * @throws ConfigInvalid with everything that is wrong.
   */
  load(mapping: unknown): Promise<Config>;
  /** Reckons in a process of its own what rules would make of the plan. */
  startEffect(mapping: unknown, onProgress: (done: number, total: number) => void): EffectProcess;
}

/** A process that reckons an effect. */
export interface EffectProcess {
  /** Rejects with a MigrationError when it cannot be reckoned. */
  readonly result: Promise<MappingEffect>;
  /** Ends the process. */
  cancel(): void;
}
