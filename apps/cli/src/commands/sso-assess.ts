import { resolve } from "node:path";
import { planSso } from "@cognito-to-descope/core";
import { EXIT_CODES } from "../exit-codes.ts";
import type { Command } from "../invocation.ts";
import { printSsoAssessment } from "../output/print-sso.ts";
import { writeFileWhole } from "../output/write-file.ts";
import { prepareConfig } from "../prepare.ts";
import { buildSsoReport, renderSsoHtml } from "../report/index.ts";
import { readingOf, readPools } from "../sso/open-sso.ts";
import { systemClock, systemDigest } from "../system.ts";
import { packageVersion } from "../version.ts";

/** Reads every connection and says what moving it takes. Needs no project and makes no state file. */
export const ssoAssess: Command<{ readonly html?: string }> = async (invocation) => {
  const { host, output, options } = invocation;
  const config = await prepareConfig(invocation, { source: true, target: false });
  using pools = await readPools(readingOf(invocation), config, []);
  const meta = { toolVersion: packageVersion(), createdAt: systemClock.now() };
  const plan = await planSso({
    read: pools.read,
    records: [],
    sso: config.sso.options,
    rules: config.rules,
    digest: systemDigest,
    now: meta.createdAt,
    signal: host.signal,
  });
  const report = buildSsoReport("sso-assessment", plan, pools.read, meta);
  printSsoAssessment(plan, pools.read, output);
  output.document(report);
  if (options.html !== undefined) {
    const path = resolve(host.cwd, options.html);
    await writeFileWhole(path, [renderSsoHtml(report)]);
    output.note(`written: ${path}`);
  }
  return EXIT_CODES.done;
};
