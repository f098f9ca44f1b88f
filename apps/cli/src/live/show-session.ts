import { thisOperator } from "../control/this-process.ts";
import type { Invocation } from "../invocation.ts";
import { observeOutcomes } from "../output/observe-outcomes.ts";
import type { Session } from "../session.ts";
import { systemClock } from "../system.ts";
import { canShowLive } from "./can-show-live.ts";
import type { LiveView } from "./live-view.ts";

/** A live view of what the command does, where somebody sits at a terminal that can show one. */
export async function openLiveView({ host, output }: Invocation): Promise<(LiveView & Disposable) | undefined> {
  const { terminal } = host;
  if (terminal === undefined || !canShowLive(host, output)) return undefined;
  // Loaded where it is shown only: most commands run where there is no terminal.
  const { createLiveView } = await import("./live-view.ts");
  const view = createLiveView({
    host: { ...host, terminal },
    style: (style, text) => output.style(style, text),
    clock: systemClock,
    operator: thisOperator(),
  });
  const shown = output.showProgress(view);
  return { ...view, [Symbol.dispose]: () => shown[Symbol.dispose]() };
}

/** A session whose runs are shown by a view, with their outcomes. */
export function showSession(session: Session, view: LiveView): Session {
  return {
    ...session,
    context(runId) {
      const { store } = session;
      view.follow({ runId, store, buckets: () => session.buckets() });
      const shown = observeOutcomes(
        store,
        (item) => view.describe(item),
        (outcome, who) => view.outcome(outcome, who),
      );
      return { ...session.context(runId), store: shown };
    },
  };
}
