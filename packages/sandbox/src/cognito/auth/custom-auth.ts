/** CUSTOM_AUTH: Lambda triggers define, create and verify the challenges. */

import { AwsError, invalidParameter, notAuthorized } from "../aws-error.ts";
import type { UserRecord } from "../user-record.ts";
import type { Challenge, CustomRound } from "./auth-state.ts";
import { checkAccount } from "./check-password.ts";
import { challengedUser, challengeOf, closeChallenge, issueChallenge } from "./challenges.ts";
import { eventAttributes, lambdaOf, runTrigger } from "./lambda.ts";
import type { TriggerCall } from "./lambda.ts";
import { complete } from "./next-step.ts";
import { parameterOf } from "./sign-in-request.ts";
import type { SignInAnswer, SignInRequest, Texts } from "./sign-in-request.ts";
import { askPasswordProof } from "./srp-challenge.ts";

type Step = Pick<Challenge, "user" | "username" | "deviceKey"> & { readonly rounds: readonly CustomRound[] };

/** Asks the DefineAuthChallenge trigger what comes next. */
export async function nextCustomStep(request: SignInRequest, step: Step): Promise<SignInAnswer> {
  const { state, pool } = request;
  if (lambdaOf(state, pool, "DefineAuthChallenge") === undefined) {
    throw invalidParameter("Custom auth lambda trigger is not configured for the user pool.");
  }
  const { user, rounds } = step;
  const defined = await runTrigger(state, pool, {
    ...call(request, step, "DefineAuthChallenge", "DefineAuthChallenge_Authentication"),
    request: { ...about(request, user), session: rounds },
  });
  if (defined?.["failAuthentication"] === true) throw notAuthorized("Incorrect username or password.");
  if (defined?.["issueTokens"] === true) {
    if (user === undefined) throw notAuthorized("Incorrect username or password.");
    checkAccount(request, user);
    return complete(request, { user, username: step.username, deviceKey: step.deviceKey });
  }
  const name = defined?.["challengeName"];
  if (name === "PASSWORD_VERIFIER") return askPasswordProof(request, user, step.username, { rounds });
  if (name !== "CUSTOM_CHALLENGE") {
    throw new AwsError("InvalidLambdaResponseException", "DefineAuthChallenge returned invalid challenge.");
  }
  const created = await runTrigger(state, pool, {
    ...call(request, step, "CreateAuthChallenge", "CreateAuthChallenge_Authentication"),
    request: { ...about(request, user), challengeName: name, session: rounds },
  });
  const parameters = (created?.["publicChallengeParameters"] ?? {}) as Texts;
  return issueChallenge(request, {
    ...step,
    name: "CUSTOM_CHALLENGE",
    privateParameters: (created?.["privateChallengeParameters"] ?? {}) as Texts,
    metadata: created?.["challengeMetadata"] as string | undefined,
    parameters: { ...parameters, USERNAME: user?.username ?? step.username },
  });
}

/** `CUSTOM_CHALLENGE`: the VerifyAuthChallengeResponse trigger judges the answer. */
export async function answerCustomChallenge(
  request: SignInRequest,
  session: string | undefined,
): Promise<SignInAnswer> {
  const challenge = challengeOf(request, "CUSTOM_CHALLENGE", session);
  const answer = parameterOf(request, "ANSWER");
  closeChallenge(request, session);
  if (challenge.user !== undefined) challengedUser(request, challenge);
  const verified = await runTrigger(request.state, request.pool, {
    ...call(request, challenge, "VerifyAuthChallengeResponse", "VerifyAuthChallengeResponse_Authentication"),
    request: {
      ...about(request, challenge.user),
      privateChallengeParameters: challenge.privateParameters ?? {},
      challengeAnswer: answer,
    },
  });
  const round: CustomRound = {
    challengeName: "CUSTOM_CHALLENGE",
    challengeResult: verified?.["answerCorrect"] === true,
    ...(challenge.metadata === undefined ? {} : { challengeMetadata: challenge.metadata }),
  };
  return nextCustomStep(request, { ...challenge, rounds: [...(challenge.rounds ?? []), round] });
}

function about(request: SignInRequest, user: UserRecord | undefined): TriggerCall["request"] {
  return {
    userAttributes: user === undefined ? {} : eventAttributes(request.pool, user),
    userNotFound: user === undefined,
    clientMetadata: request.clientMetadata ?? {},
  };
}

function call(
  request: SignInRequest,
  step: { readonly user: UserRecord | undefined; readonly username: string },
  trigger: string,
  source: string,
): Omit<TriggerCall, "request"> {
  return { trigger, source, clientId: request.client.clientId, userName: step.user?.username ?? step.username };
}
