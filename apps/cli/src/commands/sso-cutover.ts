import {
  type Connection,
  connectionKey,
  CUTOVER_POLICY,
  type CutoverPolicy,
  type CutoverRecord,
  type CutoverStage,
  type CutoverStep,
  cutoverRecord,
  judgeCutover,
  withStage,
} from "@cognito-to-descope/core";
import { confirm } from "../confirm.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import type { Command, Invocation } from "../invocation.ts";
import { printable } from "../output/printable.ts";
import { recordCutover } from "../record/record-sso.ts";
import {
  type BridgeFileOptions,
  bridgeFiles,
  readBridgeConfig,
  readModesFile,
  writeModesFile,
} from "../sso/bridge-files.ts";
import { readDecisions } from "../sso/decision-log.ts";
import { findConnection } from "../sso/find-connection.ts";
import { verifyOne } from "../sso/verify-one.ts";
import { systemClock } from "../system.ts";

interface SsoCutoverOptions extends BridgeFileOptions {
  readonly back?: boolean;
  readonly dryRun?: boolean;
  readonly minDecisions?: number;
  readonly minAgreement?: number;
  readonly minSignIns?: number;
  readonly quietHours?: number;
}

/** Takes the cut-over of one connection a step further when its gates are open, or takes it back at once. */
export const ssoCutover: Command<SsoCutoverOptions> = async (invocation) => {
  const { host, output, options, operands } = invocation;
  const [named = ""] = operands;
  const files = bridgeFiles(host.cwd, options);
  const connection = findConnection(await readBridgeConfig(files), named);
  const record = cutoverRecord(await readModesFile(files), connectionKey(connection));
  if (options.back === true) return await goBack(invocation, connection, record);
  const step = await judge(invocation, connection, record);
  const name = printable(connection.name);
  output.line(step.to === undefined ? `${name}: ${step.from}, the last stage` : `${name}: ${step.from} → ${step.to}`);
  for (const { gate, open, detail } of step.gates) {
    output.line(`  ${open ? output.style("green", "open  ") : output.style("yellow", "closed")}  ${gate}: ${detail}`);
  }
  const { to, allowed } = step;
  const taken = to !== undefined && allowed && options.dryRun !== true;
  if (taken) {
    if (to === "descope") await confirm(invocation, `Send sign-ins of ${name} to Descope from now on?`);
    await changeStage(invocation, connection, to);
    output.line(`  done; back at any time with c2d sso cutover ${name} --back`);
  } else if (to !== undefined) {
    output.line(allowed ? "  a dry run: nothing was changed" : "  nothing was changed");
  }
  output.document({ connection: connectionKey(connection), ...step, taken });
  return to === undefined || allowed ? EXIT_CODES.done : EXIT_CODES.blocked;
};

async function judge(
  invocation: Invocation<SsoCutoverOptions>,
  connection: Connection,
  { stage, since }: CutoverRecord,
): Promise<CutoverStep> {
  const { host, output, options } = invocation;
  const policy: CutoverPolicy = {
    minDecisions: options.minDecisions ?? CUTOVER_POLICY.minDecisions,
    minAgreement: options.minAgreement ?? CUTOVER_POLICY.minAgreement,
    minSignIns: options.minSignIns ?? CUTOVER_POLICY.minSignIns,
    quietMs: options.quietHours === undefined ? CUTOVER_POLICY.quietMs : options.quietHours * 3_600_000,
  };
  const { tally, unreadable } = await readDecisions(bridgeFiles(host.cwd, options).decisions, since);
  if (unreadable > 0)
    output.note(`note: ${unreadable} lines of the decision logs cannot be read, and count for nothing`);
  const checks = stage === "verified" ? [] : await verifyOne(invocation, connection);
  const evidence = { connection, since, now: systemClock.now(), checks, tally: tally.of(connectionKey(connection)) };
  return judgeCutover(stage, evidence, policy);
}

async function goBack(
  invocation: Invocation<SsoCutoverOptions>,
  connection: Connection,
  { stage }: CutoverRecord,
): Promise<number> {
  const { output, options } = invocation;
  const name = printable(connection.name);
  const taken = stage !== "cognito" && options.dryRun !== true;
  // Whoever wants back has a reason, so nobody is asked and nothing is looked at.
  if (taken) await changeStage(invocation, connection, "cognito");
  if (stage === "cognito") output.line(`${name}: cognito already`);
  else output.line(`${name}: ${stage} → cognito${taken ? "" : ", in a dry run: nothing was changed"}`);
  output.document({
    connection: connectionKey(connection),
    from: stage,
    to: "cognito",
    gates: [],
    allowed: true,
    taken,
  });
  return EXIT_CODES.done;
}

/** Reads the modes anew, so that a change meanwhile of another connection is kept. */
async function changeStage(
  invocation: Invocation<SsoCutoverOptions>,
  connection: Connection,
  stage: CutoverStage,
): Promise<void> {
  const { host, options } = invocation;
  const files = bridgeFiles(host.cwd, options);
  const modes = await readModesFile(files);
  await writeModesFile(files, withStage(modes, connectionKey(connection), { stage, since: systemClock.now() }));
  await recordCutover(invocation, { action: "cut-over", connection: connectionKey(connection), stage });
}
