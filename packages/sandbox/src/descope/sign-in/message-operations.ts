/** Signing up and in with codes and links that are sent. What would be sent is kept in the outbox. */

import { maskEmail, maskPhone, readEmail, readPhone } from "../users/contact.ts";
import { readBoolean, readString, requireString } from "../json-fields.ts";
import type { JsonObject } from "../json-fields.ts";
import type { Call, Operation } from "../operation.ts";
import type { OutboxMessage } from "./outbox.ts";
import { Refusal, missing, userExists } from "../refusal.ts";
import { requireActive, requireRefresh } from "./sessions.ts";
import { readLoginOptions, signUpUser, withToken } from "./sign-in-operations.ts";
import { uniqueLoginIds } from "../users/user-fields.ts";
import type { UserRecord } from "../users/user-record.ts";

type Method = OutboxMessage["method"];
type Kind = "otp" | "magiclink" | "enchantedlink";

const linkLifetimeMs = 3 * 60_000;

const phoneMethods: Readonly<Record<string, Method>> = {
  sms: "sms",
  voice: "voice",
  im: "whatsapp",
  whatsapp: "whatsapp",
};

/** Sends a code or a link, which is to say: puts it into the outbox. */
function send(call: Call, user: UserRecord, kind: Kind, method: Method): JsonObject {
  const { project, body } = call;
  requireActive(user);
  const to = method === "email" ? user.email : user.phone;
  if (to === "") throw missing(`The user has no ${method === "email" ? "email" : "phone"}`);
  const { claims, tenantId } = readLoginOptions(body);
  const channel = method === "email" ? "email" : "sms";
  const masked = method === "email" ? { maskedEmail: maskEmail(to) } : { maskedPhone: maskPhone(to) };
  if (kind === "otp") {
    const secret = project.oneTimeTokens.issueCode(user.userId, channel, claims);
    project.outbox.add({ userId: user.userId, to, method, kind, secret });
    return { ...masked, verificationAttempts: 0 };
  }
  const pendingRef = kind === "enchantedlink" ? project.oneTimeTokens.openPending() : undefined;
  const token = project.oneTimeTokens.issueLink(
    {
      userId: user.userId,
      method: channel,
      customClaims: claims,
      verifies: method === "email" ? "email" : "phone",
      ...(tenantId === undefined ? {} : { tenantId }),
      ...(pendingRef === undefined ? {} : { pendingRef }),
    },
    linkLifetimeMs,
  );
  const target = readString(body, "redirectUrl") ?? readString(body, "URI") ?? `${call.baseUrl}/verify`;
  const secret = withToken(target, token);
  project.outbox.add({ userId: user.userId, to, method, kind, secret });
  return pendingRef === undefined ? masked : { pendingRef, linkId: project.ids.code(2), ...masked };
}

function existing({ project, body }: Call): UserRecord {
  const user = project.users.byLoginId(requireString(body, "loginId"));
  if (user === undefined) throw new Refusal(400, "E062108", "User not found", "User not found");
  return user;
}

function operationsOf(kind: Kind, channel: string, method: Method): readonly Operation[] {
  const partly = "the message is kept in the sandbox instead of being sent";
  const operation = (way: string, find: (call: Call) => UserRecord): Operation => ({
    name: `POST /v1/auth/${kind}/${way}/${channel}`,
    access: "project",
    partly,
    run: (call) => send(call, find(call), kind, method),
  });
  return [
    operation("signin", existing),
    { ...operation("signup", signUpUser), run: (call) => signUpAndSend(call, kind, method) },
    {
      ...operation("signup-in", signUpUser),
      run: (call) => {
        const user = call.project.users.byLoginId(requireString(call.body, "loginId"));
        return user === undefined ? signUpAndSend(call, kind, method) : send(call, user, kind, method);
      },
    },
  ];
}

/** A user to whom nothing can be sent is not signed up. */
function signUpAndSend(call: Call, kind: Kind, method: Method): object {
  const user = signUpUser(call);
  try {
    return send(call, user, kind, method);
  } catch (error) {
    call.project.users.remove(user);
    throw error;
  }
}

/** Changes the e-mail address or telephone number of the signed-in user, and sends a proof to the new one. */
function update(kind: Kind, what: "email" | "phone", channel: string, method: Method): Operation {
  const path = what === "email" ? "email" : `phone/${channel}`;
  return {
    name: `POST /v1/auth/${kind}/update/${path}`,
    access: "project",
    partly: "the message is kept in the sandbox; the new value shows at once, as not verified",
    run: (call) => {
      const { project, body } = call;
      const { user } = requireRefresh(call);
      const value =
        what === "email" ? readEmail(requireString(body, "email")) : readPhone(requireString(body, "phone"));
      const owner = project.users.byLoginId(value);
      const adds = readBoolean(body, "addToLoginIDs") === true;
      if (adds && owner !== undefined && owner !== user) throw userExists();
      // What the message needs is read before anything changes.
      readLoginOptions(body);
      for (const key of ["redirectUrl", "URI"]) readString(body, key);
      project.users.change(user, (changed) => {
        changed[what] = value;
        changed[what === "email" ? "verifiedEmail" : "verifiedPhone"] = false;
        if (adds) changed.loginIds = uniqueLoginIds(project, [...changed.loginIds, value]);
      });
      return send(call, user, kind, method);
    },
  };
}

export const messageOperations: readonly Operation[] = [
  ...operationsOf("otp", "email", "email"),
  ...operationsOf("magiclink", "email", "email"),
  ...operationsOf("enchantedlink", "email", "email"),
  update("otp", "email", "email", "email"),
  update("magiclink", "email", "email", "email"),
  update("enchantedlink", "email", "email", "email"),
  ...Object.entries(phoneMethods).flatMap(([channel, method]) => [
    ...operationsOf("otp", channel, method),
    update("otp", "phone", channel, method),
    ...(channel === "sms" || channel === "whatsapp"
      ? [...operationsOf("magiclink", channel, method), update("magiclink", "phone", channel, method)]
      : []),
  ]),
];
