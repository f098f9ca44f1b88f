/** The actions of automated steps. */

import { createContext, runInContext } from "node:vm";

import { maskEmail, maskPhone } from "../contact.ts";
import { createUser } from "../create-users.ts";
import { checkAttributes } from "../custom-attributes.ts";
import { isJsonObject, readObject } from "../json-fields.ts";
import type { JsonObject } from "../json-fields.ts";
import { startOidc } from "../oauth-operations.ts";
import type { Call } from "../operation.ts";
import { tryPassword } from "../password-operations.ts";
import { checkReuse, setPassword } from "../passwords.ts";
import { Refusal } from "../refusal.ts";
import { requireActive } from "../sessions.ts";
import { startSso } from "../saml-operations.ts";
import { withToken } from "../sign-in-operations.ts";
import { enrolTotp, isTotpCode } from "../totp.ts";
import { UserInput } from "../user-input.ts";
import type { AttributeValue, UserRecord } from "../user-record.ts";
import { callConnector } from "./connector-call.ts";
import { asText, definedValue, interpolate } from "./flow-context.ts";
import type { FlowTask } from "./flow-document.ts";
import { flowContext, signedInUser, typedLoginId, typedUser } from "./flow-run.ts";
import type { FlowRun } from "./flow-run.ts";

/** How an action ended. */
export type ActionOutcome =
  | { readonly kind: "success" }
  /** Failed with an error that the flow may handle. */
  | { readonly kind: "error"; readonly name: string; readonly text: string }
  /** The user must go somewhere and come back to the step. */
  | { readonly kind: "redirect"; readonly url: string; readonly stepId: string }
  /** The step goes on when the user comes back to it. */
  | { readonly kind: "wait" }
  | { readonly kind: "end" };

const success: ActionOutcome = { kind: "success" };
const linkLifetimeMs = 10 * 60_000;

/** What an action works with. */
export interface ActionCall {
  readonly call: Call;
  readonly run: FlowRun;
  readonly task: FlowTask;
  /** What the user brought along, when the step waited for it. */
  readonly input: JsonObject | undefined;
}

type Action = (of: ActionCall) => ActionOutcome | Promise<ActionOutcome>;

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

/** The actions that are run here. */
export function knownActions(): readonly string[] {
  return Object.keys(actions);
}

/** Actions that a user comes back to with a code or a token. */
export const resumableActions: ReadonlySet<string> = new Set([
  "verify-magic-link",
  "exchange-oauth-code",
  "exchange-saml-code",
]);

/** An argument's value. */
function argument({ task }: ActionCall, name: string): unknown {
  return readObject(readObject(task.source, "arguments") ?? {}, name)?.["value"];
}

function prove({ run }: ActionCall, user: UserRecord, method: string): ActionOutcome {
  requireActive(user);
  run.firstSeen ||= (user.extras.signIns?.length ?? 0) === 0;
  run.userId = user.userId;
  run.methods.add(method);
  return success;
}

function formText({ run }: ActionCall, key: string): string {
  return asText(run.form[key]);
}

function failed(name: string, text: string): ActionOutcome {
  return { kind: "error", name, text };
}

function signInByPassword(of: ActionCall, allowChange: boolean): ActionOutcome {
  const { call, run } = of;
  const user = typedUser(call, run);
  const verdict = user === undefined ? "wrong" : tryPassword(call.project, user, formText(of, "password"));
  if (user === undefined || verdict === "wrong")
    return failed("InvalidCredentials", "The login ID or the password is wrong");
  if (verdict === "locked") return failed("UserLocked", "The user is locked");
  if (verdict === "must-change" && !allowChange) return failed("PasswordExpired", "The password must be changed");
  return prove(of, user, "pwd");
}

function typedInput({ run }: ActionCall): UserInput {
  const input = new UserInput();
  input.loginId = typedLoginId(run);
  const text = (key: string): string | undefined => {
    const value = run.form[key];
    return typeof value === "string" && value !== "" ? value : undefined;
  };
  input.email = text("email") ?? (input.loginId.includes("@") ? input.loginId : undefined);
  input.phone = text("phone") ?? (/^\+\d{4,}$/.test(input.loginId) ? input.loginId : undefined);
  input.name = text("displayName") ?? text("name") ?? text("fullName");
  input.givenName = text("givenName");
  input.familyName = text("familyName");
  return input;
}

function signUpByPassword(of: ActionCall): ActionOutcome {
  const input = typedInput(of);
  input.password = formText(of, "newPassword") || formText(of, "password");
  return prove(of, createUser(of.call.project, input), "pwd");
}

function updatePassword(of: ActionCall): ActionOutcome {
  const user = signedInUser(of.call, of.run);
  if (user === undefined) return failed("UserNotLoggedIn", "The user has not signed in");
  const password = formText(of, "newPassword") || formText(of, "password");
  checkReuse(of.call.project, user.extras.password, password);
  setPassword(of.call.project, user, password);
  return success;
}

function replacePassword(of: ActionCall): ActionOutcome {
  const proved = signInByPassword(of, true);
  return proved.kind === "success" ? updatePassword(of) : proved;
}

