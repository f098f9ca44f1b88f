import { TokenExpired, TokenInsufficient, TokenMalformed, TokenRefused, withoutStack } from "./errors.ts";
import { compileMemberships } from "./memberships.ts";
import type { CognitoIssuer, CutOff } from "./options.ts";
import { readAudience, readText, readTexts, readTime } from "./parse-token.ts";
import type { Principal } from "./principal.ts";
import type { Binding, Draft, Source } from "./source.ts";
import { sortedSet } from "./sorted-set.ts";
import { isJsonObject, type JsonObject } from "./strict-json.ts";

const provider = "cognito";
const UNBOUND: Binding = { jkt: undefined, needsProof: false };
const NONE: readonly string[] = [];

/** A user pool of the config. @throws TypeError when an option is not valid. */
export function createCognitoSource(options: CognitoIssuer, cutOff: CutOff | undefined, now: () => number): Source {
  const { tokenUse, scopes = [], groups: wantedGroups } = options;
  const clientIds = readList("clientId", options.clientId);
  const resources = options.resource === undefined ? new Set<string>() : readList("resource", options.resource);
  if (tokenUse !== "id" && tokenUse !== "access" && tokenUse !== null) {
    throw new TypeError('"tokenUse" must be "id", "access", or null to accept both');
  }
  const memberships = compileMemberships(options);
  const issuedBefore = toSeconds("issuedBefore", cutOff?.issuedBefore);
  const acceptedUntil = toSeconds("acceptedUntil", cutOff?.acceptedUntil);

  return {
    provider,
    id: options.userPoolId,
    scopes,
    check: (claims, route) => {
      const use = claims["token_use"];
      if (use !== "id" && use !== "access") throw withoutStack(() => new TokenRefused("token-use", { provider }));
      if ((tokenUse ?? use) !== use || (route.tokenUse ?? use) !== use) {
        throw withoutStack(() => new TokenRefused("token-use", { provider }));
      }
      const client = use === "id" ? claims["aud"] : claims["client_id"];
      // An ID token is for one client; a list would be for somebody else as well.
      if (typeof client !== "string") throw withoutStack(() => new TokenMalformed("claim-invalid", { provider }));
      if (clientIds !== null && !clientIds.has(client))
        throw withoutStack(() => new TokenRefused("client", { provider }));
      if (use === "access" && resources !== null && claims["aud"] !== undefined) {
        if (!readAudience(claims).some((resource) => resources.has(resource))) {
          throw withoutStack(() => new TokenRefused("resource", { provider }));
        }
      }
      if (cutOff === undefined) return;
      const issuedAt = readTime(claims, "iat") ?? Infinity;
      if (issuedAt >= issuedBefore || now() / 1000 >= acceptedUntil) {
        throw withoutStack(() => new TokenExpired("after-cut-off", { provider }));
      }
    },
    authorise: (claims) => {
      if (wantedGroups === undefined) return;
      const held = readTexts(claims, "cognito:groups");
      if (!wantedGroups.some((group) => held.includes(group))) {
        throw withoutStack(() => new TokenInsufficient("group", { provider }));
      }
    },
    binding: (claims) => {
      // Cognito binds no token; one that says so cannot be checked.
      if (claims["cnf"] !== undefined) throw withoutStack(() => new TokenRefused("binding-unsupported", { provider }));
      return UNBOUND;
    },
    normalise: (claims) => {
      const tokenKind = claims["token_use"] as "id" | "access";
      const isId = tokenKind === "id";
      const sub = requireText(claims, "sub");
      const clientId = requireText(claims, isId ? "aud" : "client_id");
      const scope = readText(claims, "scope");
      const isMachine = !isId && sub === clientId;
      const held = memberships(readTexts(claims, "cognito:groups"), isId ? providersOf(claims) : undefined);
      const draft: Draft = {
        provider,
        issuer: claims["iss"] as string,
        subject: sub,
        kind: isMachine ? "machine" : "user",
        tokenKind,
        roles: held.roles,
        permissions: held.permissions,
        tenants: held.tenants,
        scopes: scope === undefined || scope === "" ? NONE : sortedSet(scope.split(" ")),
        clientId,
        audience: readAudience(claims),
        issuedAt: claims["iat"] as number,
        expiresAt: claims["exp"] as number,
        authMethods: NONE,
        preferred: true,
        claims,
      };
      if (!isMachine) draft.cognitoSub = sub;
      if (held.activeTenant !== undefined) draft.activeTenant = held.activeTenant;
      setProfile(draft, claims, isId);
      return draft;
    },
  };
}

function setProfile(draft: Draft, claims: JsonObject, isId: boolean): void {
  const username = readText(claims, isId ? "cognito:username" : "username");
  if (username !== undefined) draft.username = username;
  const authTime = readTime(claims, "auth_time");
  if (authTime !== undefined) draft.authTime = authTime;
  const tokenId = readText(claims, "jti");
  if (tokenId !== undefined) draft.tokenId = tokenId;
  const sessionId = readText(claims, "origin_jti");
  if (sessionId !== undefined) draft.sessionId = sessionId;
  if (!isId) return;
  setContact(draft, claims);
}

/** Contact claims have the same names on both sides. */
export function setContact(draft: Draft, claims: JsonObject): void {
  const email = readText(claims, "email");
  if (email !== undefined && email !== "") {
    draft.email = email;
    draft.emailVerified = isTrue(claims["email_verified"]);
  }
  const phone = readText(claims, "phone_number");
  if (phone !== undefined && phone !== "") {
    draft.phone = phone;
    draft.phoneVerified = isTrue(claims["phone_number_verified"]);
  }
  const name = readText(claims, "name");
  if (name !== undefined && name !== "") draft.name = name;
}

/** Templates and triggers write booleans as texts too. */
function isTrue(value: unknown): boolean {
  return value === true || value === "true";
}

/** Names of the identity providers in `identities`. */
function providersOf(claims: JsonObject): readonly string[] {
  const { identities } = claims;
  if (!Array.isArray(identities)) return NONE;
  return (identities as readonly unknown[]).flatMap((identity) => {
    const name = isJsonObject(identity) ? identity["providerName"] : undefined;
    return typeof name === "string" ? [name] : [];
  });
}

/** A claim that must be there. @throws TokenMalformed */
export function requireText(claims: JsonObject, name: string): Principal["subject"] {
  const value = claims[name];
  if (typeof value !== "string" || value === "") throw withoutStack(() => new TokenMalformed("claim-invalid"));
  return value;
}

/** One value or several, or `null` where there is no limit. @throws TypeError */
export function readList(option: string, value: string | readonly string[] | null): ReadonlySet<string> | null {
  if (value === null) return null;
  const list: readonly unknown[] = typeof value === "string" ? [value] : Array.isArray(value) ? value : [];
  if (list.length === 0 || list.some((member) => typeof member !== "string" || member === "")) {
    throw new TypeError(`"${option}" must be a text or a list of texts, or null to accept any`);
  }
  return new Set(list as readonly string[]);
}

function toSeconds(option: string, date: Date | undefined): number {
  if (date === undefined) return Infinity;
  const seconds = date.getTime() / 1000;
  if (Number.isNaN(seconds)) throw new TypeError(`"${option}" must be a valid date`);
  return seconds;
}
