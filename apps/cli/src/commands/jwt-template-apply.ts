import { applyJwtTemplate, type JwtTemplateDifference } from "@cognito-to-descope/core";
import { createJwtTemplates } from "@cognito-to-descope/descope";
import { confirm } from "../confirm.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import type { Command } from "../invocation.ts";
import { targetOptions } from "../open-target.ts";
import type { Output } from "../output/output.ts";
import { printable } from "../output/printable.ts";
import { prepareConfig } from "../prepare.ts";

interface ApplyOptions {
  readonly dryRun?: boolean;
  readonly id?: string;
  readonly name?: string;
  readonly audience?: string;
  readonly subject?: "descope" | "cognito";
}

/** Makes or mends the JWT template. */
export const jwtTemplateApply: Command<ApplyOptions> = async (invocation) => {
  const { host, output, options } = invocation;
  const config = await prepareConfig(invocation, { source: false, target: true });
  const target = targetOptions(config);
  const { id: wanted, name, audience, subject } = options;
  const { operation, template, differences, written, id } = await applyJwtTemplate(createJwtTemplates(target), {
    projectId: target.projectId,
    id: wanted,
    name,
    audience,
    subject,
    signal: host.signal,
    async mayWrite(plan) {
      const verb = plan.operation === "create" ? "create" : "change";
      output.line(`${verb} the JWT template "${printable(plan.template.name)}"`);
      for (const difference of plan.differences) print(difference, output);
      if (options.dryRun === true) return false;
      await confirm(invocation, `${verb === "create" ? "Create" : "Change"} it in ${target.projectId}?`);
      return true;
    },
  });
  output.line(
    written
      ? `JWT template ${printable(id ?? template.name)} ${operation === "create" ? "created" : "changed"}`
      : operation === "none"
        ? `JWT template ${printable(id ?? template.name)} is as it should be`
        : "dry run: nothing was written to the project",
  );
  output.line(
    "it is used once it is selected as the user JWT template in the project's settings; c2d aws check shows whether it is",
  );
  output.document({ operation, written, id: id ?? null, differences, template });
  return EXIT_CODES.done;
};

function print({ setting, from, to }: JwtTemplateDifference, output: Output): void {
  if (from !== undefined) output.line(output.style("red", `  - ${setting}: ${printable(JSON.stringify(from))}`));
  output.line(output.style("green", `  + ${setting}: ${printable(JSON.stringify(to))}`));
}