function sendLink(of: ActionCall, kind: "password-reset" | "magiclink", user: UserRecord): void {
  const { call, run } = of;
  const token = call.project.oneTimeTokens.issueLink(
    { userId: user.userId, method: "email", customClaims: {}, verifies: "email" },
    linkLifetimeMs,
  );
  const stepId = asText(argument(of, "verifyStepId")) || `${of.task.id}.end`;
  const target = asText(argument(of, "uri")) || run.redirectUrl || `${call.baseUrl}/verify`;
  const secret = withToken(withStep(target, run, stepId), token);
  call.project.outbox.add({ userId: user.userId, to: user.email, method: "email", kind, secret });
  run.sentTo = { email: user.email, maskedEmail: maskEmail(user.email) };
}

/** The address of the application with the step to come back to. */
function withStep(url: string, run: FlowRun, stepId: string): string {
  const parameter = encodeURIComponent(`${run.executionId}_${stepId}`);
  return `${url}${url.includes("?") ? "&" : "?"}descope-login-flow=${parameter}`;
}

/** Finds the user that a message goes to, by the way the action's name says. */
function addressee(of: ActionCall, way: "sign-in" | "sign-up" | "sign-up-or-in" | "update-user"): UserRecord {
  const { call, run } = of;
  if (way === "update-user") {
    const user = signedInUser(call, run);
    if (user === undefined) throw new Refusal(400, "E062108", "User not found", "The user has not signed in");
    return user;
  }
  const found = typedUser(call, run);
  if (way === "sign-in" && found === undefined) throw new Refusal(400, "E062108", "User not found", "User not found");
  if (found !== undefined && way !== "sign-up") return found;
  return createUser(call.project, typedInput(of));
}

function sendCode(way: "sign-in" | "sign-up" | "sign-up-or-in" | "update-user", method: "email" | "sms"): Action {
  return (of) => {
    const { call, run } = of;
    const user = addressee(of, way);
    requireActive(user);
    const typed = formText(of, method === "email" ? "email" : "phone");
    if (way === "update-user" && typed !== "")
      call.project.users.change(user, (changed) => {
        changed[method === "email" ? "email" : "phone"] = typed;
      });
    const to = method === "email" ? user.email : user.phone;
    if (to === "") return failed("", "There is nowhere to send a code to");
    const secret = call.project.oneTimeTokens.issueCode(user.userId, method);
    call.project.outbox.add({ userId: user.userId, to, method, kind: "otp", secret });
    run.sentTo =
      method === "email" ? { email: to, maskedEmail: maskEmail(to) } : { phone: to, maskedPhone: maskPhone(to) };
    return success;
  };
}

function verifyCode(method: "email" | "sms"): Action {
  return (of) => {
    const { call, run } = of;
    const user = signedInUser(call, run) ?? typedUser(call, run);
    if (user === undefined) return failed("", "The code is wrong");
    call.project.oneTimeTokens.redeemCode(user.userId, method, formText(of, "code"));
    call.project.users.change(user, (changed) => {
      changed[method === "email" ? "verifiedEmail" : "verifiedPhone"] = true;
    });
    return prove(of, user, method);
  };
}

function sendMagicLink(way: "sign-in" | "sign-up" | "sign-up-or-in" | "update-user"): Action {
  return (of) => {
    const user = addressee(of, way);
    requireActive(user);
    sendLink(of, "magiclink", user);
    return success;
  };
}

function verifyMagicLink(of: ActionCall): ActionOutcome {
  const token = of.input?.["token"] ?? of.input?.["t"];
  if (typeof token !== "string") return { kind: "wait" };
  const grant = of.call.project.oneTimeTokens.redeemLink(token);
  const user = of.call.project.users.byUserId(grant.userId);
  if (user === undefined) return failed("", "The link is not good any more");
  of.call.project.users.change(user, (changed) => {
    if (changed.email !== "") changed.verifiedEmail = true;
  });
  return prove(of, user, "email");
}

function enrolApp(of: ActionCall): ActionOutcome {
  const user = signedInUser(of.call, of.run);
  if (user === undefined) return failed("", "The user has not signed in");
  of.run.totp = enrolTotp(of.call.project, user);
  return success;
}

function verifyApp(of: ActionCall): ActionOutcome {
  const user = signedInUser(of.call, of.run) ?? typedUser(of.call, of.run);
  if (user === undefined || !isTotpCode(of.call.project, user, formText(of, "code")))
    return failed("", "The code is wrong");
  return prove(of, user, "totp");
}

function sendReset(of: ActionCall): ActionOutcome {
  const user = signedInUser(of.call, of.run) ?? typedUser(of.call, of.run);
  // An unknown user gets the same screen; nothing is sent.
  if (user === undefined || user.email === "") {
    const typed = typedLoginId(of.run);
    of.run.sentTo = { maskedEmail: maskEmail(typed) };
    return success;
  }
  sendLink(of, "password-reset", user);
  return success;
}

