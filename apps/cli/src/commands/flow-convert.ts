import { EXIT_CODES } from "../exit-codes.ts";
import { readFlowInput } from "../flow/read-flow-input.ts";
import { writeFlow, type WriteFlowOptions } from "../flow/write-flow.ts";
import type { Command } from "../invocation.ts";

/** Writes a flow in another form; with `project:` it exports one. */
export const flowConvert: Command<WriteFlowOptions> = async (invocation) => {
  const { output, options, operands } = invocation;
  const document = await readFlowInput(invocation, operands[0] ?? "-");
  const files = await writeFlow(invocation, document, options);
  for (const file of files) output.line(`${file} written`);
  output.document({ flowId: document.flowId, files, ...(files.length === 0 ? { document } : {}) });
  return EXIT_CODES.done;
};
