import { MigrationError, type Run, type StateStore } from "@cognito-to-descope/core";
import { EXIT_CODES } from "../exit-codes.ts";
import type { Command } from "../invocation.ts";
import type { Output } from "../output/output.ts";
import { listOutcomes } from "../output/print-outcomes.ts";
import { prepareConfig } from "../prepare.ts";
import { NOTHING_YET } from "../status/nothing-yet.ts";
import { readRunStatus, type RunStatus } from "../status/run-status.ts";
import { nextLine, statusLines } from "../status/status-lines.ts";
import { watchStatus } from "../status/watch-status.ts";
import { stateClock } from "../state/state-location.ts";
import { systemClock } from "../system.ts";

interface StatusOptions {
  readonly run?: string;
  readonly watch?: boolean;
}

/** Says where the newest run stands and what comes next, once or until it is through. */
export const status: Command<StatusOptions> = async (invocation) => {
  const { host, output, options } = invocation;
  const config = await prepareConfig(invocation, { source: false, target: false });
  let store: StateStore | undefined;
  let clock = systemClock;
  const read = async (): Promise<RunStatus | undefined> => {
    // Asking must not make a state store where there is none.
    if (store === undefined && !(await config.state.exists())) return undefined;
    if (store === undefined) {
      store = await config.state.open();
      clock = await stateClock(config.state);
    }
    const run = await findRun(store, options.run);
    return run === undefined ? undefined : await readRunStatus(store, run, config, clock.now());
  };
  try {
    if (options.watch === true) {
      await watchStatus({ host, output, clock: { ...systemClock, now: () => clock.now() }, read });
      return EXIT_CODES.done;
    }
    const found = await read();
    if (found === undefined || store === undefined) return printNothing(output);
    if (output.verbose && found.users.failed > 0) await listOutcomes(store, found.run, output, "failed");
    for (const { text, style } of [...statusLines(found, clock.now()), nextLine(found)]) {
      output.line(style === undefined ? text : output.style(style, text));
    }
    output.document(found);
    return EXIT_CODES.done;
  } finally {
    await store?.[Symbol.asyncDispose]();
  }
};

async function findRun(store: StateStore, id: string | undefined): Promise<Run | undefined> {
  const runs = await store.listRuns();
  const run = id === undefined ? runs[0] : runs.find((one) => one.id === id);
  if (run !== undefined || id === undefined) return run;
  const others = runs.slice(0, 10).map((one) => one.id);
  throw new MigrationError("ERR_USAGE", "there is no such run in the state file", {
    suggestion: `there are: ${others.join(", ") || "none"}`,
  });
}

function printNothing(output: Output): number {
  output.line("no run yet");
  output.line(`  next: ${NOTHING_YET.next}`);
  output.document(NOTHING_YET);
  return EXIT_CODES.done;
}
