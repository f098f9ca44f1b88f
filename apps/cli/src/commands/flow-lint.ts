import { lintFlow } from "@cognito-to-descope/core";
import { EXIT_CODES } from "../exit-codes.ts";
import { printFlowFindings } from "../flow/print-flow.ts";
import { readFlowInput } from "../flow/read-flow-input.ts";
import type { Command } from "../invocation.ts";
import { countOf } from "../output/printable.ts";

/** Looks for what is wrong with a flow. */
export const flowLint: Command = async (invocation) => {
  const { output, operands } = invocation;
  const document = await readFlowInput(invocation, operands[0] ?? "-");
  const findings = lintFlow(document);
  printFlowFindings(findings, output);
  const count = (severity: string): number => findings.filter((one) => one.severity === severity).length;
  const tasks = Object.keys(document.contents.tasks).filter((id) => id !== "start").length;
  output.line(
    findings.length === 0
      ? `${countOf(tasks, "task")}, nothing found`
      : `${countOf(count("blocker"), "blocker")}, ${countOf(count("warning"), "warning")}, ${countOf(count("note"), "note")}`,
  );
  output.document({ flowId: document.flowId, tasks, findings });
  return count("blocker") > 0 ? EXIT_CODES.blocked : EXIT_CODES.done;
};
