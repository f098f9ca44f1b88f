/** Everything that one Cognito service holds: one account, one region, many pools. */

import type { LambdaFunction } from "./auth/lambda.ts";
import { notFound } from "./aws-error.ts";
import type { ListLag } from "./list-lag.ts";
import type { PageTokens } from "./page-token.ts";
import type { PoolDomain, UserPool } from "./user-pool.ts";
import type { CognitoVariants } from "./variants.ts";
import type { WebState } from "./web/web-state.ts";

/** Where ids and codes come from. */
export interface IdSource {
  uuid(): string;
  /** Text of so many characters of an alphabet. */
  text(length: number, alphabet: string): string;
}

/** How lists behave beyond the ordinary. */
export interface ListBehaviour {
  /** Pages of ListUsers and ListUsersInGroup are shorter than asked, at random, without being the last. */
  readonly shortPages?: boolean;
  /** Every so many pages, ListUsers answers an empty page with a token. */
  readonly emptyPageEvery?: number;
  /** For so many milliseconds after a change by an operation with a username, lists show the user as it was before. */
  readonly lagMs?: number;
}

/** A message that Cognito would have sent. */
export interface SentMessage {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly userPoolId: string;
  readonly username: string;
  readonly medium: "EMAIL" | "SMS";
  readonly to: string;
  readonly purpose: "sign-up" | "invitation" | "reset" | "mfa" | "sign-in" | "attribute";
  /** The code or temporary password in it. */
  readonly code: string;
}

/** The state of the service. */
export interface CognitoState {
  readonly region: string;
  readonly accountId: string;
  readonly pools: Map<string, UserPool>;
  /** Domains of all pools, by name. */
  readonly domains: Map<string, PoolDomain>;
  readonly ids: IdSource;
  readonly tokens: PageTokens;
  readonly lists: ListBehaviour;
  /** Old views of changed users; undefined where lists are consistent at once. */
  readonly listLag: ListLag | undefined;
  /** Pages of lists answered so far; decides which ones are short or empty. */
  pagesListed: number;
  /** The latest messages, oldest first. */
  readonly messages: SentMessage[];
  /** Functions that stand for Lambda functions, by ARN or name. */
  readonly lambdas: Readonly<Record<string, LambdaFunction>>;
  readonly variants: CognitoVariants;
  /** Managed login under way. */
  readonly web: WebState;
  /** Where clients reach the service; set once it listens. */
  baseUrl: string;
  /** The `iss` of a pool's tokens. */
  issuerOf(userPoolId: string): string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Keeps a message; the oldest of many are dropped. */
export function sendMessage(state: CognitoState, message: Omit<SentMessage, "at">): void {
  state.messages.push({ at: state.now(), ...message });
  if (state.messages.length > 10_000) state.messages.splice(0, 5_000);
}

/** A pool by id. */
export function poolOf(state: CognitoState, userPoolId: string): UserPool {
  const pool = state.pools.get(userPoolId);
  if (pool === undefined) throw notFound(`User pool ${userPoolId} does not exist.`);
  return pool;
}

/** ARN of a pool. */
export function poolArn(state: Pick<CognitoState, "region" | "accountId">, userPoolId: string): string {
  return `arn:aws:cognito-idp:${state.region}:${state.accountId}:userpool/${userPoolId}`;
}

/** A date as the JSON protocol carries it: seconds with fractions. */
export function epochSeconds(milliseconds: number): number {
  return milliseconds / 1000;
}
