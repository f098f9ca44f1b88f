import { hasCode, MigrationError } from "../errors.ts";
import type { JwtTemplates } from "../ports/jwt-templates.ts";
import { awsJwtTemplate, type AwsJwtTemplateOptions, findAwsTemplate } from "./aws-jwt-template.ts";
import { type JwtTemplatePlan, planJwtTemplate } from "./plan-jwt-template.ts";

/** How a template is applied. */
export interface ApplyJwtTemplateOptions extends Omit<AwsJwtTemplateOptions, "base"> {
  /** The template to change, even when it is somebody else's. */
  readonly id?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Asked before anything is written; false leaves everything as it is. */
  readonly mayWrite: (plan: JwtTemplatePlan) => Promise<boolean>;
}

/** What was done. */
export interface AppliedJwtTemplate extends JwtTemplatePlan {
  /** Whether the project was asked to write it. */
  readonly written: boolean;
  /** What the project's ID of the template is, once it has one. */
  readonly id?: string | undefined;
}

/**
 * Makes the template, or brings it to what it should be. Reads first; writes once, or not at all.
 *
 * @throws MigrationError those of the project, and `ERR_USAGE` when a template is in the way that is not ours.
 */
export async function applyJwtTemplate(
  templates: JwtTemplates,
  options: ApplyJwtTemplateOptions,
): Promise<AppliedJwtTemplate> {
  const { id, signal, mayWrite, ...wanted } = options;
  const abortable = signal === undefined ? {} : { signal };
  const read = async (): Promise<JwtTemplatePlan> => {
    const [existing, library] = [await templates.list(abortable), await templates.listLibrary(abortable)];
    return planJwtTemplate(existing, awsJwtTemplate({ ...wanted, base: findAwsTemplate(library) }), id);
  };
  const plan = await read();
  if (plan.operation === "none") return { ...plan, written: false, id: plan.template.id };
  const issues = await templates.validate(plan.template, abortable);
  if (issues !== undefined && issues.length > 0) {
    throw new MigrationError("ERR_TARGET_REFUSED", `the project does not take the JWT template: ${issues.join(", ")}`);
  }
  if (!(await mayWrite(plan))) return { ...plan, written: false, id: plan.template.id };
  try {
    const { id: given } =
      plan.operation === "create"
        ? await templates.create(plan.template, abortable)
        : await templates.update(plan.template, abortable);
    return { ...plan, written: true, id: given ?? plan.template.id };
  } catch (error) {
    if (!hasCode(error, "ERR_TARGET_ANSWER_LOST") || signal?.aborted === true) throw error;
    // Whether it was written shows when it is read again: it is never sent twice.
    const after = await read();
    if (after.operation !== "none") throw error;
    return { ...plan, written: true, id: after.template.id };
  }
}
