/** Signing in by management, by embedded link, and with the codes and links of test users. */

import { createUser } from "../users/create-users.ts";
import { readBoolean, readInteger, readObject, readString, requireString } from "../json-fields.ts";
import type { JsonObject } from "../json-fields.ts";
import type { Call, Operation, OperationResult } from "../operation.ts";
import { conflicting, invalid, userNotFound } from "../refusal.ts";
import { requireActive, signIn } from "./sessions.ts";
import type { SignInFacts } from "./sessions.ts";
import { namedUser } from "../users/update-users.ts";
import { readUserInput } from "../users/user-input.ts";
import type { UserInput } from "../users/user-input.ts";
import type { UserRecord } from "../users/user-record.ts";

const linkLifetimeMs = 3 * 60_000;

/** What `loginOptions` ask for. */
export function readLoginOptions(from: JsonObject): {
  readonly claims: JsonObject;
  readonly tenantId: string | undefined;
} {
  const options = readObject(from, "loginOptions") ?? {};
  return {
    claims: readObject(options, "customClaims") ?? {},
    tenantId: readString(options, "tenantId"),
  };
}

function managementFacts({ body }: Call): SignInFacts {
  return {
    methods: [],
    customClaims: readObject(body, "customClaims"),
    tenantId: readString(body, "selectedTenantId") ?? readString(body, "selectedTenant"),
    refreshSeconds: readInteger(body, "refreshDuration") || undefined,
  };
}

/** Creates the user of a sign-up request: `loginId`, with the profile in `user`. */
export function signUpUser(
  call: Call,
  verified: { readonly email?: boolean; readonly phone?: boolean } = {},
): UserRecord {
  const { project, body } = call;
  const loginId = requireString(body, "loginId");
  const input: UserInput = readUserInput(readObject(body, "user") ?? {}, "ignored");
  input.loginId = loginId;
  if ((input.email ?? "") === "" && loginId.includes("@")) input.email = loginId;
  if ((input.phone ?? "") === "" && /^\+\d{4,}$/.test(loginId)) input.phone = loginId;
  input.verifiedEmail = verified.email === true;
  input.verifiedPhone = verified.phone === true;
  return createUser(project, input);
}

function signUp(call: Call): UserRecord {
  return signUpUser(call, {
    email: readBoolean(call.body, "emailVerified") === true,
    phone: readBoolean(call.body, "phoneVerified") === true,
  });
}

function embeddedLink(call: Call, user: UserRecord, customClaims: JsonObject): OperationResult {
  requireActive(user);
  const seconds = readInteger(call.body, "timeout") ?? 0;
  if (seconds < 0) throw invalid("The timeout field must not be negative");
  const token = call.project.oneTimeTokens.issueLink(
    { userId: user.userId, method: "email", customClaims },
    seconds > 0 ? seconds * 1000 : linkLifetimeMs,
  );
  return { token, maskedEmail: "", maskedPhone: "" };
}

function testUser(call: Call): UserRecord {
  const user = namedUser(call);
  if (!user.test) throw conflicting("The user is not a test user");
  return user;
}

const deliveries = new Set(["email", "sms", "voice", "whatsapp", "embedded"]);

function readDelivery({ body }: Call): "email" | "sms" {
  const method = readString(body, "deliveryMethod") ?? "email";
  if (!deliveries.has(method)) throw invalid("The deliveryMethod field is not known");
  return method === "email" || method === "embedded" ? "email" : "sms";
}

function testLink(call: Call, user: UserRecord, method: "email" | "sms", ref?: string): string {
  const { claims } = readLoginOptions(call.body);
  const token = call.project.oneTimeTokens.issueLink(
    {
      userId: user.userId,
      method,
      customClaims: claims,
      verifies: method === "email" ? "email" : "phone",
      ...(ref === undefined ? {} : { pendingRef: ref }),
    },
    linkLifetimeMs,
  );
  const uri = readString(call.body, "URI") ?? readString(call.body, "redirectUrl") ?? "";
  return withToken(uri === "" ? `${call.baseUrl}/verify` : uri, token);
}

/** Adds a link token to an address. */
export function withToken(uri: string, token: string): string {
  return `${uri}${uri.includes("?") ? "&" : "?"}t=${token}`;
}

export const signInOperations: readonly Operation[] = [
  {
    name: "POST /v1/mgmt/auth/signin",
    access: "management",
    partly: "`stepup`, `mfa` and `ssoAppId` are accepted and change nothing",
    run: (call) => {
      const { project, body } = call;
      const user = project.users.find(requireString(body, "loginId"));
      if (user === undefined) throw userNotFound();
      if (readBoolean(body, "revokeOtherSessions") === true) project.sessions.closeAll(user.userId);
      return signIn(call, user, managementFacts(call));
    },
  },
  {
    name: "POST /v1/mgmt/auth/signup",
    access: "management",
    run: (call) => signIn(call, signUp(call), managementFacts(call)),
  },
  {
    name: "POST /v1/mgmt/auth/signup-in",
    access: "management",
    run: (call) => {
      const user = call.project.users.find(requireString(call.body, "loginId")) ?? signUp(call);
      return signIn(call, user, managementFacts(call));
    },
  },
  {
    name: "POST /v1/mgmt/user/signin/embeddedlink",
    access: "management",
    fields: ["loginId", "customClaims", "timeout"],
    run: (call) => embeddedLink(call, namedUser(call), readObject(call.body, "customClaims") ?? {}),
  },
  {
    name: "POST /v1/mgmt/user/signup/embeddedlink",
    access: "management",
    run: (call) => {
      const there = call.project.users.find(requireString(call.body, "loginId"));
      return embeddedLink(call, there ?? signUp(call), readLoginOptions(call.body).claims);
    },
  },
  {
    name: "POST /v1/mgmt/tests/generate/otp",
    access: "management",
    fields: ["loginId", "deliveryMethod", "loginOptions"],
    run: (call) => {
      const user = testUser(call);
      const { claims } = readLoginOptions(call.body);
      const method = readDelivery(call);
      const code = call.project.oneTimeTokens.issueCode(user.userId, method, claims);
      return { loginId: readString(call.body, "loginId"), code };
    },
  },
  {
    name: "POST /v1/mgmt/tests/generate/magiclink",
    access: "management",
    run: (call) => {
      const link = testLink(call, testUser(call), readDelivery(call));
      return { loginId: readString(call.body, "loginId"), link };
    },
  },
  {
    name: "POST /v1/mgmt/tests/generate/enchantedlink",
    access: "management",
    run: (call) => {
      const pendingRef = call.project.oneTimeTokens.openPending();
      const link = testLink(call, testUser(call), "email", pendingRef);
      return { loginId: readString(call.body, "loginId"), link, pendingRef };
    },
  },
];
