import { resolve } from "node:path";
import { type Assessed, assessRun } from "../assess-run.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import type { Command } from "../invocation.ts";
import { openSources } from "../open-sources.ts";
import { printAssessments } from "../output/print-assessment.ts";
import { prepareConfig } from "../prepare.ts";
import { readAside } from "../read-aside.ts";
import { buildAssessmentReport } from "../report/index.ts";
import { systemClock } from "../system.ts";
import { packageVersion } from "../version.ts";
import { writeReport } from "../write-report.ts";

/** Reads the pools once and says what is in them, what moves, what cannot, and how. */
export const assess: Command<{ readonly html?: string }> = async (invocation) => {
  const { host, output, options } = invocation;
  const config = await prepareConfig(invocation, { source: true, target: false });
  const opened = openSources(config);
  let result: Assessed;
  try {
    // One pass over all pools: what they have in common is seen too, and none waits for another's quota.
    const read = await readAside(config, opened.sources, {
      signal: host.signal,
      onProgress: (at) => output.progress.update(at),
    });
    try {
      result = await assessRun(read, config);
    } finally {
      await read[Symbol.asyncDispose]();
    }
  } finally {
    opened[Symbol.dispose]();
  }
  const { assessments, findings } = result;
  output.progress.clear();
  const meta = { toolVersion: packageVersion(), createdAt: systemClock.now() };
  printAssessments(assessments, findings, output);
  const report = buildAssessmentReport(assessments, meta, findings);
  output.document(report);
  if (options.html !== undefined) {
    const path = resolve(host.cwd, options.html);
    await writeReport(report, { html: path });
    output.note(`written: ${path}`);
  }
  return EXIT_CODES.done;
};
