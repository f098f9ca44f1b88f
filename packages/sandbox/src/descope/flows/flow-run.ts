/** One run of a flow, and what its actions may see and change. */

import type { JsonObject } from "../json-fields.ts";
import type { Call } from "../operation.ts";
import { writeUser } from "../users/user-answer.ts";
import type { UserRecord } from "../users/user-record.ts";
import type { FlowDocument } from "./flow-document.ts";

/** A flow that another one waits for. */
export interface FlowFrame {
  readonly document: FlowDocument;
  /** The task of the waiting flow. */
  readonly taskId: string;
}

/** The state of one run, from start to end. */
export interface FlowRun {
  readonly executionId: string;
  document: FlowDocument;
  readonly frames: FlowFrame[];
  readonly form: Record<string, unknown>;
  readonly connectors: Record<string, unknown>;
  readonly scripts: Record<string, unknown>;
  readonly customClaims: Record<string, unknown>;
  readonly methods: Set<string>;
  /** The user who proved who they are. */
  userId: string | undefined;
  firstSeen: boolean;
  sentTo: JsonObject;
  /** How an authenticator app learns the secret that was just made. */
  totp: JsonObject;
  /** The passkey that is being made: what the browser signs, and what it calls the attempt. */
  passkey: { readonly transactionId: string; readonly challenge: string } | undefined;
  /** What the user's device can do, as the application said at the start. */
  readonly deviceInfo: JsonObject;
  /** Where the application is, for links and providers. */
  readonly redirectUrl: string;
  /** The tenant that the sign-in is for: as the application said at the start, or whose identity provider vouched. */
  tenant: string;
  /** The tenant's connection that vouched for the user. */
  ssoId: string | undefined;
  /** The task that waits for the user. */
  waitingAt: string | undefined;
  /** The screen that was shown last. */
  lastScreen: string | undefined;
  /** Said on the next screen. */
  errorText: string;
  finished: boolean;
}

/** The user who proved who they are. */
export function signedInUser({ project }: Call, run: FlowRun): UserRecord | undefined {
  return run.userId === undefined ? undefined : project.users.byUserId(run.userId);
}

/** The login ID that was typed in. */
export function typedLoginId(run: FlowRun): string {
  for (const key of ["externalId", "loginId", "email", "phone", "username"]) {
    const value = run.form[key];
    if (typeof value === "string" && value !== "") return value;
  }
  return "";
}

/** The user with the login ID that was typed in, who has proved nothing. */
export function typedUser({ project }: Call, run: FlowRun): UserRecord | undefined {
  const loginId = typedLoginId(run);
  return loginId === "" ? undefined : project.users.byLoginId(loginId);
}

/** Everything that paths can lead to, as it is now. Other requests may change users while a flow runs. */
export function flowContext(call: Call, run: FlowRun): JsonObject {
  const user = shown(signedInUser(call, run));
  const policy = call.project.policyOf("");
  return {
    form: run.form,
    connectors: run.connectors,
    scripts: run.scripts,
    user: { ...user, loggedIn: user !== undefined },
    unauthUser: shown(typedUser(call, run)) ?? {},
    authInfo: { firstSeen: run.firstSeen, user: user ?? {} },
    sentTo: run.sentTo,
    totp: run.totp,
    tenant: run.tenant,
    idpInitiated: false,
    deviceInfo: { webAuthnSupport: false, ...run.deviceInfo },
    riskInfo: { riskScore: 0, botDetected: false, impossibleTravel: false },
    geo: { country: "" },
    pswdPolicy: { minLength: policy.minLength, lowercase: policy.lowercase, uppercase: policy.uppercase },
  };
}

function shown(user: UserRecord | undefined): JsonObject | undefined {
  return user === undefined ? undefined : (JSON.parse(writeUser(user)) as JsonObject);
}
