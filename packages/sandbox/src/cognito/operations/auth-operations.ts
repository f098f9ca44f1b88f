/** Sign-in operations. */

import { answerChallenge } from "../auth/answer-challenge.ts";
import { beginSignIn } from "../auth/begin-sign-in.ts";
import { refresh } from "../auth/refresh.ts";
import type { SignInRequest, Texts } from "../auth/sign-in-request.ts";
import { invalidParameter, notAuthorized, notFound } from "../aws-error.ts";
import { poolOf } from "../cognito-state.ts";
import type { CognitoState } from "../cognito-state.ts";
import type { Operation, OperationTable } from "../operation.ts";
import { poolOfClient } from "./client-operations.ts";

interface InitiateInput {
  readonly UserPoolId?: string;
  readonly ClientId: string;
  readonly AuthFlow: string;
  readonly AuthParameters?: Texts;
  readonly ClientMetadata?: Texts;
  readonly Session?: string;
}

interface RespondInput {
  readonly UserPoolId?: string;
  readonly ClientId: string;
  readonly ChallengeName: string;
  readonly ChallengeResponses?: Texts;
  readonly ClientMetadata?: Texts;
  readonly Session?: string;
}

function requestOf(
  state: CognitoState,
  input: { UserPoolId?: string; ClientId: string; ClientMetadata?: Texts },
  parameters: Texts | undefined,
  admin: boolean,
): SignInRequest {
  const { pool, client } = admin ? ofPool(state, input) : poolOfClient(state, input.ClientId);
  return { state, pool, client, admin, parameters: parameters ?? {}, clientMetadata: input.ClientMetadata };
}

function ofPool(
  state: CognitoState,
  input: { UserPoolId?: string; ClientId: string },
): ReturnType<typeof poolOfClient> {
  const pool = poolOf(state, input.UserPoolId ?? "");
  const client = pool.clients.get(input.ClientId);
  if (client === undefined) throw notFound(`User pool client ${input.ClientId} does not exist.`);
  return { pool, client };
}

const initiate = (admin: boolean): Operation => ({
  category: "UserAuthentication",
  write: true,
  partly: "no passkeys (WEB_AUTHN); triggers run only where their functions are given",
  run: (input: InitiateInput, state) =>
    beginSignIn(requestOf(state, input, input.AuthParameters, admin), input.AuthFlow, input.Session),
});

const respond = (admin: boolean): Operation => ({
  category: "UserAuthenticationChallenge",
  write: true,
  partly: "no WEB_AUTHN",
  run: (input: RespondInput, state) =>
    answerChallenge(requestOf(state, input, input.ChallengeResponses, admin), input.ChallengeName, input.Session),
});

const getTokensFromRefreshToken: Operation = {
  category: "UserAuthentication",
  write: true,
  run: async (input: { RefreshToken: string; ClientId: string; ClientSecret?: string; DeviceKey?: string }, state) => {
    const request = requestOf(state, input, {}, false);
    if (request.client.secret !== undefined && request.client.secret !== input.ClientSecret) {
      throw notAuthorized(`Unable to verify secret for client ${request.client.clientId}`);
    }
    const { AuthenticationResult } = await refresh(request, input.RefreshToken, {
      rotate: true,
      deviceKey: input.DeviceKey,
    });
    return { AuthenticationResult };
  },
};

const revokeToken: Operation = {
  category: "UserToken",
  write: true,
  run: (input: { Token: string; ClientId: string; ClientSecret?: string }, state) => {
    const request = requestOf(state, input, {}, false);
    const { client, pool } = request;
    if (client.secret !== undefined && client.secret !== input.ClientSecret) {
      throw notAuthorized(`Unable to verify secret for client ${client.clientId}`);
    }
    if (client.settings["EnableTokenRevocation"] === false) {
      throw invalidParameter("Token revocation is not enabled for this client.");
    }
    const session = pool.auth.sessions.get(input.Token);
    if (session === undefined) return {};
    if (session.clientId !== client.clientId) throw notAuthorized("Token was not issued to this client.");
    pool.auth.revokedOrigins.add(session.originJti);
    for (const other of pool.auth.sessions.values()) if (other.originJti === session.originJti) other.revoked = true;
    return {};
  },
};

/** Sign-in operations. */
export const authOperations: OperationTable = {
  InitiateAuth: initiate(false),
  AdminInitiateAuth: initiate(true),
  RespondToAuthChallenge: respond(false),
  AdminRespondToAuthChallenge: respond(true),
  GetTokensFromRefreshToken: getTokensFromRefreshToken,
  RevokeToken: revokeToken,
};
