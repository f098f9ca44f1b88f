import type { FlowDocument } from "../flow-document.ts";
import { checkConnectors } from "./check-connectors.ts";
import { checkContext } from "./check-context.ts";
import { checkScreens } from "./check-screens.ts";
import { checkTasks } from "./check-tasks.ts";
import { FLOW_RULES, type FlowFinding } from "./rules.ts";

const RANK = { blocker: 0, warning: 1, note: 2 } as const;

/**
 * Looks for what is wrong with a flow, or looks wrong.
 *
 * What the service does with any of it is not documented, so nothing is guessed: `blocker` is what cannot work by the
 * grammar alone.
 *
 * @returns Blockers first, each in the order of the tasks.
 */
export function lintFlow(document: FlowDocument): readonly FlowFinding[] {
  const found = new Map<string, FlowFinding>();
  const report = (rule: FlowFinding["rule"], task?: string, subject?: string): void => {
    const [severity, message] = FLOW_RULES[rule];
    const finding = {
      rule,
      severity,
      message,
      ...(task === undefined ? {} : { task }),
      ...(subject === undefined ? {} : { subject }),
    };
    found.set(JSON.stringify([rule, task, subject]), finding);
  };
  checkTasks(document, report);
  checkScreens(document, report);
  checkContext(document, report);
  checkConnectors(document, report);
  return [...found.values()].sort((a, b) => RANK[a.severity] - RANK[b.severity]);
}
