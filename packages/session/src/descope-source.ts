import { requireText, readList, setContact } from "./cognito-source.ts";
import { TokenMalformed, TokenRefused, withoutStack } from "./errors.ts";
import type { DescopeIssuer } from "./options.ts";
import { readAudience, readObject, readText, readTexts, readTime } from "./parse-token.ts";
import type { TenantGrant } from "./principal.ts";
import { sortedSet } from "./sorted-set.ts";
import type { Binding, Draft, Source } from "./source.ts";
import { isJsonObject, type JsonObject } from "./strict-json.ts";

const provider = "descope";
const NONE: readonly string[] = [];
const NO_TENANTS: Readonly<Record<string, TenantGrant>> = Object.freeze({});
const UNBOUND: Binding = { jkt: undefined, needsProof: false };
const UNBOUND_REFUSED: Binding = { jkt: undefined, needsProof: true };

/** A Descope project of the config. @throws TypeError when an option is not valid. */
export function createDescopeSource(options: DescopeIssuer): Source {
  const { sessionNames = ["DS"], accessKeys = "refuse", dpop = "when-bound", scopes = [] } = options;
  const { cognitoSubClaim = "cognitoSub", subjectIsCognitoSub = false } = options;
  const audiences = readList("audience", options.audience);
  const names = readList("sessionNames", sessionNames);

  return {
    provider,
    id: options.projectId,
    scopes,
    check: (claims) => {
      const name = claims["drn"];
      if (name === "DSR") throw withoutStack(() => new TokenRefused("refresh-token", { provider }));
      if (name !== undefined && typeof name !== "string") {
        throw withoutStack(() => new TokenMalformed("claim-invalid", { provider }));
      }
      if (names !== null && (name === undefined || !names.has(name))) {
        throw withoutStack(() => new TokenRefused("session-name", { provider }));
      }
      if (audiences !== null && !readAudience(claims).some((audience) => audiences.has(audience))) {
        throw withoutStack(() => new TokenRefused("audience", { provider }));
      }
      if (accessKeys === "refuse" && isAccessKey(claims)) {
        throw withoutStack(() => new TokenRefused("access-key", { provider }));
      }
    },
    authorise: () => undefined,
    binding: (claims) => {
      if (dpop === null) return UNBOUND;
      const confirmation = readObject(claims, "cnf");
      if (confirmation === undefined) return dpop === "required" ? UNBOUND_REFUSED : UNBOUND;
      const jkt = readText(confirmation, "jkt");
      // Bound by something else, a certificate for example: whoever holds the token may have stolen it.
      if (jkt === undefined) throw withoutStack(() => new TokenRefused("binding-unsupported", { provider }));
      return { jkt, needsProof: true };
    },
    normalise: (claims) => {
      const sub = requireText(claims, "sub");
      // With a template that sets `sub`, the user ID moves to `dsub`.
      const userId = readText(claims, "dsub") ?? sub;
      const cognitoSub = subjectIsCognitoSub && userId !== sub ? sub : readText(claims, cognitoSubClaim);
      const held = membershipsOf(claims);
      const isMachine = isAccessKey(claims);
      const scope = readText(claims, "scope");
      const draft: Draft = {
        provider,
        issuer: claims["iss"] as string,
        subject: userId,
        kind: isMachine ? "machine" : "user",
        tokenKind: "session",
        roles: held.roles,
        permissions: held.permissions,
        tenants: held.tenants,
        scopes: scope === undefined || scope === "" ? NONE : sortedSet(scope.split(" ")),
        audience: readAudience(claims),
        issuedAt: claims["iat"] as number,
        expiresAt: claims["exp"] as number,
        authMethods: readTexts(claims, "amr"),
        preferred: true,
        claims,
      };
      if (!isMachine) draft.descopeUserId = userId;
      if (!isMachine && cognitoSub !== undefined && cognitoSub !== "") draft.cognitoSub = cognitoSub;
      if (held.activeTenant !== undefined) draft.activeTenant = held.activeTenant;
      const clientId = readText(claims, "azp");
      if (clientId !== undefined) draft.clientId = clientId;
      const authTime = readTime(claims, "auth_time");
      if (authTime !== undefined) draft.authTime = authTime;
      const tokenId = readText(claims, "jti");
      if (tokenId !== undefined) draft.tokenId = tokenId;
      setContact(draft, claims);
      return draft;
    },
  };
}

/** IDs of access keys begin with K, those of users with U. */
function isAccessKey(claims: JsonObject): boolean {
  const id = claims["dsub"] ?? claims["sub"];
  return typeof id === "string" && id.startsWith("K");
}

type Held = Pick<Draft, "roles" | "permissions" | "tenants"> & { readonly activeTenant: string | undefined };

function membershipsOf(claims: JsonObject): Held {
  const own = grantOf(claims);
  const tenants = readObject(claims, "tenants");
  const chosen = readText(claims, "dct");
  const activeTenant = chosen === "" ? undefined : chosen;
  if (tenants === undefined) {
    // A template may write only what the user holds in the active tenant, at the top.
    if (activeTenant === undefined) return { ...own, tenants: NO_TENANTS, activeTenant };
    return { roles: NONE, permissions: NONE, tenants: Object.fromEntries([[activeTenant, own]]), activeTenant };
  }
  const grants = Object.entries(tenants).map(([id, grant]): [string, TenantGrant] => {
    if (!isJsonObject(grant)) throw withoutStack(() => new TokenMalformed("claim-invalid", { provider }));
    return [id, grantOf(grant)];
  });
  return { ...own, tenants: grants.length === 0 ? NO_TENANTS : Object.fromEntries(grants), activeTenant };
}

function grantOf(claims: JsonObject): TenantGrant {
  return { roles: sortedSet(readTexts(claims, "roles")), permissions: sortedSet(readTexts(claims, "permissions")) };
}
