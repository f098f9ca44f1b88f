/** Runs flows: from screen to screen, through conditions, actions and subflows, to a session or an error. */

import { readObjects, readString } from "../json-fields.ts";
import type { JsonObject } from "../json-fields.ts";
import type { Call } from "../operation.ts";
import { Refusal, conflicting, malformed } from "../refusal.ts";
import { signIn } from "../sign-in/sessions.ts";
import { resumableActions, runAction } from "./flow-actions.ts";
import type { ActionOutcome } from "./flow-action.ts";
import { chooseBranch } from "./flow-conditions.ts";
import { asText, resolvePath } from "./flow-context.ts";
import { firstTask, flowTasks } from "./flow-document.ts";
import type { FlowDocument, FlowTask } from "./flow-document.ts";
import { flowContext, signedInUser } from "./flow-run.ts";
import type { FlowRun } from "./flow-run.ts";

/** The most steps between two screens: a flow that goes in circles ends here. */
const mostSteps = 500;
const runLifetimeMs = 60 * 60_000;

/** How a run is begun. */
export interface FlowStart {
  readonly redirectUrl: string;
  readonly tenant: string;
  readonly input: JsonObject;
  readonly deviceInfo: JsonObject;
}

/** @throws Refusal when there is no such flow or it is disabled. */
export function requireFlow({ project }: Call, flowId: string): FlowDocument {
  const document = project.flows.get(flowId);
  if (document === undefined) throw new Refusal(404, "E103202", "Flow not found", "There is no such flow");
  if (document.metadata["disabled"] === true) throw conflicting("The flow is disabled");
  return document;
}

/** Begins a run and goes on to the first screen or the end. */
export async function startFlow(call: Call, flowId: string, start: FlowStart): Promise<JsonObject> {
  const { project } = call;
  const document = requireFlow(call, flowId);
  const run: FlowRun = {
    executionId: `${flowId}|#|${project.ids.secret(14)}`,
    document,
    frames: [],
    form: { ...start.input },
    connectors: {},
    scripts: {},
    customClaims: {},
    methods: new Set(),
    userId: undefined,
    firstSeen: false,
    sentTo: {},
    totp: {},
    passkey: undefined,
    deviceInfo: start.deviceInfo,
    redirectUrl: start.redirectUrl,
    tenant: start.tenant,
    ssoId: undefined,
    waitingAt: undefined,
    lastScreen: undefined,
    errorText: "",
    finished: false,
  };
  project.flowRuns.set(run.executionId, run, runLifetimeMs);
  return proceed(call, run, firstTask(document));
}

/** Goes on from a screen, or from a step that the user came back to. */
export async function continueFlow(
  call: Call,
  executionId: string,
  stepId: string,
  interactionId: string,
  input: JsonObject,
): Promise<JsonObject> {
  const run = call.project.flowRuns.get(executionId);
  if (run === undefined || run.finished)
    throw new Refusal(400, "E103203", "Flow run not found", "The flow's run is over or unknown");
  const task = flowTasks(run.document).get(stepId);
  if (task === undefined) throw malformed("There is no such step in the flow");
  if (task.type !== "screen") return resume(call, run, task, input);
  if (run.waitingAt !== stepId) throw malformed("The flow is not at this step");
  if (interactionId === "polling" && run.userId === undefined) return showScreen(call, run, task);
  Object.assign(run.form, input);
  const rule = task.rules.find((one) => one.interactionId === interactionId);
  if (rule === undefined) throw malformed("The screen has no such interaction");
  return proceed(call, run, rule.taskId, input);
}

/** A step of two halves: the user went elsewhere and comes back with a code or a token. */
async function resume(call: Call, run: FlowRun, task: FlowTask, input: JsonObject): Promise<JsonObject> {
  if (!resumableActions.has(task.action)) throw malformed("The flow is not at this step");
  const outcome = await runAction({ call, run, task, input });
  if (outcome.kind === "wait") throw malformed("The step waits for a code or a token");
  const next = settle(call, run, task, outcome);
  return typeof next === "string" ? proceed(call, run, next) : next;
}

async function proceed(call: Call, run: FlowRun, from: string, input?: JsonObject): Promise<JsonObject> {
  let taskId = from;
  let brought = input;
  for (let step = 0; step < mostSteps; step += 1) {
    const task = flowTasks(run.document).get(taskId);
    if (task === undefined) throw conflicting(`The flow has no task ${taskId}`);
    const next = await advance(call, run, task, brought);
    if (typeof next !== "string") return next;
    taskId = next;
    brought = undefined;
  }
  throw conflicting("The flow goes in circles");
}

/** One step: the next task's ID, or the answer to the user. */
async function advance(
  call: Call,
  run: FlowRun,
  task: FlowTask,
  input: JsonObject | undefined,
): Promise<string | JsonObject> {
  switch (task.type) {
    case "screen":
      return showScreen(call, run, task);
    case "condition": {
      const conditions = readObjects(task.source, "conditions") ?? [];
      const branch = chooseBranch(conditions, flowContext(call, run));
      return ruleTarget(task, branch);
    }
    case "flow":
      return enterSubflow(call, run, task);
    default:
      return settle(call, run, task, await runAction({ call, run, task, input }));
  }
}

