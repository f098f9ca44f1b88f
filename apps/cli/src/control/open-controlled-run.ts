import type { Config } from "../config/config.ts";
import type { Invocation } from "../invocation.ts";
import { prepareConfig } from "../prepare.ts";
import { stateClock } from "../state/state-location.ts";
import { type ControlledRun, findControlledRun, noRunYet } from "./controlled-run.ts";
import { thisOperator } from "./this-process.ts";

/** Options of the commands that control a run. */
export interface ControlCommandOptions {
  readonly run?: string;
}

/** A controlled run with the store that it is in, open. */
export interface OpenControlledRun extends ControlledRun, AsyncDisposable {
  readonly config: Config;
}

/**
 * Opens the store and finds the run that a command means.
 *
 * @throws MigrationError `ERR_USAGE` as {@link findControlledRun} does.
 */
export async function openControlledRun(invocation: Invocation<ControlCommandOptions>): Promise<OpenControlledRun> {
  const { host, options } = invocation;
  const config = await prepareConfig(invocation, { source: false, target: false });
  // Asking must not make a state store where there is none.
  if (!(await config.state.exists())) throw noRunYet();
  const store = await config.state.open();
  try {
    const controlled = await findControlledRun(store, {
      runId: options.run,
      operator: thisOperator(),
      clock: await stateClock(config.state),
      signal: host.signal,
    });
    return { ...controlled, config, [Symbol.asyncDispose]: () => store[Symbol.asyncDispose]() };
  } catch (error) {
    await store[Symbol.asyncDispose]();
    throw error;
  }
}