function startOAuth(mode: "any" | "signin" | "signup"): Action {
  return (of) => {
    const { call, run } = of;
    const wanted = of.input?.["provider"] ?? run.form["provider"];
    const id = typeof wanted === "string" && wanted !== "" ? wanted : asText(argument(of, "defaultProvider"));
    const provider = call.project.oauthProviders.get(id);
    if (provider === undefined || !provider.enabled)
      return failed("OAuthStartFailed", `There is no OAuth provider ${id}`);
    const stepId = asText(argument(of, "exchangeStepId")) || `${of.task.id}.end`;
    const prompt = argument(of, "prompt");
    const { url } = startOidc(
      call,
      provider.client,
      {
        redirectUrl: withStep(returnAddress(of), run, stepId),
        loginHint: interpolate(asText(argument(of, "loginHint")), flowContext(call, run)),
        prompt: Array.isArray(prompt) ? prompt.join(" ") : "",
        customClaims: {},
      },
      { kind: "oauth", mode, provider: id },
    );
    return { kind: "redirect", url, stepId };
  };
}

function returnAddress(of: ActionCall): string {
  const url = asText(argument(of, "redirectUrl")) || of.run.redirectUrl;
  if (!URL.canParse(url)) throw new Refusal(400, "E103003", "Flow cannot go on", "The flow has no redirect address");
  return url;
}

async function startSamlStep(of: ActionCall): Promise<ActionOutcome> {
  const { call, run } = of;
  const stepId = asText(argument(of, "exchangeStepId")) || `${of.task.id}.end`;
  const tenant = run.tenant || formText(of, "tenant") || typedLoginId(run);
  const { url } = await startSso(call, tenant, "", {
    redirectUrl: withStep(returnAddress(of), run, stepId),
    loginHint: "",
    prompt: "",
    customClaims: {},
  });
  return { kind: "redirect", url, stepId };
}

function exchange(method: "oauth" | "fed", errorName: string): Action {
  return (of) => {
    const refused = of.input?.["err"] ?? of.input?.["error"];
    if (typeof refused === "string" && refused !== "") return failed(errorName, refused);
    const code = of.input?.["exchangeCode"] ?? of.input?.["code"];
    if (typeof code !== "string" || code === "") return { kind: "wait" };
    let userId: string;
    try {
      ({ userId } = of.call.project.oneTimeTokens.redeemLink(code, [method]));
    } catch {
      return failed(errorName, "The code is expired, used or unknown");
    }
    const user = of.call.project.users.byUserId(userId);
    return user === undefined ? failed(errorName, "The user does not exist") : prove(of, user, method);
  };
}

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
  const checked = checkAttributes(attributes, call.project.attributes, call.project.variants);
  call.project.users.change(user, (changed) => {
    for (const key of ["name", "givenName", "middleName", "familyName", "email", "phone", "picture"] as const)
      if (fields[key] !== undefined) changed[key] = fields[key];
    changed.customAttributes = {
      ...changed.customAttributes,
      ...(checked as Readonly<Record<string, AttributeValue>>),
    };
  });
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
  "logged-in": () => ({ kind: "end" }),
  "password-sign-in": (of) => signInByPassword(of, false),
  "password-sign-in-v2": (of) => signInByPassword(of, false),
  "password-sign-up": signUpByPassword,
  "password-update": updatePassword,
  "password-replace": replacePassword,
  "password-send-reset": sendReset,
  "sign-in-otp-email": sendCode("sign-in", "email"),
  "sign-up-otp-email": sendCode("sign-up", "email"),
  "sign-up-or-in-otp-email": sendCode("sign-up-or-in", "email"),
  "update-user-otp-email": sendCode("update-user", "email"),
  "sign-in-otp-sms": sendCode("sign-in", "sms"),
  "sign-up-otp-sms": sendCode("sign-up", "sms"),
  "sign-up-or-in-otp-sms": sendCode("sign-up-or-in", "sms"),
  "update-user-otp-sms": sendCode("update-user", "sms"),
  "verify-code-otp-email": verifyCode("email"),
  "verify-code-otp-sms": verifyCode("sms"),
  "sign-in-magic-link-email": sendMagicLink("sign-in"),
  "sign-up-magic-link-email": sendMagicLink("sign-up"),
  "sign-up-or-in-magic-link-email": sendMagicLink("sign-up-or-in"),
  "update-user-magic-link-email": sendMagicLink("update-user"),
  "verify-magic-link": verifyMagicLink,
  "update-user-totp": enrolApp,
  "verify-totp-code": verifyApp,
  "oauth-start": startOAuth("any"),
  "oauth-start-sign-in": startOAuth("signin"),
  "oauth-start-sign-up": startOAuth("signup"),
  "exchange-oauth-code": exchange("oauth", "OAuthExchangeCodeFailed"),
  "saml-start": startSamlStep,
  "exchange-saml-code": exchange("fed", "SAMLExchangeCodeFailed"),
  connector: callHttp,
  "custom-claims": addClaims,
  "update-user-properties": setProperties,
  scriptlet: runScript,
  loadUser,
  risk: () => success,
};
