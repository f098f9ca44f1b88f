import { resolve } from "node:path";
import { drawFlow } from "@cognito-to-descope/core";
import { EXIT_CODES } from "../exit-codes.ts";
import { readFlowInput } from "../flow/read-flow-input.ts";
import type { Command } from "../invocation.ts";
import { writeFileWhole } from "../output/write-file.ts";

interface DrawOptions {
  readonly output?: string;
}

/** Draws a flow as an SVG picture. */
export const flowDraw: Command<DrawOptions> = async (invocation) => {
  const { host, output, options, operands } = invocation;
  const document = await readFlowInput(invocation, operands[0] ?? "-");
  const picture = drawFlow(document);
  if (options.output !== undefined) {
    const path = resolve(host.cwd, options.output);
    await writeFileWhole(path, [picture], 0o644);
    output.line(`${path} written`);
    output.document({ flowId: document.flowId, file: path });
  } else if (output.json) output.document({ flowId: document.flowId, svg: picture });
  else await output.data(picture);
  return EXIT_CODES.done;
};
