/** What actions of flows are: what they work with, how they end, and what most of them need. */

import { readObject } from "../json-fields.ts";
import type { JsonObject } from "../json-fields.ts";
import type { Call } from "../operation.ts";
import { requireActive } from "../sign-in/sessions.ts";
import { UserInput } from "../users/user-input.ts";
import type { UserRecord } from "../users/user-record.ts";
import { asText } from "./flow-context.ts";
import type { FlowTask } from "./flow-document.ts";
import { typedLoginId } from "./flow-run.ts";
import type { FlowRun } from "./flow-run.ts";

/** How an action ended. */
export type ActionOutcome =
  | { readonly kind: "success" }
  /** Failed with an error that the flow may handle. */
  | { readonly kind: "error"; readonly name: string; readonly text: string }
  /** The user must go somewhere and come back to the step. */
  | { readonly kind: "redirect"; readonly url: string; readonly stepId: string }
  /** The browser must make a passkey, and brings it to the step. */
  | { readonly kind: "passkey"; readonly transactionId: string; readonly options: JsonObject; readonly stepId: string }
  /** The step goes on when the user comes back to it. */
  | { readonly kind: "wait" }
  | { readonly kind: "end" };

/** The outcome of most actions. */
export const success: ActionOutcome = { kind: "success" };

/** What an action works with. */
export interface ActionCall {
  readonly call: Call;
  readonly run: FlowRun;
  readonly task: FlowTask;
  /** What the user brought along, when the step waited for it. */
  readonly input: JsonObject | undefined;
}

/** An action. */
export type Action = (of: ActionCall) => ActionOutcome | Promise<ActionOutcome>;

/** An argument's value. */
export function argument({ task }: ActionCall, name: string): unknown {
  return readObject(readObject(task.source, "arguments") ?? {}, name)?.["value"];
}

/** Notes that a user proved who they are. */
export function prove({ run }: ActionCall, user: UserRecord, method: string): ActionOutcome {
  requireActive(user);
  run.firstSeen ||= (user.extras.signIns?.length ?? 0) === 0;
  run.userId = user.userId;
  run.methods.add(method);
  return success;
}

/** What was typed into a field. */
export function formText({ run }: ActionCall, key: string): string {
  return asText(run.form[key]);
}

/** Ends an action with an error that the flow may handle; the text is for the user. */
export function failed(name: string, text: string): ActionOutcome {
  return { kind: "error", name, text };
}

/** The user that was typed in, for sign-ups. */
export function typedInput({ run }: ActionCall): UserInput {
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

/** The address of the application with the step to come back to. */
export function withStep(url: string, run: FlowRun, stepId: string): string {
  const parameter = encodeURIComponent(`${run.executionId}_${stepId}`);
  return `${url}${url.includes("?") ? "&" : "?"}descope-login-flow=${parameter}`;
}
