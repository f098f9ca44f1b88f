/**
 * Lambda triggers. The sandbox runs no AWS Lambda: functions are given as code, by the ARN or name under which a pool's
 * `LambdaConfig` knows them. Triggers whose function was not given do not run.
 */

import { AwsError } from "../aws-error.ts";
import type { CognitoState } from "../cognito-state.ts";
import type { Json, UserPool } from "../user-pool.ts";
import type { UserRecord } from "../user-record.ts";

/** An event as Lambda functions get it; they return it with `response` filled. */
export interface TriggerEvent {
  readonly version: string;
  readonly triggerSource: string;
  readonly region: string;
  readonly userPoolId: string;
  readonly userName: string;
  readonly callerContext: { readonly awsSdkVersion: string; readonly clientId: string };
  readonly request: Json;
  readonly response: Json;
}

/** A function that stands for a Lambda function. Throwing refuses what triggered it. */
export type LambdaFunction = (event: TriggerEvent) => TriggerEvent | Promise<TriggerEvent>;

/** What one trigger is called with. */
export interface TriggerCall {
  readonly trigger: string;
  readonly source: string;
  readonly clientId: string;
  readonly userName: string;
  readonly request: Json;
  readonly response?: Json;
}

/** The function of a pool's trigger, if the pool has one and it was given. */
export function lambdaOf(state: CognitoState, pool: UserPool, trigger: string): LambdaFunction | undefined {
  const config = (pool.settings["LambdaConfig"] ?? {}) as Json;
  const value = config[trigger];
  const arn = typeof value === "string" ? value : (value as { LambdaArn?: string } | undefined)?.LambdaArn;
  if (arn === undefined) return undefined;
  return state.lambdas[arn] ?? state.lambdas[arn.slice(arn.lastIndexOf(":") + 1)];
}

/**
 * Runs a trigger.
 *
 * @returns Its response, or undefined when there is no function.
 * @throws AwsError `UserLambdaValidationException` when the function throws, `InvalidLambdaResponseException` when it answers
 *   nothing useful.
 */
export async function runTrigger(state: CognitoState, pool: UserPool, call: TriggerCall): Promise<Json | undefined> {
  const run = lambdaOf(state, pool, call.trigger);
  if (run === undefined) return undefined;
  const event: TriggerEvent = {
    version: "1",
    triggerSource: call.source,
    region: state.region,
    userPoolId: pool.id,
    userName: call.userName,
    callerContext: { awsSdkVersion: "sandbox", clientId: call.clientId },
    request: call.request,
    response: call.response ?? {},
  };
  let answer: TriggerEvent;
  try {
    answer = await run(event);
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    const end = text.endsWith(".") ? "" : ".";
    throw new AwsError("UserLambdaValidationException", `${call.trigger} failed with error ${text}${end}`);
  }
  if (typeof answer?.response !== "object" || answer.response === null) {
    throw new AwsError("InvalidLambdaResponseException", "Unrecognizable lambda output");
  }
  return answer.response;
}

/** `userAttributes` of an event. */
export function eventAttributes(pool: UserPool, user: UserRecord): Json {
  return { ...Object.fromEntries(pool.users.attributes(user)), "cognito:user_status": user.status };
}
