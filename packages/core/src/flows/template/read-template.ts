import { MigrationError } from "../../errors.ts";
import type { FlowDocument, FlowRule, FlowTask } from "../flow-document.ts";
import { isEnd, reachableTasks, rulesOf, secondHalf, tasksOf } from "../flow-graph.ts";
import type { Identifier } from "../generate/components.ts";
import { isJsonObject, textOf, textsOf } from "../json.ts";
import { knownAction } from "../lint/known-actions.ts";

/** What of a flow matters to somebody who wants to put steps into it. */
export interface FlowTemplate {
  readonly document: FlowDocument;
  /** The screen that asks who the user is. */
  readonly identify: string;
  /** What that screen asks for. */
  readonly identifier: Identifier;
  /** Checks a password against Descope. */
  readonly passwordSignIn: string | undefined;
  /** The screen that leads to it. */
  readonly passwordScreen: string | undefined;
  /** Sends a link to choose a new password. */
  readonly reset: string | undefined;
  /** Where it goes on for those who proved who they are: checks that the project has after each sign-in are there. */
  readonly signedIn: string;
  /** Tasks that issue sessions. */
  readonly ends: readonly string[];
  /** The action ID of the step "Sign Up / Password", where the flow has one. */
  readonly signUpAction: string | undefined;
}

const IDENTIFIERS: readonly (readonly [field: string, identifier: Identifier])[] = [
  ["email", "email"],
  ["externalId", "login-id"],
  ["phone", "phone"],
];

/**
 * Looks for the places in a flow where steps can go.
 *
 * @throws MigrationError `ERR_FLOW_TEMPLATE` when the flow does not sign users in.
 */
export function readTemplate(document: FlowDocument): FlowTemplate {
  const tasks = tasksOf(document);
  const reachable = reachableTasks(document);
  const find = (holds: (task: FlowTask, id: string) => boolean): string | undefined =>
    reachable.find((id) => {
      const task = tasks[id];
      return task !== undefined && holds(task, id);
    });
  const ends = reachable.filter((id) => tasks[id] !== undefined && isEnd(tasks[id]));
  const [end] = ends;
  if (end === undefined) throw unusable("no way through it leads to a session");
  const identify = find((task) => fieldsOf(document, task).some((field) => IDENTIFIERS.some(([one]) => one === field)));
  if (identify === undefined) throw unusable("no screen asks who the user is");
  const asked = fieldsOf(document, tasks[identify] ?? {});
  const passwordSignIn = find((task) => /^password-sign-in(-v\d+)?$/.test(textOf(task.action)));
  return {
    document,
    identify,
    identifier: IDENTIFIERS.find(([field]) => asked.includes(field))?.[1] ?? "email",
    passwordSignIn,
    passwordScreen: find(
      (task) =>
        passwordSignIn !== undefined &&
        task.type === "screen" &&
        rulesOf(task).some(({ taskId }) => taskId === passwordSignIn),
    ),
    reset: find((task) => task.action === "password-send-reset"),
    signedIn: signedInTarget(document, passwordSignIn ?? identify) ?? end,
    ends,
    signUpAction: learnSignUpAction(tasks),
  };
}

/** Fields that a screen fills in. */
export function fieldsOf(document: FlowDocument, task: FlowTask): readonly string[] {
  if (task.type !== "screen") return [];
  const screen = document.screens?.find(({ screenId }) => screenId === task.screenId);
  const nodes = Object.values(screen?.contents ?? (isJsonObject(task["htmlTemplate"]) ? task["htmlTemplate"] : {}));
  const named = nodes.map((node) =>
    isJsonObject(node) && isJsonObject(node["props"]) ? textOf(node["props"]["name"]) : "",
  );
  return [...new Set([...textsOf(task["inputKeys"]), ...named])].filter((field) => field !== "");
}

/**
 * The rules of the screen that asks who the user is which go on with what was typed in: not to another provider, a passkey
 * or a reset.
 */
export function identifiedRules({ document, identify }: FlowTemplate): readonly FlowRule[] {
  const tasks = tasksOf(document);
  return rulesOf(tasks[identify]).filter(({ taskId }) => {
    const action = textOf(tasks[taskId]?.action);
    return !/^(oauth-start|saml-start|webauthn-|password-send-reset)/.test(action) && taskId !== identify;
  });
}

/** Where the first step leads that proves who the user is, counted from a task. */
function signedInTarget(document: FlowDocument, from: string): string | undefined {
  const tasks = tasksOf(document);
  const seen = new Set<string>();
  const waiting = [from];
  for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
    const task = tasks[id];
    if (task === undefined || seen.has(id)) continue;
    seen.add(id);
    const action = textOf(task.action);
    const success = rulesOf(task).find(({ interactionId }) => interactionId === "success")?.taskId;
    if (knownAction(action)?.authenticates === true && success !== undefined) return success;
    waiting.push(secondHalf(id), ...rulesOf(task).map(({ taskId }) => taskId));
  }
  return undefined;
}

/**
 * The action of a step that signs up by password: nobody but the console knows what it is called, but there its name begins
 * as the console gave it.
 */
function learnSignUpAction(tasks: Readonly<Record<string, FlowTask>>): string | undefined {
  const step = Object.values(tasks).find(
    ({ type, action, name }) =>
      type === "automated" &&
      knownAction(textOf(action)) === undefined &&
      (/^sign up \/ password/i.test(textOf(name)) ||
        /sign-up.*password|password.*sign-up/.test(textOf(action).slice(0, 100))),
  );
  return step === undefined ? undefined : textOf(step.action);
}

/** The error for a flow that steps cannot go into. */
export function unusable(reason: string): MigrationError {
  return new MigrationError("ERR_FLOW_TEMPLATE", `the steps cannot go into this flow: ${reason}`, {
    suggestion: "give the flow that users sign in with, or leave the template out to get screens of their own",
  });
}
