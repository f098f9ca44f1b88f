/** The documents at the issuer: OpenID configuration and JWKS. */

import { json } from "../../wire/control.ts";
import type { WireReply } from "../../wire/service.ts";
import type { CognitoState } from "../cognito-state.ts";
import type { UserPool } from "../user-pool.ts";

/** `/<pool>/.well-known/jwks.json` */
export function jwks(pool: UserPool): WireReply {
  return json(200, pool.auth.keys.jwks());
}

/** `/<pool>/.well-known/openid-configuration`; a pool without a domain has no endpoints to sign in at. */
export function openidConfiguration(state: CognitoState, pool: UserPool): WireReply {
  const hasDomain = [...state.domains.values()].some(({ userPoolId }) => userPoolId === pool.id);
  const base = state.baseUrl;
  return json(200, {
    ...(hasDomain
      ? {
          authorization_endpoint: `${base}/oauth2/authorize`,
          end_session_endpoint: `${base}/logout`,
          revocation_endpoint: `${base}/oauth2/revoke`,
          token_endpoint: `${base}/oauth2/token`,
          userinfo_endpoint: `${base}/oauth2/userInfo`,
        }
      : {}),
    id_token_signing_alg_values_supported: ["RS256"],
    issuer: state.issuerOf(pool.id),
    jwks_uri: `${base}/${pool.id}/.well-known/jwks.json`,
    response_types_supported: ["code", "token"],
    scopes_supported: ["openid", "email", "phone", "profile"],
    subject_types_supported: ["public"],
    token_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post"],
  });
}
