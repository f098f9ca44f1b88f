import { resolve } from "node:path";
import { EXIT_CODES } from "../exit-codes.ts";
import type { Command } from "../invocation.ts";
import { listPlanItems, printPlan } from "../output/print-plan.ts";
import { blockersOf } from "../plan-blockers.ts";
import { reckonDuration } from "../plan-duration.ts";
import { planNow } from "../plan-now.ts";
import { prepareConfig } from "../prepare.ts";
import { buildPlanReport } from "../report/index.ts";
import { withoutDescriptions } from "../report-run.ts";
import { openSession } from "../session.ts";
import { systemClock } from "../system.ts";
import { packageVersion } from "../version.ts";
import { writeReport } from "../write-report.ts";

/** Makes a plan and prints it. Writes nothing to the project. */
export const plan: Command<{ readonly html?: string }> = async (invocation) => {
  const { host, output, options } = invocation;
  const config = await prepareConfig(invocation, { source: true, target: true });
  const session = await openSession({ config, signal: host.signal, onProgress: (at) => output.progress.update(at) });
  try {
    const run = withoutDescriptions(await planNow(session, output, ["reading", "planning"]));
    const duration = reckonDuration(run.plan.counts, config);
    const meta = { toolVersion: packageVersion(), createdAt: systemClock.now() };
    if (output.verbose) await listPlanItems(session.store, run.id, output);
    printPlan(run, duration, output);
    const report = buildPlanReport(run, meta);
    output.document({ ...report, duration });
    if (options.html !== undefined) {
      const path = resolve(host.cwd, options.html);
      await writeReport(report, { html: path, on: { store: session.store, runs: [run.id] } });
      output.note(`written: ${path}`);
    }
    const blocked = blockersOf(run.plan).length > 0;
    output.line();
    output.line(blocked ? "  next: settle the blockers, then plan again" : "  next: c2d apply");
    return blocked ? EXIT_CODES.blocked : EXIT_CODES.done;
  } finally {
    await session[Symbol.asyncDispose]();
  }
};
