/** The PreTokenGeneration trigger, in its versions V1_0 and V2_0 (V3_0 alike): adds, overrides and suppresses claims. */

import type { CognitoState } from "../cognito-state.ts";
import type { Json } from "../user-pool.ts";
import type { TokenRequest } from "./issue-tokens.ts";
import { eventAttributes, lambdaOf, runTrigger } from "./lambda.ts";

interface ClaimChanges {
  readonly claimsToAddOrOverride?: Json;
  readonly claimsToSuppress?: readonly string[];
  readonly scopesToAdd?: readonly string[];
  readonly scopesToSuppress?: readonly string[];
}

interface GroupChanges {
  readonly groupsToOverride?: readonly string[];
  readonly iamRolesToOverride?: readonly string[];
  readonly preferredRole?: string;
}

/** Claims after the trigger. */
export interface OverriddenClaims {
  readonly id: Json;
  readonly access: Json;
  readonly groups: Json;
  readonly scopes: readonly string[];
}

/** Claims that no trigger may touch. */
const fixedClaims: ReadonlySet<string> = new Set([
  "acr",
  "amr",
  "at_hash",
  "auth_time",
  "azp",
  "exp",
  "iat",
  "identities",
  "iss",
  "jti",
  "nbf",
  "nonce",
  "origin_jti",
  "sub",
  "token_use",
  "cognito:username",
  "username",
  "client_id",
  "aud",
  "event_id",
  "device_key",
  "version",
]);

/** Runs the trigger, if the pool has one. */
export async function overrideClaims(
  state: CognitoState,
  request: TokenRequest,
  claims: { readonly id: Json; readonly groups: Json },
): Promise<OverriddenClaims> {
  const { pool, user, client, scopes } = request;
  const unchanged = { ...claims, access: {}, scopes };
  const trigger =
    lambdaOf(state, pool, "PreTokenGenerationConfig") === undefined ? "PreTokenGeneration" : "PreTokenGenerationConfig";
  const response = await runTrigger(state, pool, {
    trigger,
    source: request.trigger,
    clientId: client.clientId,
    userName: user.username,
    request: {
      userAttributes: eventAttributes(pool, user),
      groupConfiguration: {
        groupsToOverride: claims.groups["cognito:groups"] ?? [],
        iamRolesToOverride: claims.groups["cognito:roles"] ?? [],
        preferredRole: claims.groups["cognito:preferred_role"] ?? null,
      },
      scopes,
    },
  });
  const v1 = response?.["claimsOverrideDetails"] as
    | (ClaimChanges & { groupOverrideDetails?: GroupChanges })
    | null
    | undefined;
  if (v1 !== undefined && v1 !== null) {
    const groups = overrideGroups(claims.groups, v1.groupOverrideDetails);
    return { id: change(claims.id, v1), access: {}, groups, scopes };
  }
  const v2 = response?.["claimsAndScopeOverrideDetails"] as
    | { idTokenGeneration?: ClaimChanges; accessTokenGeneration?: ClaimChanges; groupOverrideDetails?: GroupChanges }
    | null
    | undefined;
  if (v2 === undefined || v2 === null) return unchanged;
  const access = v2.accessTokenGeneration ?? {};
  return {
    id: change(claims.id, v2.idTokenGeneration ?? {}),
    access: change({}, access),
    groups: overrideGroups(claims.groups, v2.groupOverrideDetails),
    scopes: [...scopes, ...(access.scopesToAdd ?? [])].filter(
      (scope) => access.scopesToSuppress?.includes(scope) !== true,
    ),
  };
}

function change(claims: Json, changes: ClaimChanges): Json {
  const added = Object.entries(changes.claimsToAddOrOverride ?? {}).filter(([name]) => !fixedClaims.has(name));
  const all = { ...claims, ...Object.fromEntries(added) };
  return Object.fromEntries(Object.entries(all).filter(([name]) => changes.claimsToSuppress?.includes(name) !== true));
}

function overrideGroups(groups: Json, changes: GroupChanges | undefined): Json {
  if (changes === undefined) return groups;
  const { groupsToOverride, iamRolesToOverride, preferredRole } = changes;
  return {
    ...groups,
    ...(groupsToOverride === undefined ? {} : { "cognito:groups": groupsToOverride }),
    ...(iamRolesToOverride === undefined ? {} : { "cognito:roles": iamRolesToOverride }),
    ...(preferredRole === undefined ? {} : { "cognito:preferred_role": preferredRole }),
  };
}
