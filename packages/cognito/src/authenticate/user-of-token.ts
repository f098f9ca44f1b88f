import { Buffer } from "node:buffer";
import type { PoolUser } from "@cognito-to-descope/core";

/** Who signed in, as the ID token tells. */
export interface TokenUser {
  readonly user: PoolUser;
  readonly groups: readonly string[];
}

/** What a token must say of itself. */
export interface TokenExpectation {
  readonly userPoolId: string;
  readonly clientId: string;
}

/** Claims that are no attributes. Those that begin with `cognito:` are none either. */
const PROTOCOL_CLAIMS: ReadonlySet<string> = new Set([
  "acr",
  "amr",
  "at_hash",
  "aud",
  "auth_time",
  "event_id",
  "exp",
  "iat",
  "iss",
  "jti",
  "nonce",
  "origin_jti",
  "sub",
  "token_use",
]);

/**
 * Reads the user from an ID token that Cognito itself has just given, over TLS: its signature proves nothing more, and is not
 * checked. Never to be used for a token that came from anybody else.
 *
 * The status is `CONFIRMED`, because nobody else is given tokens for a password, and the times are 0: tokens do not say them.
 *
 * @returns undefined when it is no ID token of that pool and client.
 */
export function userOfFreshIdToken(token: unknown, expected: TokenExpectation): TokenUser | undefined {
  const claims = claimsOf(token);
  if (claims === undefined) return undefined;
  const { iss, aud, sub, token_use: use } = claims;
  // The host differs between regions, the older and the newer form, and emulators; the pool does not.
  const pool = typeof iss === "string" ? iss.slice(iss.lastIndexOf("/") + 1) : "";
  if (pool !== expected.userPoolId || aud !== expected.clientId || use !== "id") return undefined;
  if (typeof sub !== "string" || sub === "") return undefined;
  const named = claims["cognito:username"];
  return {
    user: {
      sub,
      username: typeof named === "string" && named !== "" ? named : sub,
      attributes: attributesOf(claims),
      enabled: true,
      status: "CONFIRMED",
      createdAt: 0,
      modifiedAt: 0,
    },
    groups: groupsOf(claims["cognito:groups"]),
  };
}

function claimsOf(token: unknown): Readonly<Record<string, unknown>> | undefined {
  if (typeof token !== "string") return undefined;
  const [, payload, signature, ...more] = token.split(".");
  if (payload === undefined || signature === undefined || more.length > 0) return undefined;
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, "base64url").toString("utf8"));
    return typeof claims === "object" && claims !== null && !Array.isArray(claims)
      ? (claims as Readonly<Record<string, unknown>>)
      : undefined;
  } catch {
    return undefined;
  }
}

function attributesOf(claims: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  const entries: [string, string][] = [];
  for (const [name, value] of Object.entries(claims)) {
    if (PROTOCOL_CLAIMS.has(name) || name.startsWith("cognito:")) continue;
    const text = attributeText(name, value);
    if (text !== undefined) entries.push([name, text]);
  }
  return Object.fromEntries(entries);
}

/** The attribute as listings give it: text, whatever type the claim has. */
function attributeText(name: string, value: unknown): string | undefined {
  if (typeof value === "string") return value;
  if (typeof value === "boolean" || typeof value === "number") return String(value);
  if (typeof value !== "object" || value === null) return undefined;
  if (name === "address" && !Array.isArray(value)) {
    const { formatted } = value as { readonly formatted?: unknown };
    if (typeof formatted === "string" && Object.keys(value).length === 1) return formatted;
  }
  return JSON.stringify(value);
}

function groupsOf(claim: unknown): readonly string[] {
  return Array.isArray(claim) ? claim.filter((group): group is string => typeof group === "string") : [];
}
