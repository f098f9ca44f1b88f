import { diffFlows } from "@cognito-to-descope/core";
import { usageError } from "../errors.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import { printFlowDifferences } from "../flow/print-flow.ts";
import { readFlowInput } from "../flow/read-flow-input.ts";
import type { Command } from "../invocation.ts";

/** Says how two flows differ in what they do. */
export const flowDiff: Command = async (invocation) => {
  const { output, operands } = invocation;
  const [from = "", to = ""] = operands;
  if (from === "-" && to === "-") throw usageError("standard input holds one flow", "give a file for the other");
  const before = await readFlowInput(invocation, from);
  const after = await readFlowInput(invocation, to);
  const differences = diffFlows(before, after);
  printFlowDifferences(differences, output);
  if (differences.length === 0) output.line("they do the same");
  output.document({ from: before.flowId, to: after.flowId, differences });
  return differences.length === 0 ? EXIT_CODES.done : EXIT_CODES.incomplete;
};
