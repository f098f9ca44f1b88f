import { type BucketState, MigrationError, qualifiedBucket, type RateLimit } from "@cognito-to-descope/core";
import { formatRate, parseRate } from "../control/parse-rate.ts";

/** Asks for a bucket, then for its rate. */
export interface ThrottlePrompt {
  readonly kind: "throttle";
  readonly buckets: readonly BucketState[];
  /** The bucket that is marked or chosen. */
  readonly at: number;
  /** What was typed of the rate; absent while the bucket is being chosen. */
  readonly typed?: string;
  /** What is wrong with what was typed. */
  readonly problem?: string;
}

/** A key as a person calls it: `return`, `escape`, `up`, `a`. */
export interface Key {
  readonly name: string;
  /** The character, where there is one. */
  readonly text: string;
  readonly ctrl: boolean;
}

/** What a prompt came to. */
export type PromptResult =
  | { readonly prompt: ThrottlePrompt }
  | { readonly bucket: string; readonly rate: RateLimit | null; readonly quota: RateLimit }
  | "cancelled";

const LONGEST_RATE = 24;

/** Begins with the first bucket marked. */
export function openThrottlePrompt(buckets: readonly BucketState[]): ThrottlePrompt {
  return { kind: "throttle", buckets, at: 0 };
}

/** What a key does to a prompt. */
export function answerPrompt(prompt: ThrottlePrompt, key: Key): PromptResult {
  if (key.name === "escape") return "cancelled";
  return prompt.typed === undefined ? chooseBucket(prompt, key) : typeRate(prompt, prompt.typed, key);
}

function chooseBucket(prompt: ThrottlePrompt, { name, text }: Key): PromptResult {
  const { buckets, at } = prompt;
  const last = buckets.length - 1;
  if (name === "up") return { prompt: { ...prompt, at: at === 0 ? last : at - 1 } };
  if (name === "down" || name === "tab") return { prompt: { ...prompt, at: at === last ? 0 : at + 1 } };
  if (name === "return") return { prompt: { ...prompt, typed: "" } };
  const digit = /^[1-9]$/.test(text) ? Number(text) - 1 : -1;
  return { prompt: digit >= 0 && digit <= last ? { ...prompt, at: digit, typed: "" } : prompt };
}

function typeRate(prompt: ThrottlePrompt, typed: string, { name, text }: Key): PromptResult {
  if (name === "backspace") return { prompt: { ...withoutProblem(prompt), typed: typed.slice(0, -1) } };
  if (name === "return") return readRate(prompt, typed);
  if (!/^[0-9a-z/%. ]$/i.test(text) || typed.length >= LONGEST_RATE) return { prompt };
  return { prompt: { ...withoutProblem(prompt), typed: typed + text } };
}

function readRate(prompt: ThrottlePrompt, typed: string): PromptResult {
  const state = prompt.buckets[prompt.at];
  if (state === undefined || typed.trim() === "") return "cancelled";
  const bucket = qualifiedBucket(state.bucket, state.scope);
  try {
    return { bucket, rate: parseRate(typed.trim(), bucket, state.limit), quota: state.limit };
  } catch (error) {
    if (!(error instanceof MigrationError)) throw error;
    return { prompt: { ...prompt, problem: error.message } };
  }
}

function withoutProblem({ problem: _problem, ...prompt }: ThrottlePrompt): ThrottlePrompt {
  return prompt;
}

/** A tenth of the quota more or less than now, from one request up to the quota; null for the quota itself. */
export function nextRate({ limit, rate }: BucketState, direction: 1 | -1): RateLimit | null {
  const step = Math.max(1, Math.round(limit.requests / 10));
  const requests = Math.max(1, rate + direction * step);
  return requests >= limit.requests ? null : { requests, windowMs: limit.windowMs };
}

/** What a rate is now, in words. */
export function describeChoice(bucket: string, rate: RateLimit | null, quota: RateLimit): string {
  return rate === null
    ? `${bucket} at its quota, ${formatRate(quota)}`
    : `${bucket} at ${formatRate(rate)}; the quota is ${quota.requests}`;
}
