import {
  judgeSwitchOff,
  type PoolObservation,
  type PoolSnapshot,
  type Run,
  type RunPlan,
  type SsoRecord,
  type VerifierUse,
} from "@cognito-to-descope/core";
import { describe, expect, test } from "vitest";
import { judgeGates } from "../../src/console/overview/gates.ts";
import { nextAction } from "../../src/console/overview/next-action.ts";
import type { OverviewFacts, PoolFacts, TokenFacts } from "../../src/console/overview/overview-facts.ts";
import { poolSteps } from "../../src/console/overview/pool-steps.ts";

const POOL = "eu-west-1_AbCdEf123";
const DAY = 86_400_000;
const COUNTS = { read: 100, create: 90, patch: 5, none: 0, skip: 5, delete: 0 };
const OUTCOMES = { created: 90, updated: 5, unchanged: 0, skipped: 5, failed: 0, deleted: 0 };

const OBSERVATION = {
  users: 100,
  native: 80,
  linked: 0,
  federated: 20,
  byStatus: { CONFIRMED: 80, EXTERNAL_PROVIDER: 20 },
} as unknown as PoolObservation;

function run(change: Partial<Run> = {}, plan: Partial<RunPlan> = {}): Run {
  return {
    id: "20261126-120000-aaaaaa",
    kind: "migrate",
    state: "applied",
    startedAt: 0,
    updatedAt: 1000,
    configHash: "",
    projectId: "P2",
    userPoolIds: [POOL],
    plan: { hash: "", findings: [], observations: [OBSERVATION], counts: COUNTS, ...plan } as unknown as RunPlan,
    reconcile: { at: 2000, checked: 95, fields: 900, discrepancies: 0, byField: {}, notCompared: 5 },
    ...change,
  };
}

function pool(change: Partial<PoolFacts> = {}, identityProviders: number = 1): PoolFacts {
  return {
    userPoolId: POOL,
    tenant: undefined,
    newest: { run: run(), outcomes: OUTCOMES, rolledBackBy: undefined },
    snapshot: {
      name: "customers",
      userPoolId: POOL,
      identityProviders: Array.from({ length: identityProviders }),
    } as unknown as PoolSnapshot,
    observation: OBSERVATION,
    captured: 79,
    ...change,
  };
}

const SOCIAL = {
  userPoolId: POOL,
  connection: "Google",
  providerId: "google",
  state: "applied",
} as unknown as SsoRecord;

/** Two verifiers, of which one accepted a token of Cognito that long ago; 30 days are asked for. */
function tokensAfter(ms: number): TokenFacts {
  const verifier = {
    firstHeard: 0,
    lastHeard: ms,
    lastAccepted: { cognito: 0 },
    accepted: { cognito: 1, descope: 99 },
  };
  const verifiers = [verifier, { ...verifier, lastAccepted: {} }] as unknown as readonly VerifierUse[];
  return {
    verifiers: verifiers.length,
    accepted: { cognito: 1, descope: 99 },
    switchOff: judgeSwitchOff({ verifiers, unreadable: 0, now: ms, quietDays: 30 }),
  };
}

function facts(change: Partial<OverviewFacts> = {}): OverviewFacts {
  return {
    projectId: "P2",
    pools: [pool()],
    connections: [SOCIAL],
    cutOver: new Set(),
    tokens: tokensAfter(31 * DAY),
    ...change,
  };
}

/** How the one pool's steps stand: `apply blocked: 3 failed`. */
function stepsOf(given: OverviewFacts): readonly string[] {
  const [one] = given.pools;
  if (one === undefined) throw new Error("there is no pool");
  return poolSteps(one, given).map(
    ({ step, state, summary }) => `${step} ${state}${summary === "" ? "" : `: ${summary}`}`,
  );
}

const closedOf = (given: OverviewFacts): readonly string[] =>
  judgeGates(given).flatMap(({ gate, state }) => (state === "open" ? [] : [`${gate} ${state}`]));

