import type { Severity } from "../../findings/finding.ts";

/** Every rule of the linter, with its severity and its one-line message. `docs/flows.md` has a row for each. */
export const FLOW_RULES = {
  // Tasks and what they lead to.
  "start-missing": ["blocker", "the flow begins nowhere"],
  "task-dangling": ["blocker", "a rule leads to a task that does not exist"],
  "task-unreachable": ["warning", "no way leads to the task"],
  "task-id-differs": ["warning", "the task's own ID is not the one that it is listed under"],
  "task-type-unknown": ["warning", "the task is of a type that no public export shows"],
  "tasks-many": ["warning", "the flow has more than 100 tasks, the service's soft limit"],
  "tasks-too-many": ["blocker", "the flow has more than 200 tasks, the service's limit"],
  "end-missing": ["warning", "no way leads to a session"],
  "loop-without-screen": ["blocker", "the flow can go in circles without ever showing a screen"],
  "subflow-itself": ["blocker", "the flow calls itself"],
  // Automated tasks.
  "action-unknown": ["warning", "the action is one that no public export shows"],
  "action-missing": ["blocker", "an automated task has no action"],
  "success-missing": ["blocker", "the task leads nowhere when it succeeds"],
  "half-missing": ["blocker", "the second half of the step does not exist"],
  "half-differs": ["warning", "the second half of the step has another action than it should"],
  "error-without-rule": ["blocker", "an error has custom handling, and no rule"],
  "rule-without-error": ["warning", "a rule is for an error that is handled automatically, or not at all"],
  // Conditions.
  "else-missing": ["blocker", "the condition has no branch for when no other holds"],
  "branch-without-rule": ["blocker", "a branch of the condition leads nowhere"],
  "rule-without-branch": ["warning", "a rule is for a branch that the condition does not have"],
  "operator-unknown": ["warning", "a comparison has an operator that no public export shows"],
  // Screens.
  "screen-missing": ["warning", "the task shows a screen that is not in the flow"],
  "screen-unused": ["note", "no task shows the screen"],
  "interaction-missing": ["warning", "a rule is for an interaction that the screen does not offer"],
  "interaction-unhandled": ["warning", "a button of the screen leads nowhere"],
  // Values.
  "path-unknown": ["warning", "a path begins with a word that the context is not known to have"],
  "user-before-authentication": [
    "warning",
    "the task reads `user` before anybody has proved who they are: `unauthUser` is meant",
  ],
  "form-field-missing": ["warning", "the task reads a form field that no screen and no script fills in"],
  "result-missing": ["warning", "the task reads the result of a connector or script that no task stores"],
  "attribute-not-referenced": ["note", "the task uses a custom attribute that the flow's references leave out"],
  // Connectors and secrets.
  "connector-not-referenced": ["blocker", "the task calls a connector that the flow's references do not name"],
  "connector-unused": ["note", "the flow's references name a connector that no task calls"],
  "password-not-encoded": [
    "warning",
    "a password stands in a payload as it was typed: with a quote or a backslash in it the request may break",
  ],
  "password-in-address": ["blocker", "a password stands in the address of a request, which is logged"],
  "secret-in-flow": [
    "warning",
    "the text of the flow holds what looks like a secret: everybody who can export it reads it",
  ],
} as const;

/** A rule of the linter. */
export type FlowRuleId = keyof typeof FLOW_RULES;

/** Something that the linter found. */
export interface FlowFinding {
  readonly rule: FlowRuleId;
  readonly severity: Severity;
  readonly message: string;
  /** The task that it is about. */
  readonly task?: string;
  /** What of it: the interaction, the path, the other task, the screen. Never a secret. */
  readonly subject?: string;
}

/** Notes a finding. */
export type Report = (rule: FlowRuleId, task?: string, subject?: string) => void;
