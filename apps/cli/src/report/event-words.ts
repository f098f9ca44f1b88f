import type { RunEvent } from "@cognito-to-descope/core";
import { type CountedProgress, STEP_TITLES } from "../output/progress-counts.ts";
import { countOf, formatCount } from "./amounts.ts";

type Words = (data: RunEvent["data"]) => string;

const number = (value: unknown): string => formatCount(typeof value === "number" ? value : 0);
const users = (value: unknown): string => countOf(typeof value === "number" ? value : 0, "user");

const WORDS: Readonly<Record<string, Words>> = {
  "run-began": ({ kind, rollsBack }) =>
    rollsBack === undefined ? `run began: ${String(kind)}` : `run began: takes back ${String(rollsBack)}`,
  "run-continued": ({ state }) => `went on with the run, which was ${String(state)}`,
  "source-read": ({ users: read, pools }) =>
    `${users(read)} read from ${countOf(typeof pools === "number" ? pools : 0, "user pool")}`,
  "plan-made": ({ create, patch, delete: deletes, none, skip, blockers }) =>
    `plan made: create ${number(create)}, patch ${number(patch)}, delete ${number(deletes)}, leave as they are ${number(none)}, leave out ${number(skip)}${blockers === 0 ? "" : `; ${number(blockers)} blocking findings`}`,
  approved: ({ question, how }) => `approved ${String(how)}: ${String(question)}`,
  "apply-began": () => "applying began",
  "retry-began": ({ classes }) => `failed users are tried again${classes === undefined ? "" : `: ${String(classes)}`}`,
  "apply-ended": ({ created, updated, unchanged, deleted, skipped, failed }) =>
    `applied: ${number(created)} created, ${number(updated)} updated, ${number(unchanged)} unchanged, ${number(deleted)} deleted, ${number(skipped)} left out, ${number(failed)} failed`,
  reconciled: ({ checked, fields, discrepancies }) =>
    `reconciled: ${users(checked)}, ${number(fields)} values compared, ${number(discrepancies)} discrepancies`,
  "sign-ins-tested": ({ method, tested, failed }) =>
    `${number(tested)} sign-ins tested by ${String(method)}, ${number(failed)} with problems`,
  "rollback-began": ({ rollback }) => `run ${String(rollback)} began to take this run back`,
  "sso-changed": ({ action, connection, outcome, stage }) =>
    `connection ${String(connection)}: ${String(action)}${outcome === undefined ? "" : `, ${String(outcome)}`}${stage === undefined ? "" : ` to ${String(stage)}`}`,
  "report-written": ({ kind, hash }) => `${String(kind)} report written, hash ${String(hash).slice(0, 12)}…`,
  "file-written": () => "a file was written",
  "definition-kept": ({ definition, why }) => `kept ${String(definition)}: ${String(why)}`,
  "shards-incomplete": ({ found, estimated }) =>
    `${number(found)} of about ${number(estimated)} users found in parts: all were listed once more`,
  paused: () => "paused",
  resumed: () => "resumed",
  throttled: ({ bucket, rate }) =>
    bucket === undefined ? "throttled" : `rate of ${String(bucket)} set to ${String(rate)}`,
  "worker-began": ({ host, pid }) => `process ${String(pid)} on ${String(host)} began`,
  "worker-ended": ({ host, pid }) => `process ${String(pid)} on ${String(host)} ended`,
  "worker-interrupted": ({ host, pid }) => `process ${String(pid)} on ${String(host)} was interrupted`,
  step: ({ step }) => STEP_TITLES[step as CountedProgress["step"]]?.[0] ?? String(step),
  waited: ({ what, times }) => `waited: ${String(what)}${times === 1 ? "" : `, ${number(times)} times in a row`}`,
  fault: ({ code }) => `stopped by ${String(code)}`,
  revealed: () => "personal data was shown",
};

/** What happened, in words. */
export function eventWords({ type, data }: Pick<RunEvent, "type"> & { readonly data?: RunEvent["data"] }): string {
  return Object.hasOwn(WORDS, type) ? (WORDS[type]?.(data ?? {}) ?? type) : type.replaceAll("-", " ");
}

/** Who it was, where an event says so. */
export function eventOperator({ operator, by }: RunEvent["data"] = {}): string | undefined {
  const who = operator ?? by;
  return typeof who === "string" ? who : undefined;
}
