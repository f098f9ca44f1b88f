import {
  type Connection,
  connectionKey,
  type CutoverRecord,
  cutoverRecord,
  type CutoverStep,
} from "@cognito-to-descope/core";
import { confirm } from "../confirm.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import type { Command, Invocation } from "../invocation.ts";
import { printable } from "../output/printable.ts";
import { prepareConfig } from "../prepare.ts";
import { commandOperator } from "../record/record-sso.ts";
import { type BridgeFileOptions, bridgeFiles, readBridgeConfig } from "../sso/bridge-files.ts";
import { takeBack, takeStep } from "../sso/change-connection.ts";
import { readDecisions } from "../sso/decision-log.ts";
import { findConnection } from "../sso/find-connection.ts";
import { type AskedFor, judgeConnection } from "../sso/judge-connection.ts";
import { readModesFile } from "../sso/modes-file.ts";
import { noteUnrecorded } from "../sso/note-unrecorded.ts";
import { readingOf } from "../sso/open-sso.ts";
import { verifyOne } from "../sso/verify-one.ts";
import { systemClock } from "../system.ts";

interface SsoCutoverOptions extends BridgeFileOptions, AskedFor {
  readonly back?: boolean;
  readonly dryRun?: boolean;
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
  for (const { gate, open, unknown, detail } of step.gates) {
    const state = open
      ? unknown === true
        ? output.style("yellow", "untold")
        : output.style("green", "open  ")
      : output.style("yellow", "closed");
    output.line(`  ${state}  ${gate}: ${detail}`);
  }
  const { to, allowed } = step;
  const taken = to !== undefined && allowed && options.dryRun !== true;
  if (taken) {
    if (to === "descope") await confirm(invocation, `Send sign-ins of ${name} to Descope from now on?`);
    await takeStep(files, connection, { judged: record, to }, commandOperator(invocation), systemClock);
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
  record: CutoverRecord,
): Promise<CutoverStep> {
  const { host, output, options } = invocation;
  const { tally, unreadable } = await readDecisions(bridgeFiles(host.cwd, options).decisions, record.since);
  if (unreadable > 0)
    output.note(`note: ${unreadable} lines of the decision logs cannot be read, and count for nothing`);
  const runChecks = async (): ReturnType<typeof verifyOne> => {
    const config = await prepareConfig(invocation, { source: true, target: true });
    return await verifyOne(readingOf(invocation), config, connection);
  };
  const now = systemClock.now();
  return await judgeConnection(
    { connection, record, runChecks, tally: tally.of(connectionKey(connection)), now },
    options,
  );
}

async function goBack(
  invocation: Invocation<SsoCutoverOptions>,
  connection: Connection,
  record: CutoverRecord,
): Promise<number> {
  const { host, output, options } = invocation;
  const name = printable(connection.name);
  const isDry = options.dryRun === true;
  // Whoever wants back has a reason, so nobody is asked and nothing is looked at.
  const done = isDry
    ? undefined
    : await takeBack(bridgeFiles(host.cwd, options), connection, commandOperator(invocation), systemClock);
  const { stage } = done?.before ?? record;
  if (done !== undefined) noteUnrecorded(output, done);
  if (stage === "cognito") output.line(`${name}: cognito already`);
  else output.line(`${name}: ${stage} → cognito${isDry ? ", in a dry run: nothing was changed" : ""}`);
  output.document({
    connection: connectionKey(connection),
    from: stage,
    to: "cognito",
    gates: [],
    allowed: true,
    taken: done?.changed === true,
  });
  return EXIT_CODES.done;
}