function enterSubflow(call: Call, run: FlowRun, task: FlowTask): string {
  const args = task.source["arguments"] as JsonObject | undefined;
  const flowId = asText(resolvePath({ args: args ?? {} }, "args.flowId.value"));
  run.frames.push({ document: run.document, taskId: task.id });
  if (run.frames.length > 10) throw conflicting("Flows are nested too deep");
  run.document = requireFlow(call, flowId);
  return firstTask(run.document);
}

function ruleTarget(task: FlowTask, interactionId: string): string {
  const rule = task.rules.find((one) => one.interactionId === interactionId);
  if (rule === undefined) throw conflicting(`Task ${task.id} of the flow has no rule for ${interactionId}`);
  return rule.taskId;
}

/** What follows from the outcome of an action. */
function settle(call: Call, run: FlowRun, task: FlowTask, outcome: ActionOutcome): string | JsonObject {
  switch (outcome.kind) {
    case "success":
      return successTarget(task);
    case "end": {
      const frame = run.frames.pop();
      if (frame === undefined) return finish(call, run, task);
      run.document = frame.document;
      const waiting = flowTasks(frame.document).get(frame.taskId);
      if (waiting === undefined) throw conflicting("The flow that waits has changed");
      const rule = waiting.rules.find((one) => one.interactionId.endsWith("success"));
      return rule?.taskId ?? ruleTarget(waiting, "success");
    }
    case "redirect":
      run.waitingAt = outcome.stepId;
      return {
        ...answerBase(run, task, outcome.stepId),
        status: "waiting",
        action: "redirect",
        redirect: { url: outcome.url },
      };
    case "passkey":
      run.waitingAt = outcome.stepId;
      return {
        ...answerBase(run, task, outcome.stepId),
        status: "waiting",
        action: "webauthnCreate",
        webauthn: {
          transactionId: outcome.transactionId,
          options: JSON.stringify({ publicKey: outcome.options }),
          create: true,
        },
      };
    case "wait":
      run.waitingAt = task.id;
      return { ...answerBase(run, task), status: "waiting", action: "poll" };
    case "error":
      return handleError(call, run, task, outcome.name, outcome.text);
    default:
      return outcome satisfies never;
  }
}

/** Where success leads: of two targets not the second half of the step, which waits for the user. */
function successTarget(task: FlowTask): string {
  const targets = task.rules.filter((rule) => rule.interactionId === "success");
  const target = targets.find((rule) => rule.taskId !== `${task.id}.end`) ?? targets[0];
  if (target === undefined) throw conflicting(`Task ${task.id} of the flow leads nowhere`);
  return target.taskId;
}

/** An error goes to its own branch where the flow has one; else it is said on the last screen. */
function handleError(call: Call, run: FlowRun, task: FlowTask, name: string, text: string): string | JsonObject {
  const handling = resolvePath(task.source, `errorHandlingV2.${name}.errorHandlingType`);
  const rule = task.rules.find((one) => one.interactionId === name && name !== "");
  if (handling === "custom" && rule !== undefined) return rule.taskId;
  const screen = run.lastScreen === undefined ? undefined : flowTasks(run.document).get(run.lastScreen);
  if (screen === undefined) {
    run.finished = true;
    call.project.flowRuns.delete(run.executionId);
    return {
      ...answerBase(run, task),
      status: "failed",
      action: "none",
      error: { code: "E103003", description: "Flow failed", message: text },
    };
  }
  run.errorText = text;
  return showScreen(call, run, screen);
}

function showScreen(call: Call, run: FlowRun, task: FlowTask): JsonObject {
  run.waitingAt = task.id;
  run.lastScreen = task.id;
  const context = flowContext(call, run);
  const keys = task.source["contextKeys"];
  const state: Record<string, unknown> = {};
  for (const key of Array.isArray(keys) ? keys.map(String) : []) state[key] = resolvePath(context, key) ?? "";
  // What was typed in is shown again, but never a password.
  const { password: _password, newPassword: _newPassword, code: _code, ...form } = run.form;
  const polls = task.rules.some((rule) => rule.interactionId === "polling");
  const answer = {
    ...answerBase(run, task),
    status: "waiting",
    action: polls ? "poll" : "screen",
    screen: {
      id: readString(task.source, "screenId") ?? "",
      state: { form, ...state, ...(run.errorText === "" ? {} : { errorText: run.errorText }) },
      componentsConfig: {},
    },
  };
  run.errorText = "";
  return answer;
}

function finish(call: Call, run: FlowRun, task: FlowTask): JsonObject {
  run.finished = true;
  call.project.flowRuns.delete(run.executionId);
  const base = { ...answerBase(run, task), status: "completed", action: "none" };
  const user = signedInUser(call, run);
  const output = { connectors: run.connectors, scripts: run.scripts };
  if (user === undefined) return { ...base, output };
  const isMember = user.memberships.some(({ tenant }) => tenant.id === run.tenant);
  const session = signIn(call, user, {
    methods: [...run.methods],
    customClaims: run.customClaims,
    tenantId: isMember ? run.tenant : undefined,
    ...(run.ssoId === undefined ? {} : { answer: { tenantSSOID: run.ssoId } }),
  });
  return { ...base, authInfo: JSON.parse(session.text) as JsonObject, output };
}

function answerBase(run: FlowRun, task: FlowTask, stepId = task.id): JsonObject {
  return { executionId: run.executionId, stepId, stepName: task.name };
}
