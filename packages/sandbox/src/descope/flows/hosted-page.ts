/** The page on which the service shows flows, as its hosted login application does: plain HTML, one form for each screen. */

import { readObjects, readString } from "../json-fields.ts";
import type { JsonObject } from "../json-fields.ts";
import { DirectReply } from "../operation.ts";
import type { Call, Operation } from "../operation.ts";
import { Refusal } from "../refusal.ts";
import { finishAuthorization } from "../sign-in/authorization-server.ts";
import { flowTasks } from "./flow-document.ts";
import type { FlowTask } from "./flow-document.ts";
import type { FlowRun } from "./flow-run.ts";
import { continueFlow, startFlow } from "./flow-runner.ts";

/** Path of the page of a project. */
const pagePath = "/login/{projectId}";

/** Keeps the query parameters that say which flow it is and for which application. */
function ownAddress(call: Call): URL {
  const url = new URL(call.request.path, call.baseUrl);
  for (const name of ["flow", "state_id", "tenant"]) {
    const value = call.query.get(name);
    if (value !== null) url.searchParams.set(name, value);
  }
  return url;
}

async function open(call: Call): Promise<DirectReply> {
  if (call.parameters["projectId"] !== call.project.projectId)
    throw new Refusal(404, "E011008", "Project not found", "Project not found");
  const back = call.query.get("descope-login-flow");
  if (back !== null) {
    const { executionId, stepId } = splitStep(call, back);
    const input = { exchangeCode: call.query.get("code") ?? "", err: call.query.get("err") ?? "" };
    return step(call, executionId, () => continueFlow(call, executionId, stepId, "submit", input));
  }
  const flowId = call.query.get("flow") ?? "sign-up-or-in";
  const input: Record<string, unknown> = {};
  const hint = call.query.get("login_hint");
  if (hint !== null && hint !== "") input["email"] = hint;
  return step(call, undefined, () =>
    startFlow(call, flowId, {
      redirectUrl: ownAddress(call).href,
      tenant: call.query.get("tenant") ?? "",
      input,
      deviceInfo: {},
    }),
  );
}

/** The execution and the step of an address that a user comes back to. Both may have the sign that joins them. */
function splitStep(call: Call, text: string): { readonly executionId: string; readonly stepId: string } {
  for (let at = text.indexOf("_"); at >= 0; at = text.indexOf("_", at + 1)) {
    const executionId = text.slice(0, at);
    if (call.project.flowRuns.has(executionId)) return { executionId, stepId: text.slice(at + 1) };
  }
  throw new Refusal(400, "E103203", "Flow run not found", "The flow's run is over or unknown");
}

async function submit(call: Call): Promise<DirectReply> {
  const { executionId = "", stepId = "", interactionId = "", ...typed } = call.body as Readonly<Record<string, string>>;
  return step(call, executionId, () => continueFlow(call, executionId, stepId, interactionId, typed));
}

/** Takes one step and shows what comes of it. What the run knows at its end is gone afterwards, so it is held on to. */
async function step(
  call: Call,
  executionId: string | undefined,
  take: () => Promise<JsonObject>,
): Promise<DirectReply> {
  const before = executionId === undefined ? undefined : call.project.flowRuns.get(executionId);
  const answer = await take();
  const run = before ?? call.project.flowRuns.get(String(answer["executionId"]));
  const redirect = answer["redirect"] as { readonly url?: unknown } | undefined;
  if (typeof redirect?.url === "string") return sendTo(redirect.url);
  if (answer["status"] === "completed") return finish(call, answer, run);
  const error = answer["error"] as { readonly message?: unknown } | undefined;
  if (error !== undefined) return page("Sign in", `<p role="alert">${escape(String(error.message))}</p>`, 400);
  return run === undefined
    ? page("Sign in", '<p role="alert">The flow is over</p>', 400)
    : showScreen(call, answer, run);
}

