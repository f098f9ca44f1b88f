import { importFlow, madeByUs } from "@cognito-to-descope/core";
import { createFlows } from "@cognito-to-descope/descope";
import { confirm } from "../confirm.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import { printFlowDifferences, printFlowFindings, printFlowNeeds } from "../flow/print-flow.ts";
import { readFlowInput } from "../flow/read-flow-input.ts";
import type { Command } from "../invocation.ts";
import { targetOptions } from "../open-target.ts";
import { printable } from "../output/printable.ts";
import { prepareConfig } from "../prepare.ts";

interface ImportOptions {
  readonly flowId?: string;
  readonly dryRun?: boolean;
}

/** Brings a flow into the project. */
export const flowImport: Command<ImportOptions> = async (invocation) => {
  const { host, output, options, operands } = invocation;
  const config = await prepareConfig(invocation, { source: false, target: true });
  const read = await readFlowInput(invocation, operands[0] ?? "-");
  const document = { ...read, flowId: options.flowId ?? read.flowId };
  const target = targetOptions(config);
  const id = printable(document.flowId);
  const result = await importFlow(createFlows(target), document, {
    signal: host.signal,
    async mayWrite(plan) {
      output.line(`${plan.operation} the flow ${id}`);
      printFlowDifferences(plan.differences, output);
      printFlowFindings(plan.findings, output);
      printFlowNeeds(plan.needs, output);
      for (const missing of plan.missingFlows)
        output.note(`the project has no flow ${printable(missing)}, which it calls`);
      if (options.dryRun === true) return false;
      await confirm(invocation, `${plan.operation === "create" ? "Create" : "Replace"} it in ${target.projectId}?`);
      return true;
    },
  });
  output.line(
    result.operation === "none"
      ? `the flow ${id} is as it should be`
      : result.written
        ? `flow ${id} ${result.operation === "create" ? "created" : "replaced"}`
        : "dry run: nothing was written to the project",
  );
  if (result.afterwards.length > 0) {
    output.line("the project has kept it otherwise than it was sent:");
    printFlowDifferences(result.afterwards, output);
  }
  const ours = madeByUs(document.metadata.description ?? "") !== undefined;
  if (result.written && !ours) output.note("note: c2d did not make this flow, and will not replace it again");
  const { operation, written, differences, findings, needs, missingFlows, afterwards } = result;
  output.document({
    operation,
    written,
    flowId: document.flowId,
    differences,
    findings,
    needs,
    missingFlows,
    afterwards,
  });
  return EXIT_CODES.done;
};
