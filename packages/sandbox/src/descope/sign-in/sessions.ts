/** Session and refresh tokens: what they claim, and opening, renewing and closing sessions. */

import type { JsonObject } from "../json-fields.ts";
import { shapeClaims, templateInUse } from "../definitions/jwt-templates.ts";
import { JsonText } from "../operation.ts";
import type { Call } from "../operation.ts";
import type { ProjectState } from "../project-state.ts";
import { Refusal, conflicting, unauthorized } from "../refusal.ts";
import type { Role } from "../definitions/roles.ts";
import { permissionNames, writeUser } from "../users/user-answer.ts";
import type { UserRecord } from "../users/user-record.ts";

/** Seconds that tokens live, as a new project has it. */
export const tokenLifetimes: { readonly session: number; readonly refresh: number } = {
  session: 10 * 60,
  refresh: 4 * 7 * 24 * 60 * 60,
};

const mostSignIns = 20;

/** How a user signed in. */
export interface SignInFacts {
  /** Authentication methods: `pwd`, `email`, `sms`, `oauth`, `fed`, … Empty for sign-in by management. */
  readonly methods: readonly string[];
  /** Claims of the back end; they stand beside the standard ones. */
  readonly customClaims?: JsonObject | undefined;
  /** Claims that a client asked for; they stand under `nsec`. */
  readonly unsafeClaims?: JsonObject | undefined;
  /** The tenant that becomes current. */
  readonly tenantId?: string | undefined;
  /** Seconds that the refresh token lives, when not as usual. */
  readonly refreshSeconds?: number | undefined;
  /** More of the answer: the provider's own, the SSO configuration's ID. */
  readonly answer?: JsonObject;
}

/** The issuer of a project's tokens. */
export function issuerOf(project: ProjectState, baseUrl: string): string {
  if (templateInUse(project)?.conformanceIssuer === true) {
    const isApps = project.variants.issuer === "apps-url";
    return `${baseUrl}${isApps ? "/v1/apps" : ""}/${project.projectId}`;
  }
  switch (project.variants.issuer) {
    case "project-id":
      return project.projectId;
    case "url":
      return `${baseUrl}/${project.projectId}`;
    case "apps-url":
      return `${baseUrl}/v1/apps/${project.projectId}`;
    default:
      return project.variants.issuer satisfies never;
  }
}

/** Refuses users who may not sign in. The service's code for this is not published. */
export function requireActive(user: UserRecord): void {
  if (user.status === "disabled") throw new Refusal(401, "E011004", "Invalid arguments", "User is disabled");
  if (user.status === "expired") throw new Refusal(401, "E011004", "Invalid arguments", "User is expired");
}

/** Signs a user in: notes it, opens a session, and gives the answer that every sign-in gives. */
export function signIn(call: Call, user: UserRecord, facts: SignInFacts): JsonText {
  const { project } = call;
  requireActive(user);
  requireMembership(user, facts.tenantId);
  const nowSeconds = Math.floor(project.clock() / 1000);
  const firstSeen = (user.extras.signIns?.length ?? 0) === 0;
  project.users.change(user, (changed) => {
    if (changed.status === "invited") changed.status = "enabled";
    const latest = {
      loginTime: nowSeconds,
      ip: call.request.remoteAddress,
      selectedTenant: facts.tenantId ?? "",
    };
    changed.extras = {
      ...changed.extras,
      failedAttempts: 0,
      signIns: [latest, ...(changed.extras.signIns ?? [])].slice(0, mostSignIns),
    };
  });
  project.audit.note("LoginSucceed", user, project.clock(), facts.methods[0] ?? "", call.request.remoteAddress);
  const refreshSeconds = facts.refreshSeconds ?? tokenLifetimes.refresh;
  const refreshExpiration = nowSeconds + refreshSeconds;
  const lasting = templateInUse(project)?.omitCustomClaimsFromDSR === true ? {} : lastingClaims(facts);
  const refreshJwt = project.signingKey.sign({
    amr: facts.methods,
    drn: "DSR",
    exp: refreshExpiration,
    iat: nowSeconds,
    iss: issuerOf(project, call.baseUrl),
    ...lasting,
    sub: user.userId,
  });
  project.sessions.open(refreshJwt, user.userId, refreshExpiration * 1000);
  return answerTokens(call, user, { refreshJwt, refreshExpiration, firstSeen, facts });
}

/** Claims that a refresh token carries on to the sessions it renews. */
function lastingClaims(facts: SignInFacts): JsonObject {
  return {
    ...facts.customClaims,
    ...(facts.unsafeClaims === undefined || Object.keys(facts.unsafeClaims).length === 0
      ? {}
      : { nsec: facts.unsafeClaims }),
    ...(facts.tenantId === undefined || facts.tenantId === "" ? {} : { dct: facts.tenantId }),
  };
}

const ownClaims = new Set(["amr", "drn", "exp", "iat", "iss", "sub", "rexp"]);

/** Renews the session of a refresh token that does not stand in the header. */
export function renewFor(call: Call, refreshJwt: string): { readonly user: UserRecord; readonly answer: JsonObject } {
  const asHeader: Call = { ...call, token: refreshJwt };
  const { user } = requireRefresh(asHeader);
  return { user, answer: JSON.parse(renew(asHeader).text) as JsonObject };
}

