import { connectionKey } from "@cognito-to-descope/core";
import type { Gate } from "@cognito-to-descope/console/contract";
import { countOf, formatCount } from "../../output/printable.ts";
import { blockersOf } from "../../plan-blockers.ts";
import { CAPTURED_SHARE, isReconciled, type OverviewFacts, passwordUsers, type RunFacts } from "./overview-facts.ts";

/** What has to be true before Cognito can be left, each with its reason. */
export function judgeGates(facts: OverviewFacts): readonly Gate[] {
  const runs = newestRuns(facts);
  return [
    poolsRead(facts),
    noBlockers(runs),
    noFailedUsers(runs),
    noDiscrepancies(facts, runs),
    passwordsCaptured(facts),
    connectionsCutOver(facts),
    noCognitoTokens(facts),
  ];
}

/** The newest run of each pool, each once. */
function newestRuns({ pools }: OverviewFacts): readonly RunFacts[] {
  const byId = new Map(pools.flatMap(({ newest }) => (newest === undefined ? [] : [[newest.run.id, newest] as const])));
  return [...byId.values()];
}

function sum(counts: readonly number[]): number {
  return counts.reduce((all, count) => all + count, 0);
}

function poolsRead({ pools }: OverviewFacts): Gate {
  const gate = "pools-read";
  if (pools.length === 0) {
    return {
      gate,
      state: "unknown",
      reason: "No pool is named: not in a config, and not by a run.",
      command: "c2d init",
    };
  }
  const unread = pools.filter(({ observation }) => observation === undefined).length;
  if (unread === 0) {
    const reason = pools.length === 1 ? "The pool was read." : `All ${pools.length} pools were read.`;
    return { gate, state: "open", reason, command: null };
  }
  const reason =
    pools.length === 1 ? "The pool is not read yet." : `${unread} of ${pools.length} pools are not read yet.`;
  return { gate, state: "closed", reason, command: "c2d plan" };
}

function noBlockers(runs: readonly RunFacts[]): Gate {
  const gate = "no-blockers";
  const planned = runs.filter(({ run }) => run.plan !== undefined);
  if (planned.length === 0) return { gate, state: "unknown", reason: "There is no plan yet.", command: "c2d plan" };
  const blockers = sum(planned.map(({ run }) => (run.plan === undefined ? 0 : blockersOf(run.plan).length)));
  return blockers === 0
    ? { gate, state: "open", reason: "Nothing blocks the plan.", command: null }
    : {
        gate,
        state: "closed",
        reason: blockers === 1 ? "1 finding blocks the plan." : `${formatCount(blockers)} findings block the plan.`,
        command: "c2d plan",
      };
}

function noFailedUsers(runs: readonly RunFacts[]): Gate {
  const gate = "no-failed-users";
  const applied = runs.filter(({ run }) => run.state === "applied" || run.state === "applying");
  if (applied.length === 0) return { gate, state: "unknown", reason: "Nothing is applied yet.", command: "c2d apply" };
  const failed = sum(applied.map(({ outcomes }) => outcomes.failed));
  if (failed > 0) return { gate, state: "closed", reason: `${countOf(failed, "user")} failed.`, command: "c2d retry" };
  if (runs.some(({ run }) => run.state !== "applied")) {
    return { gate, state: "closed", reason: "A run is not through yet.", command: "c2d apply" };
  }
  return { gate, state: "open", reason: "No user failed.", command: null };
}

function noDiscrepancies({ pools }: OverviewFacts, runs: readonly RunFacts[]): Gate {
  const gate = "no-discrepancies";
  const command = "c2d reconcile";
  if (runs.length === 0) return { gate, state: "unknown", reason: "There is nothing to compare yet.", command: null };
  const discrepancies = sum(runs.map(({ run }) => (isReconciled(run) ? (run.reconcile?.discrepancies ?? 0) : 0)));
  if (discrepancies > 0) {
    const what = discrepancies === 1 ? "1 discrepancy" : `${formatCount(discrepancies)} discrepancies`;
    return { gate, state: "closed", reason: `${what} between the plan and Descope.`, command };
  }
  if (pools.some(({ newest }) => newest === undefined || !isReconciled(newest.run))) {
    return { gate, state: "closed", reason: "What was written last is not compared yet.", command };
  }
  return { gate, state: "open", reason: "Descope holds what was planned.", command: null };
}

function passwordsCaptured({ pools }: OverviewFacts): Gate {
  const gate = "passwords-captured";
  const command = "c2d jit status";
  const all = sum(pools.map(({ observation }) => (observation === undefined ? 0 : passwordUsers(observation))));
  const captured = sum(pools.map((pool) => pool.captured));
  if (all === 0) {
    return pools.length > 0 && pools.every(({ observation }) => observation !== undefined)
      ? { gate, state: "open", reason: "Nobody has a password in Cognito.", command: null }
      : { gate, state: "unknown", reason: "How many users have a password is not known yet.", command: "c2d plan" };
  }
  const share = Math.min(1, captured / all);
  const numbers = `${formatCount(captured)} of ${formatCount(all)} passwords captured (${Math.floor(share * 100)}\u00a0%)`;
  return share >= CAPTURED_SHARE
    ? { gate, state: "open", reason: `${numbers}.`, command: null }
    : { gate, state: "closed", reason: `${numbers}; ${CAPTURED_SHARE * 100}\u00a0% are enough.`, command };
}

function connectionsCutOver({ pools, connections, cutOver }: OverviewFacts): Gate {
  const gate = "connections-cut-over";
  if (pools.some(({ snapshot }) => snapshot === undefined) || pools.length === 0) {
    return {
      gate,
      state: "unknown",
      reason: "The connections of the pools are not read yet.",
      command: "c2d sso assess",
    };
  }
  const all = sum(pools.map(({ snapshot }) => snapshot?.identityProviders.length ?? 0));
  if (all === 0) return { gate, state: "open", reason: "The pools have no connections.", command: null };
  const over = connections.filter(
    (record) => record.state === "applied" && (record.providerId !== "" || cutOver.has(connectionKey(record))),
  ).length;
  return over >= all
    ? { gate, state: "open", reason: "Every connection is on Descope's side.", command: null }
    : {
        gate,
        state: "closed",
        reason: all === 1 ? "The connection is not cut over." : `${all - over} of ${all} connections are not cut over.`,
        command: connections.length === 0 ? "c2d sso assess" : "c2d sso mode",
      };
}

/** The page of the sessions goes by the same conditions, one by one. */
function noCognitoTokens({ tokens }: OverviewFacts): Gate {
  const gate = "no-cognito-tokens";
  if (tokens === undefined) {
    const reason = "Nobody said where the statistics of the verifiers are.";
    return { gate, state: "unknown", reason, command: "c2d console --verifier-statistics <place...>" };
  }
  const { switchOff, verifiers } = tokens;
  const asked = `${countOf(verifiers, "verifier")} asked`;
  const found = switchOff.gates.filter(({ open }) => open === switchOff.allowed).map(({ detail }) => detail);
  const text = found.join("; ");
  return {
    gate,
    state: switchOff.allowed ? "open" : "closed",
    reason: `${text.slice(0, 1).toUpperCase()}${text.slice(1)} (${asked}).`,
    command: switchOff.allowed ? null : "c2d jit status",
  };
}
