/** All actions of automated steps, and those that call connectors, run scripts and set values. */

import { createContext, runInContext } from "node:vm";

import { checkAttributes } from "../definitions/custom-attributes.ts";
import { isJsonObject, readObject } from "../json-fields.ts";
import type { JsonObject } from "../json-fields.ts";
import { Refusal } from "../refusal.ts";
import type { AttributeValue } from "../users/user-record.ts";
import { callConnector } from "./connector-call.ts";
import { federationActions } from "./federation-actions.ts";
import { argument, failed, success } from "./flow-action.ts";
import type { Action, ActionCall, ActionOutcome } from "./flow-action.ts";
import { asText, definedValue, interpolate } from "./flow-context.ts";
import { flowContext, signedInUser } from "./flow-run.ts";
import { messageActions } from "./message-actions.ts";
import { passkeyActions } from "./passkey-actions.ts";
import { passwordActions } from "./password-actions.ts";

/** Runs the action of a step. */
export async function runAction(of: ActionCall): Promise<ActionOutcome> {
  const action = Object.hasOwn(actions, of.task.action) ? actions[of.task.action] : undefined;
  if (action === undefined)
    throw new Refusal(400, "E103003", "Flow cannot go on", `The action ${of.task.action} is not run by this sandbox`);
  try {
    return await action(of);
  } catch (error) {
    if (error instanceof Refusal) return { kind: "error", name: "", text: error.message };
    throw error;
  }
}

/** Actions that a user comes back to with a code or a token. */
export const resumableActions: ReadonlySet<string> = new Set([
  "verify-magic-link",
  "exchange-oauth-code",
  "exchange-saml-code",
  "webauthn-update-user-finish",
]);

async function callHttp(of: ActionCall): Promise<ActionOutcome> {
  const { call, run } = of;
  const { project } = call;
  const template = asText(argument(of, "templateId"));
  const id = asText(argument(of, "connectorId"));
  const names = readObject(run.document.references, "connectors") ?? {};
  const name = Object.keys(names).find((key) => names[key] === id);
  const connector = [...project.connectors.values()].find((one) => one.name === name) ?? project.connectors.get(id);
  if (connector === undefined || (template !== "http" && template !== ""))
    return failed("ConnectorFailed", "There is no such connector");
  const context = flowContext(call, run);
  const args: Record<string, string> = {};
  for (const one of (argument(of, "args") ?? []) as readonly unknown[]) {
    if (!isJsonObject(one)) continue;
    const key = asText(one["key"]);
    args[key] =
      one["type"] === "string"
        ? interpolate(asText(one["value"]), context, key === "payload" ? project.variants.templateEscaping : "raw")
        : asText(definedValue(one, context));
  }
  const outcome = await callConnector(
    connector,
    {
      command: asText(argument(of, "command")) || "post",
      endpoint: args["endpoint"] ?? "",
      payload: args["payload"] ?? args["body"] ?? "",
      timeoutSeconds: Number(args["timeout"] || 10),
    },
    project.variants,
  );
  if (outcome.kind === "failed") return failed("ConnectorFailed", "The connector did not answer");
  run.connectors[asText(argument(of, "resultPath")) || "result"] = outcome.result;
  return outcome.ok ? success : failed("request_error", "The connector answered with an error");
}

function setProperties(of: ActionCall): ActionOutcome {
  const { call, run } = of;
  const user = signedInUser(call, run);
  if (user === undefined) return failed("UpdateUserPropertiesFailed", "The user has not signed in");
  const context = flowContext(call, run);
  const definitions = (argument(of, "userPropertiesDefinitions") ?? []) as readonly JsonObject[];
  const attributes: Record<string, unknown> = {};
  const fields: Record<string, string> = {};
  for (const definition of definitions) {
    const key = asText(definition["key"]);
    const value = definedValue(definition, context);
    if (key.startsWith("customAttributes.")) attributes[key.slice("customAttributes.".length)] = value;
    else fields[key === "displayName" ? "name" : key] = asText(value);
  }
  try {
    const checked = checkAttributes(attributes, call.project.attributes, call.project.variants);
    call.project.users.change(user, (changed) => {
      for (const key of ["name", "givenName", "middleName", "familyName", "email", "phone", "picture"] as const)
        if (fields[key] !== undefined) changed[key] = fields[key];
      changed.customAttributes = {
        ...changed.customAttributes,
        ...(checked as Readonly<Record<string, AttributeValue>>),
      };
    });
  } catch (error) {
    if (error instanceof Refusal) return failed("UpdateUserPropertiesFailed", error.message);
    throw error;
  }
  return success;
}

function addClaims(of: ActionCall): ActionOutcome {
  const context = flowContext(of.call, of.run);
  for (const claim of (argument(of, "customClaims") ?? []) as readonly JsonObject[])
    of.run.customClaims[asText(claim["key"])] = definedValue(claim, context);
  return success;
}

function runScript(of: ActionCall): ActionOutcome {
  const { call, run } = of;
  const context = flowContext(call, run);
  const scope: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const one of (argument(of, "scriptArgs") ?? []) as readonly JsonObject[])
    scope[asText(one["key"])] = definedValue(one, context);
  try {
    const code = `JSON.stringify((() => {${asText(argument(of, "scriptCode"))}\n})())`;
    const text: unknown = runInContext(code, createContext(scope), { timeout: 1000 });
    run.scripts[asText(argument(of, "outputPath")) || "result"] =
      typeof text === "string" ? (JSON.parse(text) as unknown) : undefined;
  } catch {
    return failed("ScriptletFailed", "The script failed");
  }
  const after = flowContext(call, run);
  for (const one of (argument(of, "overrideForm") ?? []) as readonly JsonObject[])
    run.form[asText(one["key"]).replace(/^form\./, "")] = definedValue(one, after);
  return success;
}

function loadUser(of: ActionCall): ActionOutcome {
  return signedInUser(of.call, of.run) === undefined ? failed("LoadUserFailed", "The user has not signed in") : success;
}

const actions: Readonly<Record<string, Action>> = {
  ...passwordActions,
  ...messageActions,
  ...federationActions,
  ...passkeyActions,
  "logged-in": () => ({ kind: "end" }),
  connector: callHttp,
  "custom-claims": addClaims,
  "update-user-properties": setProperties,
  scriptlet: runScript,
  loadUser,
  risk: () => success,
};