describe("the steps of a pool", () => {
  test("are all done when nothing needs Cognito any more", () => {
    expect(stepsOf(facts()).map((text) => text.split(" ")[1]?.replace(":", ""))).toEqual(
      Array.from({ length: 8 }, () => "done"),
    );
    expect(closedOf(facts())).toEqual([]);
  });

  test("are all ahead of a pool that nobody has read", () => {
    const unread = pool({ newest: undefined, snapshot: undefined, observation: undefined, captured: 0 });
    expect(stepsOf(facts({ pools: [unread], tokens: undefined, connections: [] }))).toEqual([
      "assess ahead",
      "plan ahead",
      "apply ahead",
      "reconcile ahead",
      "jit ahead",
      "sso ahead",
      "sessions unknown: no statistics of verifiers are named",
      "cut-over ahead: 7 of 7 steps to go",
    ]);
  });

  test.each([
    [
      "a plan that is blocked",
      { state: "planned" as const },
      { findings: [{ severity: "blocker" }] },
      {},
      "plan blocked: 1 blocker",
    ],
    [
      "a run that is at work",
      { state: "applying" as const },
      {},
      { created: 40, updated: 0, skipped: 2 },
      "apply under-way: 42 of 100",
    ],
    ["users that failed", {}, {}, { failed: 3 }, "apply blocked: 3 failed"],
    [
      "something that was written since",
      { updatedAt: 3000 },
      {},
      {},
      "reconcile under-way: something was written since",
    ],
    [
      "discrepancies",
      { reconcile: { at: 2000, checked: 95, fields: 900, discrepancies: 2, byField: {}, notCompared: 5 } },
      {},
      {},
      "reconcile blocked: 2 discrepancies",
    ],
  ])("tell of %s", (_what, change, plan, outcomes, expected) => {
    const newest = {
      run: run(change, plan as unknown as Partial<RunPlan>),
      outcomes: { ...OUTCOMES, ...outcomes },
      rolledBackBy: undefined,
    };
    expect(stepsOf(facts({ pools: [pool({ newest })] }))).toContain(expected);
  });

  test("never say 100 % before it is, and leave out what a pool has not", () => {
    expect(stepsOf(facts({ pools: [pool({ captured: 75 })] }))).toContain(
      "jit under-way: 93\u00a0% of passwords captured",
    );
    expect(stepsOf(facts({ pools: [pool({}, 0)] }))).toContain("sso not-needed: no connections");
  });
});

describe("the gates", () => {
  test.each([
    ["pools-read closed", { pools: [pool(), pool({ observation: undefined })] }],
    ["pools-read unknown", { pools: [] }],
    [
      "no-failed-users closed",
      { pools: [pool({ newest: { run: run(), outcomes: { ...OUTCOMES, failed: 1 }, rolledBackBy: undefined } })] },
    ],
    [
      "no-discrepancies closed",
      { pools: [pool({ newest: { run: run({ updatedAt: 3000 }), outcomes: OUTCOMES, rolledBackBy: undefined } })] },
    ],
    ["passwords-captured closed", { pools: [pool({ captured: 10 })] }],
    ["connections-cut-over closed", { connections: [] }],
    ["no-cognito-tokens closed", { tokens: tokensAfter(29 * DAY) }],
    ["no-cognito-tokens unknown", { tokens: undefined }],
  ] satisfies readonly (readonly [string, Partial<OverviewFacts>])[])("%s", (expected, change) => {
    expect(closedOf(facts(change))).toContain(expected);
    expect(judgeGates(facts(change)).every(({ reason }) => /^[A-Z0-9].*\.$/.test(reason))).toBe(true);
  });
});

describe("what comes next", () => {
  test.each([
    [undefined, "c2d plan"],
    ["c2d apply; c2d plan if the project changed since", "c2d apply"],
    ["c2d apply: it goes on from here; c2d plan if the project changed since", "c2d apply"],
    ["c2d rollback 20261126-120000-aaaaaa: it goes on from here", "c2d rollback 20261126-120000-aaaaaa"],
    ["c2d reconcile", "c2d reconcile"],
    ["c2d status -v shows who failed; c2d retry tries them again", "c2d status -v"],
    ["c2d resume lets it go on", "c2d resume"],
    ["c2d plan, or c2d migrate: it goes on from here", "c2d plan"],
    ["nothing: it is at work; c2d status --watch follows it", null],
  ])("of %j is %j", (text, command) => {
    expect(nextAction(text, []).command).toBe(command);
  });

  test("of a run that is through is the first gate that is closed", () => {
    const gates = judgeGates(facts({ pools: [pool({ captured: 10 })] }));
    expect(nextAction("nothing is left to do", gates)).toEqual({
      text: "10 of 80 passwords captured (12\u00a0%); 95\u00a0% are enough.",
      command: "c2d jit status",
    });
    expect(nextAction("nothing is left to do", judgeGates(facts())).command).toBeNull();
  });
});
