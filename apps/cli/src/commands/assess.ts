import { resolve } from "node:path";
import { DEFAULT_LIMITS as COGNITO_LIMITS } from "@cognito-to-descope/cognito";
import {
  type Assessment,
  assessPool,
  type AssessQuotas,
  createFindings,
  type Finding,
  observeUsers,
} from "@cognito-to-descope/core";
import { DEFAULT_LIMITS as DESCOPE_LIMITS } from "@cognito-to-descope/descope";
import type { Config } from "../config/config.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import type { Command } from "../invocation.ts";
import { openSources } from "../open-sources.ts";
import { printAssessments } from "../output/print-assessment.ts";
import { writeFileWhole } from "../output/write-file.ts";
import { prepareConfig } from "../prepare.ts";
import { type ReadAside, readAside } from "../read-aside.ts";
import { buildAssessmentReport, renderAssessmentHtml } from "../report/index.ts";
import { systemClock } from "../system.ts";
import { packageVersion } from "../version.ts";

const PAGE = 500;

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
      result = await assessAll(read, config);
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
  output.document(buildAssessmentReport(assessments, meta, findings));
  if (options.html !== undefined) {
    const path = resolve(host.cwd, options.html);
    await writeFileWhole(path, [renderAssessmentHtml(assessments, meta, findings)]);
    output.note(`written: ${path}`);
  }
  return EXIT_CODES.done;
};

/** The assessments of all pools, and what was found about all of them. */
interface Assessed {
  readonly assessments: readonly Assessment[];
  readonly findings: readonly Finding[];
}

async function assessAll({ store, runId, plan, groupSizes }: ReadAside, config: Config): Promise<Assessed> {
  const pools = await store.readPools(runId);
  const ofPools = pools.map(() => createFindings());
  for (let after = 0; ;) {
    const page = await store.readPlanItems(runId, after, PAGE);
    const last = page.at(-1);
    if (last === undefined) break;
    after = last.seq;
    for (const { source, findings } of page) ofPools[source]?.addUser(findings);
  }
  const quotas = quotasOf(config);
  const assessments = pools.map((pool, index): Assessment => {
    const observation = plan.observations[index] ?? observeUsers().observation();
    const sizes = groupSizes[index] ?? {};
    return {
      ...assessPool(pool, observation, sizes, config.rules, quotas, ofPools[index]),
      // Descriptions of groups are free text and may say anything.
      pool: { ...pool, groups: pool.groups.map((group) => ({ ...group, description: "" })) },
    };
  });
  return { assessments, findings: plan.findings };
}

function quotasOf({ limits, target }: Config): AssessQuotas {
  return {
    userList: limits.cognito?.UserList ?? COGNITO_LIMITS.categories.UserList,
    create: limits.descope?.["user-create"] ?? DESCOPE_LIMITS["user-create"],
    usersPerBatch: target?.batchSize ?? 100,
  };
}
