import { resolve } from "node:path";
import { DEFAULT_LIMITS as COGNITO_LIMITS } from "@cognito-to-descope/cognito";
import { type Assessment, assessPool, type AssessQuotas, observeUsers } from "@cognito-to-descope/core";
import { DEFAULT_LIMITS as DESCOPE_LIMITS } from "@cognito-to-descope/descope";
import type { Config } from "../config/config.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import type { Command } from "../invocation.ts";
import { openSources } from "../open-sources.ts";
import { printAssessment } from "../output/print-assessment.ts";
import { writeFileWhole } from "../output/write-file.ts";
import { prepareConfig } from "../prepare.ts";
import { readAside } from "../read-aside.ts";
import { buildAssessmentReport, renderAssessmentHtml } from "../report/index.ts";
import { systemClock } from "../system.ts";
import { packageVersion } from "../version.ts";

/** Reads the pools once and says what is in them, what moves, what cannot, and how. */
export const assess: Command<{ readonly html?: string }> = async (invocation) => {
  const { host, output, options } = invocation;
  const config = await prepareConfig(invocation, { source: true, target: false });
  const opened = openSources(config);
  const assessments: Assessment[] = [];
  try {
    for (const source of opened.sources) {
      const read = await readAside(config, [source], {
        signal: host.signal,
        onProgress: (at) => output.progress.update(at),
      });
      try {
        const [pool] = await read.store.readPools(read.runId);
        if (pool === undefined) continue;
        const observation = read.plan.observations[0] ?? observeUsers().observation();
        const assessment = assessPool(pool, observation, read.groupSizes[0] ?? {}, config.rules, quotasOf(config));
        // The plan's findings are the assessment's and those about single users. Descriptions of groups are free text
        // and may say anything.
        assessments.push({
          ...assessment,
          findings: read.plan.findings,
          pool: { ...pool, groups: pool.groups.map((group) => ({ ...group, description: "" })) },
        });
      } finally {
        await read[Symbol.asyncDispose]();
      }
    }
  } finally {
    opened[Symbol.dispose]();
  }
  output.progress.clear();
  const meta = { toolVersion: packageVersion(), createdAt: systemClock.now() };
  for (const assessment of assessments) printAssessment(assessment, output);
  output.document(buildAssessmentReport(assessments, meta));
  if (options.html !== undefined) {
    const path = resolve(host.cwd, options.html);
    await writeFileWhole(path, [renderAssessmentHtml(assessments, meta)]);
    output.note(`written: ${path}`);
  }
  return EXIT_CODES.done;
};

function quotasOf({ limits, target }: Config): AssessQuotas {
  return {
    userList: limits.cognito?.UserList ?? COGNITO_LIMITS.categories.UserList,
    create: limits.descope?.["user-create"] ?? DESCOPE_LIMITS["user-create"],
    usersPerBatch: target?.batchSize ?? 100,
  };
}
