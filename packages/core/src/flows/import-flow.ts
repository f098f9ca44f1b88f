import { MigrationError } from "../errors.ts";
import type { Flows } from "../ports/flows.ts";
import { diffFlows, type FlowDifference } from "./diff/diff-flows.ts";
import type { FlowDocument } from "./flow-document.ts";
import { type FlowNeeds, flowNeeds } from "./generate/flow-needs.ts";
import { madeByUs } from "./generate/mark.ts";
import { lintFlow } from "./lint/lint-flow.ts";
import type { FlowFinding } from "./lint/rules.ts";

/** What an import would do. */
export interface FlowImportPlan {
  readonly operation: "create" | "update" | "none";
  readonly document: FlowDocument;
  /** How it differs from the flow that is there; none for a new one. */
  readonly differences: readonly FlowDifference[];
  readonly findings: readonly FlowFinding[];
  readonly needs: FlowNeeds;
  /** IDs of flows that it calls and that the project does not have. */
  readonly missingFlows: readonly string[];
}

/** How a flow is imported. */
export interface ImportFlowOptions {
  readonly signal?: AbortSignal | undefined;
  /** Asked before anything is written; false leaves everything as it is. */
  readonly mayWrite: (plan: FlowImportPlan) => Promise<boolean>;
}

/** What was done. */
export interface ImportedFlow extends FlowImportPlan {
  readonly written: boolean;
  /** What differs between what was sent and what the project gave back afterwards; none when nothing was written. */
  readonly afterwards: readonly FlowDifference[];
}

/**
 * Brings a flow into a project. Reads first; writes once, or not at all; and reads back what became of it.
 *
 * An import replaces a flow whole. So a flow that is there is replaced only when this product made it, which its description
 * says.
 *
 * @throws MigrationError `ERR_FLOW_EXISTS` when the project has a flow of this ID that this product did not make,
 *   `ERR_PLAN_BLOCKED` when the flow has a blocker, and those of the project.
 */
export async function importFlow(
  flows: Flows,
  document: FlowDocument,
  { signal, mayWrite }: ImportFlowOptions,
): Promise<ImportedFlow> {
  const abortable = signal === undefined ? {} : { signal };
  const plan = await planImport(flows, document, abortable);
  const blockers = plan.findings.filter(({ severity }) => severity === "blocker");
  if (blockers.length > 0) {
    const rules = [...new Set(blockers.map(({ rule }) => rule))];
    throw new MigrationError("ERR_PLAN_BLOCKED", `the flow cannot work as it is: ${rules.join(", ")}`, {
      suggestion: "c2d flow lint says which tasks it is about",
    });
  }
  if (plan.operation === "none" || !(await mayWrite(plan))) return { ...plan, written: false, afterwards: [] };
  await flows.write(document, abortable);
  const after = await flows.read(document.flowId, abortable);
  return { ...plan, written: true, afterwards: after === undefined ? [] : diffFlows(document, after) };
}

async function planImport(
  flows: Flows,
  document: FlowDocument,
  abortable: { readonly signal?: AbortSignal },
): Promise<FlowImportPlan> {
  const existing = await flows.list(abortable);
  const found = existing.find(({ flowId }) => flowId === document.flowId);
  const before = found === undefined ? undefined : await flows.read(document.flowId, abortable);
  // The list may leave descriptions out.
  if (before !== undefined && madeByUs(before.metadata.description ?? "") === undefined) {
    throw new MigrationError("ERR_FLOW_EXISTS", "a flow of this ID exists that c2d did not make", {
      suggestion: "choose another ID with --flow-id: a flow that somebody designed is never replaced",
    });
  }
  const differences = before === undefined ? [] : diffFlows(before, document);
  const needs = flowNeeds(document);
  return {
    operation: before === undefined ? "create" : differences.length === 0 ? "none" : "update",
    document,
    differences,
    findings: lintFlow(document),
    needs,
    missingFlows: needs.flows.filter(
      (flowId) => flowId !== document.flowId && !existing.some((one) => one.flowId === flowId),
    ),
  };
}
