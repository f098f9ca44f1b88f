/** Sessions in another user's name, and sessions of nobody in particular. */

import { readBoolean, readObject, readString, requireString } from "../json-fields.ts";
import type { JsonObject } from "../json-fields.ts";
import type { Call, Operation } from "../operation.ts";
import { Refusal, conflicting, userNotFound } from "../refusal.ts";
import { issuerOf, requireActive, signIn, tokenLifetimes } from "./sessions.ts";
import { writeUser } from "../users/user-answer.ts";
import type { UserRecord } from "../users/user-record.ts";

function found({ project, body }: Call, key: string): UserRecord {
  const user = project.users.find(requireString(body, key));
  if (user === undefined) throw userNotFound();
  return user;
}

function impersonate(call: Call): JsonObject {
  const { project, body } = call;
  const impersonator = found(call, "impersonatorId");
  const user = found(call, "loginId");
  const may = [...impersonator.roles, ...impersonator.memberships.flatMap(({ roles }) => roles)].some((role) =>
    role.permissions.some((permission) => permission.name === "Impersonate"),
  );
  if (!may) throw new Refusal(403, "E011004", "Invalid arguments", "The impersonator lacks the permission");
  const consentUntil = (user.extras.consentExpiration ?? 0) * 1000;
  if (readBoolean(body, "validateConsent") === true && consentUntil <= project.clock())
    throw conflicting("The user gave no consent, or it has expired");
  requireActive(user);
  const session = signIn(call, user, {
    methods: [],
    customClaims: { ...readObject(body, "customClaims"), act: { sub: impersonator.userId } },
    tenantId: readString(body, "selectedTenant"),
  });
  return { jwt: (JSON.parse(session.text) as { readonly refreshJwt: string }).refreshJwt };
}

function anonymous(call: Call): JsonObject {
  const { project, body } = call;
  const now = Math.floor(project.clock() / 1000);
  const sub = project.ids.next("U");
  const common = {
    ...readObject(body, "customClaims"),
    anonymous: true,
    amr: [],
    iat: now,
    iss: issuerOf(project, call.baseUrl),
    sub,
  };
  const refreshExpiration = now + tokenLifetimes.refresh;
  const sign = (drn: string, exp: number): string => project.signingKey.sign({ ...common, drn, exp });
  return {
    sessionJwt: sign("DS", now + tokenLifetimes.session),
    refreshJwt: sign("DSR", refreshExpiration),
    cookieDomain: "",
    cookiePath: "/",
    cookieMaxAge: tokenLifetimes.refresh,
    cookieExpiration: refreshExpiration,
  };
}

export const impersonationOperations: readonly Operation[] = [
  {
    name: "POST /v1/mgmt/impersonate",
    access: "management",
    partly: "the name of the claim that tells the impersonator is not published; here `act`",
    run: impersonate,
  },
  {
    name: "POST /v1/mgmt/auth/anonymous",
    access: "management",
    partly: "anonymous sessions are not renewed",
    run: anonymous,
  },
  {
    name: "POST /v1/mgmt/user/update/impersonationConsent",
    access: "management",
    fields: ["loginId", "impersonationConsent"],
    run: (call) => {
      const user = found(call, "loginId");
      const consentExpiration = Number(call.body["impersonationConsent"] ?? 0) || 0;
      call.project.users.change(user, (changed) => {
        changed.extras = { ...changed.extras, consentExpiration: Math.floor(consentExpiration) };
      });
      return { user: JSON.parse(writeUser(user)) as JsonObject };
    },
  },
];
