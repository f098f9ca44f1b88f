import { type AppliedItem, explainUser, type Run, type StateStore } from "@cognito-to-descope/core";
import { thisOperator } from "../control/this-process.ts";
import { usageError } from "../errors.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import type { Command } from "../invocation.ts";
import type { Output } from "../output/output.ts";
import { countOf } from "../output/printable.ts";
import { printUser, printUsers } from "../output/print-user.ts";
import { prepareConfig } from "../prepare.ts";
import { noteUserReveal } from "../record/note-reveal.ts";
import { stateClock } from "../state/state-location.ts";
import { describeUser } from "../user/describe-user.ts";
import { explainOptions } from "../user/explain-options.ts";
import { listUser } from "../user/list-user.ts";

interface UserOptions {
  readonly run?: string;
  readonly reveal?: boolean;
  readonly now?: boolean;
}

/** Users that are listed where a text fits several. */
const MOST_LISTED = 20;
/** Other runs that are searched for the user's history. */
const MOST_RUNS = 20;
/** A plan of fewer users is indexed before anybody wonders. */
const WORTH_A_NOTE = 50_000;

/** Tells the whole story of one user of a run: what is planned and why, both sides, what became of it. */
export const user: Command<UserOptions> = async (invocation) => {
  const { host, output, options, operands } = invocation;
  const [text = ""] = operands;
  if (text.trim() === "")
    throw usageError("no user is named", "give a sub, login ID, email address, phone number or name");
  const config = await prepareConfig(invocation, { source: false, target: false });
  if (!(await config.state.exists())) throw usageError("there is no state yet", "run `c2d plan` first");
  const store = await config.state.open();
  try {
    const run = await findPlannedRun(store, options.run);
    await indexPlan(store, run, output, host.signal);
    const found = await findUsers(store, run.id, text);
    const reveal = options.reveal === true || output.verbose;
    const [only] = found;
    if (only === undefined) {
      throw usageError(
        "the plan of this run has no such user",
        `try a part of an address or name, or another run: this is ${run.id}`,
      );
    }
    if (found.length > 1) {
      const users = found.map((applied) => listUser(run, applied, false));
      printUsers(users.slice(0, MOST_LISTED), found.length > MOST_LISTED, output);
      output.document({
        run: run.id,
        user: null,
        matches: users.slice(0, MOST_LISTED),
        more: found.length > MOST_LISTED,
      });
      return EXIT_CODES.done;
    }
    await indexSmallPlans(store, run, output, host.signal);
    const explanation = await explainUser(store, run, only.item.seq, explainOptions(config, run, options.now === true));
    if (explanation === undefined) throw new Error("a user that was found is not there");
    if (reveal) {
      const clock = await stateClock(config.state);
      const { seq } = explanation.item;
      await noteUserReveal(store, explanation.run.id, clock, { operator: thisOperator(), seq });
    }
    const described = describeUser(explanation, reveal);
    printUser(described, output);
    output.document({ run: run.id, user: described, matches: [], more: false });
    return EXIT_CODES.done;
  } finally {
    await store[Symbol.asyncDispose]();
  }
};

async function findPlannedRun(store: StateStore, id: string | undefined): Promise<Run> {
  const runs = (await store.listRuns()).filter(({ plan }) => plan !== undefined);
  const run = id === undefined ? runs[0] : runs.find((one) => one.id === id);
  if (run !== undefined) return run;
  const others = runs.slice(0, 10).map((one) => one.id);
  throw usageError(
    id === undefined ? "no run has a plan yet" : "there is no such run with a plan in the state file",
    id === undefined ? "run `c2d plan` first" : `there are: ${others.join(", ") || "none"}`,
  );
}

async function indexPlan(store: StateStore, run: Run, output: Output, signal: AbortSignal): Promise<void> {
  for (let { complete } = await store.readSearchIndex(run.id), first = true; !complete; first = false) {
    signal.throwIfAborted();
    if (first && usersOf(run) > WORTH_A_NOTE) {
      output.note(`note: making ${countOf(usersOf(run), "user")} ready for searches, which is done once`);
    }
    ({ complete } = await store.indexPlan(run.id));
  }
}

/** Has the user's history searched in what takes no time: runs that follow changes have few users. */
async function indexSmallPlans(
  store: StateStore,
  { id, projectId }: Run,
  output: Output,
  signal: AbortSignal,
): Promise<void> {
  const others = (await store.listRuns()).filter(
    (run) => run.id !== id && run.projectId === projectId && run.plan !== undefined,
  );
  for (const run of others.slice(0, MOST_RUNS)) {
    if (usersOf(run) <= WORTH_A_NOTE) await indexPlan(store, run, output, signal);
  }
}

function usersOf({ plan }: Run): number {
  const { create = 0, patch = 0, none = 0, skip = 0 } = plan?.counts ?? {};
  return create + patch + none + skip + (plan?.counts.delete ?? 0);
}

/** Whoever has the text for a value, or else whoever has it in one. One more than is listed says that there are more. */
async function findUsers(store: StateStore, runId: string, text: string): Promise<readonly AppliedItem[]> {
  for (const match of ["exact", "contains"] as const) {
    const found: AppliedItem[] = [];
    for (let after: number | undefined = 0; after !== undefined && found.length <= MOST_LISTED;) {
      const page: Awaited<ReturnType<StateStore["searchPlanItems"]>> = await store.searchPlanItems(
        runId,
        { text, match },
        after,
        MOST_LISTED + 1 - found.length,
      );
      found.push(...page.items);
      after = page.next;
    }
    if (found.length > 0) return found;
  }
  return [];
}