/** Renews the session of a good refresh token; another current tenant may be chosen. */
export function renew(call: Call, tenantId?: string): JsonText {
  const { user, claims, refreshJwt } = requireRefresh(call);
  requireActive(user);
  requireMembership(user, tenantId);
  const customClaims = Object.fromEntries(
    Object.entries(claims).filter(([name]) => !ownClaims.has(name) && name !== "dct"),
  );
  const dct = typeof claims["dct"] === "string" ? claims["dct"] : undefined;
  const facts: SignInFacts = {
    methods: Array.isArray(claims["amr"]) ? claims["amr"] : [],
    customClaims,
    tenantId: tenantId ?? dct,
  };
  if (tenantId !== undefined) {
    call.project.sessions.close(refreshJwt);
    return signIn(call, user, facts);
  }
  return answerTokens(call, user, {
    refreshJwt: undefined,
    refreshExpiration: Number(claims["exp"]),
    firstSeen: false,
    facts,
  });
}

function requireMembership(user: UserRecord, tenantId: string | undefined): void {
  if (tenantId === undefined || tenantId === "") return;
  if (!user.memberships.some(({ tenant }) => tenant.id === tenantId))
    throw conflicting("The user is not in the tenant");
}

/** @throws Refusal when the call carries no good refresh token of this project. */
export function requireRefresh(call: Call): {
  readonly user: UserRecord;
  readonly claims: JsonObject;
  readonly refreshJwt: string;
} {
  const { project, token } = call;
  if (token === undefined) throw unauthorized("Missing refresh token");
  const claims = project.signingKey.verify(token);
  const userId = project.sessions.userOf(token);
  if (claims === undefined || claims["drn"] !== "DSR") throw unauthorized("The refresh token is not valid");
  if (userId === undefined) throw unauthorized("The refresh token is expired or logged out", "E064001");
  const user = project.users.byUserId(userId);
  if (user === undefined) throw unauthorized("The user of the token does not exist");
  return { user, claims, refreshJwt: token };
}

/** The claims of the call's token when it is a good session token of this project. */
export function requireSession(call: Call): JsonObject {
  const { project, token } = call;
  if (token === undefined) throw unauthorized("Missing session token");
  const claims = project.signingKey.verify(token);
  if (claims === undefined || claims["drn"] !== "DS") throw unauthorized("The session token is not valid");
  if (Number(claims["exp"]) * 1000 <= project.clock())
    throw new Refusal(401, "E062504", "Token expired", "The session token is expired");
  return claims;
}

interface Tokens {
  /** Undefined when the refresh token stays as it is. */
  readonly refreshJwt: string | undefined;
  /** Seconds since the epoch. */
  readonly refreshExpiration: number;
  readonly firstSeen: boolean;
  readonly facts: SignInFacts;
}

function answerTokens(call: Call, user: UserRecord, tokens: Tokens): JsonText {
  const { project } = call;
  const nowSeconds = Math.floor(project.clock() / 1000);
  const sessionExpiration = nowSeconds + tokenLifetimes.session;
  const plain = sessionClaims(call, user, {
    ...tokens,
    nowSeconds,
    sessionExpiration,
  });
  const template = templateInUse(project);
  const claims =
    template === undefined ? plain : shapeClaims(project, template, plain, JSON.parse(writeUser(user)) as JsonObject);
  const rest = JSON.stringify({
    sessionJwt: project.signingKey.sign(claims),
    refreshJwt: tokens.refreshJwt ?? "",
    cookieDomain: "",
    cookiePath: "/",
    cookieMaxAge: Math.max(0, tokens.refreshExpiration - nowSeconds),
    cookieExpiration: tokens.refreshExpiration,
    firstSeen: tokens.firstSeen,
    sessionExpiration,
    externalToken: "",
    claims,
    ...tokens.facts.answer,
  });
  return new JsonText(`{"user":${writeUser(user)},${rest.slice(1)}`);
}

/** The claims of a session token. */
function sessionClaims(
  { project, baseUrl }: Call,
  user: UserRecord,
  of: Tokens & { readonly nowSeconds: number; readonly sessionExpiration: number },
): JsonObject {
  const { facts } = of;
  const tenants = Object.fromEntries(user.memberships.map(({ tenant, roles }) => [tenant.id, authorization(roles)]));
  const only = user.memberships.length === 1 ? user.memberships[0]?.tenant.id : undefined;
  const lasting = lastingClaims(facts);
  return {
    amr: facts.methods,
    ...(only === undefined ? {} : { dct: only }),
    drn: "DS",
    exp: of.sessionExpiration,
    iat: of.nowSeconds,
    iss: issuerOf(project, baseUrl),
    ...authorization(user.roles),
    rexp: new Date(of.refreshExpiration * 1000).toISOString().replace(".000", ""),
    ...lasting,
    sub: user.userId,
    ...(user.memberships.length === 0 ? {} : { tenants }),
  };
}

function authorization(roles: readonly Role[]): JsonObject {
  if (roles.length === 0) return {};
  const permissions = permissionNames(roles);
  return {
    ...(permissions.length === 0 ? {} : { permissions }),
    roles: roles.map((role) => role.name),
  };
}
