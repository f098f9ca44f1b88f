/** ID, access and refresh tokens with Cognito's claims. */

import { createHash, randomBytes } from "node:crypto";

import { epochSeconds } from "../cognito-state.ts";
import type { CognitoState } from "../cognito-state.ts";
import { identitiesOf } from "../identities.ts";
import { isCustom } from "../pool-schema.ts";
import type { AppClient, Json, UserPool } from "../user-pool.ts";
import type { UserRecord } from "../user-record.ts";
import type { RefreshSession } from "./auth-state.ts";
import { overrideClaims } from "./token-trigger.ts";

/** The scope of tokens that API sign-in gives. */
export const apiScope = "aws.cognito.signin.user.admin";

const unitSeconds: Readonly<Record<string, number>> = { seconds: 1, minutes: 60, hours: 3600, days: 86_400 };

/** Life of a client's tokens, in seconds. */
export function tokenLife(client: AppClient, token: "AccessToken" | "IdToken" | "RefreshToken"): number {
  const units = client.settings["TokenValidityUnits"] as Readonly<Record<string, string>> | undefined;
  const amount = client.settings[`${token}Validity`] as number | undefined;
  if (amount === undefined || amount === 0) return token === "RefreshToken" ? 30 * 86_400 : 3600;
  const unit = units?.[token] ?? (token === "RefreshToken" ? "days" : "hours");
  return amount * (unitSeconds[unit] ?? 3600);
}

/** What the tokens of one sign-in are made for. */
export interface TokenRequest {
  readonly pool: UserPool;
  readonly client: AppClient;
  readonly user: UserRecord;
  readonly scopes: readonly string[];
  readonly nonce?: string | undefined;
  readonly deviceKey?: string | undefined;
  /** Why tokens are made, as the PreTokenGeneration trigger is told. */
  readonly trigger:
    | "TokenGeneration_Authentication"
    | "TokenGeneration_RefreshTokens"
    | "TokenGeneration_HostedAuth"
    | "TokenGeneration_NewPasswordChallenge";
}

/** Begins a session and gives its refresh token. */
export function openSession(state: CognitoState, request: TokenRequest): { token: string; session: RefreshSession } {
  const now = state.now();
  const session: RefreshSession = {
    user: request.user,
    clientId: request.client.clientId,
    originJti: state.ids.uuid(),
    eventId: state.ids.uuid(),
    scopes: request.scopes,
    deviceKey: request.deviceKey,
    authTime: now,
    expiresAt: now + tokenLife(request.client, "RefreshToken") * 1000,
    revoked: false,
    replacedUntil: undefined,
  };
  const token = createRefreshToken();
  request.pool.auth.sessions.set(token, session);
  return { token, session };
}

/** A refresh token is opaque; like Cognito's it looks like an encrypted JWT and can be told from one by nobody else. */
export function createRefreshToken(): string {
  const header = Buffer.from('{"cty":"JWT","enc":"A256GCM","alg":"RSA-OAEP"}').toString("base64url");
  return [header, ...[256, 12, 300, 16].map((size) => randomBytes(size).toString("base64url"))].join(".");
}

/** Makes the ID and access tokens of a session. */
export async function issueTokens(
  state: CognitoState,
  request: TokenRequest,
  session: RefreshSession,
): Promise<{ readonly idToken: string; readonly accessToken: string; readonly expiresIn: number }> {
  const { pool, client, user } = request;
  const now = Math.floor(epochSeconds(state.now()));
  const common = {
    sub: user.sub,
    iss: state.issuerOf(pool.id),
    origin_jti: session.originJti,
    event_id: session.eventId,
    auth_time: Math.floor(epochSeconds(session.authTime)),
    iat: now,
  };
  const overridden = await overrideClaims(state, request, {
    id: profileClaims(pool, client, user, request.scopes),
    groups: groupClaims(user),
  });
  const { "cognito:groups": groups } = overridden.groups;
  const accessToken = pool.auth.keys.sign("access", {
    ...overridden.access,
    ...common,
    ...(session.deviceKey === undefined ? {} : { device_key: session.deviceKey }),
    ...(groups === undefined ? {} : { "cognito:groups": groups }),
    client_id: client.clientId,
    token_use: "access",
    scope: overridden.scopes.join(" "),
    version: 2,
    exp: now + tokenLife(client, "AccessToken"),
    jti: state.ids.uuid(),
    username: user.username,
  });
  const idToken = pool.auth.keys.sign("id", {
    ...overridden.id,
    ...overridden.groups,
    ...common,
    aud: client.clientId,
    token_use: "id",
    "cognito:username": user.username,
    ...(request.trigger === "TokenGeneration_HostedAuth" ? { at_hash: halfHash(accessToken) } : {}),
    ...(request.nonce === undefined ? {} : { nonce: request.nonce }),
    exp: now + tokenLife(client, "IdToken"),
    jti: state.ids.uuid(),
  });
  return { idToken, accessToken, expiresIn: tokenLife(client, "AccessToken") };
}

