/** Redeeming codes and links. */

import { requireString } from "../json-fields.ts";
import { nothing } from "../operation.ts";
import type { Call, Operation } from "../operation.ts";
import { Refusal, userNotFound } from "../refusal.ts";
import { signIn } from "./sessions.ts";
import type { LinkGrant } from "./one-time-tokens.ts";
import type { UserRecord } from "../users/user-record.ts";

function grantUser({ project }: Call, grant: LinkGrant): UserRecord {
  const user = project.users.byUserId(grant.userId);
  if (user === undefined) throw userNotFound();
  return user;
}

function verifyContact({ project }: Call, user: UserRecord, what: "email" | "phone"): void {
  project.users.change(user, (changed) => {
    if (what === "email" && changed.email !== "") changed.verifiedEmail = true;
    if (what === "phone" && changed.phone !== "") changed.verifiedPhone = true;
  });
}

/** Signs in the user of a link token. */
export function signInByGrant(call: Call, grant: LinkGrant): ReturnType<typeof signIn> {
  const user = grantUser(call, grant);
  if (grant.verifies !== undefined) verifyContact(call, user, grant.verifies);
  return signIn(call, user, {
    methods: [grant.method],
    unsafeClaims: grant.customClaims,
    tenantId: grant.tenantId,
    ...(grant.ssoId === undefined ? {} : { answer: { tenantSSOID: grant.ssoId } }),
  });
}

function verifyCode(name: string, method: "email" | "sms"): Operation {
  return {
    name,
    access: "project",
    fields: ["loginId", "code"],
    run: (call) => {
      const { project, body } = call;
      const code = requireString(body, "code");
      const user = project.users.byLoginId(requireString(body, "loginId"));
      // An unknown user and a wrong code get one answer, so that nobody learns who has an account.
      if (user === undefined) throw new Refusal(401, "E061102", "Code is wrong", "Invalid code");
      const claims = project.oneTimeTokens.redeemCode(user.userId, method, code);
      verifyContact(call, user, method === "email" ? "email" : "phone");
      return signIn(call, user, { methods: [method], unsafeClaims: claims });
    },
  };
}

export const oneTimeOperations: readonly Operation[] = [
  verifyCode("POST /v1/auth/otp/verify/email", "email"),
  verifyCode("POST /v1/auth/otp/verify/sms", "sms"),
  verifyCode("POST /v1/auth/otp/verify/voice", "sms"),
  verifyCode("POST /v1/auth/otp/verify/im", "sms"),
  verifyCode("POST /v1/auth/otp/verify/whatsapp", "sms"),
  {
    name: "POST /v1/auth/magiclink/verify",
    access: "project",
    fields: ["token"],
    run: (call) => signInByGrant(call, call.project.oneTimeTokens.redeemLink(requireString(call.body, "token"))),
  },
  {
    name: "POST /v1/auth/enchantedlink/verify",
    access: "project",
    fields: ["token"],
    run: (call) => {
      const grant = call.project.oneTimeTokens.redeemLink(requireString(call.body, "token"));
      if (grant.pendingRef !== undefined) call.project.oneTimeTokens.fulfilPending(grant.pendingRef, grant);
      return nothing;
    },
  },
  {
    name: "POST /v1/auth/enchantedlink/pending-session",
    access: "project",
    fields: ["pendingRef"],
    run: (call) => signInByGrant(call, call.project.oneTimeTokens.takePending(requireString(call.body, "pendingRef"))),
  },
];