function finish(call: Call, answer: JsonObject, run: FlowRun | undefined): DirectReply {
  const { user } = (answer["authInfo"] ?? {}) as { readonly user?: { readonly userId?: unknown } };
  const userId = user?.userId;
  if (typeof userId !== "string") return page("Done", "<p>The flow ended without a sign-in.</p>");
  const stateId = call.query.get("state_id");
  if (stateId === null) return page("Signed in", '<p id="done">You are signed in.</p>');
  return finishAuthorization(call, stateId, {
    userId,
    methods: [...(run?.methods ?? [])],
    customClaims: run?.customClaims ?? {},
  });
}

function showScreen(call: Call, answer: JsonObject, run: FlowRun): DirectReply {
  const stepId = String(answer["stepId"]);
  const task = flowTasks(run.document).get(stepId);
  const state = ((answer["screen"] as JsonObject | undefined)?.["state"] ?? {}) as JsonObject;
  const form = (state["form"] ?? {}) as JsonObject;
  const fields = inputsOf(task).map(({ key, label }) => {
    const value = typeof form[key] === "string" ? form[key] : "";
    const type = /password/i.test(key) ? "password" : "text";
    return `<p><label>${escape(label)} <input name="${escape(key)}" type="${type}" value="${escape(value)}"></label></p>`;
  });
  const buttons = buttonsOf(run, task).map(
    ({ id, label }) => `<button name="interactionId" value="${escape(id)}">${escape(label)}</button>`,
  );
  const errorText = typeof state["errorText"] === "string" ? state["errorText"] : "";
  const address = ownAddress(call);
  const hidden = { executionId: run.executionId, stepId };
  const body = [
    errorText === "" ? "" : `<p role="alert">${escape(errorText)}</p>`,
    `<form method="post" action="${escape(address.pathname + address.search)}">`,
    ...Object.entries(hidden).map(([name, value]) => `<input type="hidden" name="${name}" value="${escape(value)}">`),
    ...fields,
    ...buttons,
    "</form>",
  ];
  return page(task?.name || "Sign in", body.join(""));
}

function inputsOf(task: FlowTask | undefined): readonly { readonly key: string; readonly label: string }[] {
  const keys = task?.source["inputKeys"] ?? task?.source["allInputKeys"];
  const labels = new Map(
    readObjects(task?.source ?? {}, "inputsMetadata")?.map((one) => [
      readString(one, "key") ?? "",
      readString(one, "displayName") ?? "",
    ]),
  );
  return (Array.isArray(keys) ? keys.map(String) : []).map((name) => {
    const key = name.replace(/^form\./, "");
    return { key, label: labels.get(name) || key };
  });
}

function buttonsOf(
  run: FlowRun,
  task: FlowTask | undefined,
): readonly { readonly id: string; readonly label: string }[] {
  const screen = run.document.screens.find((one) => one["screenId"] === task?.source["screenId"]);
  const labels = new Map(
    readObjects(screen ?? {}, "interactions")?.map((one) => [
      readString(one, "id") ?? "",
      readString(one, "label") ?? "",
    ]),
  );
  return (task?.rules ?? [])
    .filter(({ interactionId }) => interactionId !== "polling")
    .map(({ interactionId: id }) => ({ id, label: labels.get(id) || id }));
}

function sendTo(location: string): DirectReply {
  return new DirectReply({ status: 302, headers: { location, "cache-control": "no-store" }, body: "" });
}

function page(title: string, body: string, status = 200): DirectReply {
  const html = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escape(title)}</title></head><body><h1>${escape(title)}</h1>${body}</body></html>\n`;
  return new DirectReply({
    status,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "cache-control": "no-store",
      "content-security-policy": "default-src 'none'",
    },
    body: html,
  });
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

const partly = "plain forms in place of the screens' own design; no polling; codes and passwords are typed in";

export const hostedPageOperations: readonly Operation[] = [
  { name: `GET ${pagePath}`, access: "public", partly, run: open },
  { name: `POST ${pagePath}`, access: "public", partly, run: submit },
];
