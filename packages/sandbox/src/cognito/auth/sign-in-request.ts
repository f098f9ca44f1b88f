/** One request to sign in, or to go on signing in, as every step of it needs it. */

import { invalidParameter } from "../aws-error.ts";
import type { CognitoState } from "../cognito-state.ts";
import type { AppClient, Json, UserPool } from "../user-pool.ts";
import type { UserRecord } from "../user-record.ts";

/** Texts by name, as `AuthParameters` and `ChallengeResponses` are. */
export type Texts = Readonly<Record<string, string>>;

/** The request. */
export interface SignInRequest {
  readonly state: CognitoState;
  readonly pool: UserPool;
  readonly client: AppClient;
  /** True for the operations that administrators call. */
  readonly admin: boolean;
  readonly parameters: Texts;
  readonly clientMetadata: Texts | undefined;
  /** What becomes of a user who is signed in; API sign-in gives tokens when left out. */
  readonly onSignedIn?: (user: UserRecord) => SignInAnswer;
}

/** What sign-in operations answer. */
export type SignInAnswer = Json;

/** @throws AwsError when the parameter is missing. */
export function parameterOf(request: SignInRequest, name: string): string {
  const value = request.parameters[name];
  if (value === undefined || value === "") throw invalidParameter(`Missing required parameter ${name}`);
  return value;
}

/** True when the client hides whether users exist. */
export function hidesExistence(client: AppClient): boolean {
  return client.settings["PreventUserExistenceErrors"] === "ENABLED";
}