/** `at_hash`: the left half of the access token's hash. */
function halfHash(token: string): string {
  return createHash("sha256").update(token).digest().subarray(0, 16).toString("base64url");
}

/** `cognito:groups`, `cognito:roles` and `cognito:preferred_role`; nothing without groups. */
function groupClaims(user: UserRecord): Json {
  if (user.groups.length === 0) return {};
  // Lower precedence wins; groups without one come last, in the order of joining.
  const ranked = user.groups.toSorted((a, b) => (a.precedence ?? Infinity) - (b.precedence ?? Infinity) || 0);
  const roles = ranked.flatMap(({ roleArn }) => (roleArn === undefined ? [] : [roleArn]));
  const [first, second] = ranked.filter(({ roleArn }) => roleArn !== undefined);
  const tie =
    first?.precedence !== undefined && first.precedence === second?.precedence && first.roleArn !== second.roleArn;
  return {
    "cognito:groups": ranked.map(({ name }) => name),
    ...(roles.length === 0 ? {} : { "cognito:roles": roles }),
    ...(first?.roleArn === undefined || tie ? {} : { "cognito:preferred_role": first.roleArn }),
  };
}

/** The attributes that a client may read, as the ID token types them. */
function profileClaims(pool: UserPool, client: AppClient, user: UserRecord, scopes: readonly string[]): Json {
  const claims: Record<string, unknown> = {};
  for (const [name, value] of pool.users.attributes(user)) {
    if (name === "sub" || !isReadable(client, name, scopes)) continue;
    claims[name] = claimValue(pool, user, name, value);
  }
  return claims;
}

function isReadable(client: AppClient, name: string, scopes: readonly string[]): boolean {
  if (name.startsWith("dev:")) return false;
  const readable = client.settings["ReadAttributes"] as readonly string[] | undefined;
  if (readable !== undefined && name !== "identities" && !readable.includes(name)) return false;
  const narrow = scopes.includes("openid") && ["email", "phone", "profile"].some((scope) => scopes.includes(scope));
  if (!narrow) return true;
  if (name === "email" || name === "email_verified") return scopes.includes("email");
  if (name === "phone_number" || name === "phone_number_verified") return scopes.includes("phone");
  return scopes.includes("profile");
}

function claimValue(pool: UserPool, user: UserRecord, name: string, value: string): unknown {
  if (isCustom(name)) return value;
  if (name === "email_verified" || name === "phone_number_verified") return value.toLowerCase() === "true";
  if (name === "address") return { formatted: value };
  if (name === "updated_at") return Number(value);
  if (name === "identities") {
    return identitiesOf(pool, user).map((identity) => ({
      dateCreated: String(identity.dateCreated),
      userId: identity.userId,
      providerName: identity.providerName,
      providerType: identity.providerType,
      issuer: identity.issuer,
      primary: String(identity.primary),
    }));
  }
  return value;
}

/** The claims that `/oauth2/userInfo` answers: strings all, booleans included. */
export function userInfoClaims(pool: UserPool, client: AppClient, user: UserRecord, scopes: readonly string[]): Json {
  const entries = pool.users.attributes(user).filter(([name]) => name === "sub" || isReadable(client, name, scopes));
  return { ...Object.fromEntries(entries), username: user.username };
}
