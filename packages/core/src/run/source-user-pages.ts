import type { SourceUser } from "../ports/state-store.ts";
import type { RunContext } from "./run-context.ts";

const PAGE = 500;

/** Every source user in pages. A page counts as done when the next one is asked for. */
export async function* sourceUserPages(
  { runId, store, signal, onProgress }: Pick<RunContext, "runId" | "store" | "signal" | "onProgress">,
  step: "observing" | "planning" | "comparing",
): AsyncGenerator<readonly SourceUser[]> {
  const total = await store.countSourceUsers(runId);
  let users = 0;
  for (let after = 0; ;) {
    signal?.throwIfAborted();
    const page = await store.readSourceUsers(runId, after, PAGE);
    const last = page.at(-1);
    if (last === undefined) return;
    yield page;
    after = last.seq;
    users += page.length;
    onProgress?.({ step, users, total });
  }
}
