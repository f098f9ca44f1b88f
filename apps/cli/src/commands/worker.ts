import { hasCode } from "@cognito-to-descope/core";
import type { Config } from "../config/config.ts";
import { usageError } from "../errors.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import type { Command, Invocation } from "../invocation.ts";
import { takePart } from "../join-now.ts";
import { printOutcomes } from "../output/print-outcomes.ts";
import { prepareConfig } from "../prepare.ts";
import { type LogOptions, openRunLog, type RunLog } from "../run-log.ts";
import { findApplyingRun, openSession, type Session } from "../session.ts";
import { systemClock } from "../system.ts";

interface WorkerOptions extends LogOptions {
  readonly untilIdle?: boolean;
}

/** How often a worker without work looks for a run. */
const LOOK_EVERY_MS = 1000;

/** Takes part in every run of the config's project that is applied by way of the state store. */
export const worker: Command<WorkerOptions> = async (invocation) => {
  const { host, output, options } = invocation;
  const config = await prepareConfig(invocation, { source: true, target: true });
  const { shared } = config.state;
  if (shared === undefined) {
    throw usageError(
      "a worker needs a state store that machines can share, and a state file is none",
      "name a PostgreSQL database with --state postgres://user@host:5432/database, here and for the command that applies",
    );
  }
  const log = openRunLog(invocation);
  const store = await config.state.open();
  let joined = 0;
  let waits = false;
  try {
    while (!host.signal.aborted) {
      if ((await findApplyingRun(store, config)) !== undefined && (await takePartOnce(invocation, config, log))) {
        joined += 1;
        waits = false;
        continue;
      }
      if (options.untilIdle === true && !(await shared.isActive())) {
        if ((await findApplyingRun(store, config)) === undefined) break;
      }
      if (!waits) output.note("waiting for a run that is being applied; Ctrl-C ends this worker");
      waits = true;
      await systemClock.sleep(LOOK_EVERY_MS, host.signal).catch(() => undefined);
    }
    output.document({ runs: joined });
    return EXIT_CODES.done;
  } finally {
    await store[Symbol.asyncDispose]();
    log[Symbol.dispose]();
  }
};

/** Takes part in a run until it is applied. False when it cannot be joined, or not any more. */
async function takePartOnce(invocation: Invocation<WorkerOptions>, config: Config, log: RunLog): Promise<boolean> {
  const { host, output } = invocation;
  let session: Session | undefined;
  try {
    session = await openSession({
      config,
      signal: host.signal,
      onProgress: (at) => output.progress.update(at),
      onEvent: (event) => log.event(event),
      joins: "any",
    });
    if (session.joined === undefined) return false;
    const outcomes = await takePart(session, session.joined, log, (text) => output.note(text));
    output.progress.clear();
    if (outcomes === undefined) return true;
    const { id } = session.joined.run;
    output.line(output.style("bold", `run ${id} is applied`));
    printOutcomes(outcomes, await session.store.countFailures(id), output);
    return true;
  } catch (error) {
    if (hasCode(error, "ERR_RUN_ACTIVE")) return false;
    throw error;
  } finally {
    await session?.[Symbol.asyncDispose]();
  }
}
