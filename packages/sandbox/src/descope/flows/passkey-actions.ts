/** Actions that add passkeys. What a browser brings is believed: no signature of an authenticator is checked. */

import { isJsonObject, readObject, readString } from "../json-fields.ts";
import type { JsonObject } from "../json-fields.ts";
import { argument, failed, success } from "./flow-action.ts";
import type { Action, ActionCall, ActionOutcome } from "./flow-action.ts";
import { asText } from "./flow-context.ts";
import { signedInUser } from "./flow-run.ts";

function start(of: ActionCall): ActionOutcome {
  const { call, run, task } = of;
  const user = signedInUser(call, run);
  if (user === undefined) return failed("", "The user has not signed in");
  const { ids } = call.project;
  run.passkey = { transactionId: `WA${ids.secret(27)}`, challenge: Buffer.from(ids.secret(32)).toString("base64url") };
  return {
    kind: "passkey",
    transactionId: run.passkey.transactionId,
    stepId: asText(argument(of, "finishStepId")) || `${task.id}.end`,
    options: {
      challenge: run.passkey.challenge,
      rp: { name: "sandbox", id: "localhost" },
      user: { id: Buffer.from(user.userId).toString("base64url"), name: user.loginIds[0], displayName: user.name },
      pubKeyCredParams: [{ type: "public-key", alg: -7 }],
    },
  };
}

function finish(of: ActionCall): ActionOutcome {
  const { call, run, input } = of;
  const user = signedInUser(call, run);
  const { passkey } = run;
  if (user === undefined || passkey === undefined) return failed("", "The user has not signed in");
  const response = parse(input?.["response"]);
  if (response === undefined) return { kind: "wait" };
  const clientData = parse(
    Buffer.from(readString(readObject(response, "response") ?? {}, "clientDataJSON") ?? "", "base64url").toString(),
  );
  const id = readString(response, "id") ?? "";
  run.passkey = undefined;
  if (
    input?.["transactionId"] !== passkey.transactionId ||
    clientData?.["type"] !== "webauthn.create" ||
    clientData["challenge"] !== passkey.challenge ||
    id === ""
  )
    return failed("", "The passkey is not good");
  call.project.users.change(user, (changed) => {
    changed.extras = { ...changed.extras, passkeys: [...(changed.extras.passkeys ?? []), id] };
  });
  return success;
}

function parse(value: unknown): JsonObject | undefined {
  if (typeof value !== "string") return undefined;
  try {
    const parsed: unknown = JSON.parse(value);
    return isJsonObject(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

export const passkeyActions: Readonly<Record<string, Action>> = {
  "webauthn-update-user-start": start,
  "webauthn-update-user-finish": finish,
};
