import { describe, expect, test } from "vitest";
import {
  compileModes,
  createDecisionTally,
  CUTOVER_POLICY,
  CUTOVER_STAGES,
  type CutoverEvidence,
  type CutoverGate,
  type CutoverStage,
  cutoverRecord,
  type DecisionEntry,
  judgeCutover,
  modeOf,
  modeOfStage,
  NO_MODES,
  readModes,
  type SsoCheck,
  withStage,
} from "../../../src/index.ts";
import { oidcConnection, samlConnection } from "../bridge/sample-bridge.ts";

const HOUR = 3_600_000;
const KEY = "eu-west-1_AbCdEf123/Acme";
const GOOD: readonly SsoCheck[] = [
  { check: "configured", result: "pass", detail: "as planned" },
  { check: "test-sign-in", result: "pass", detail: "after the settings" },
];
const connection = samlConnection("Acme");

function tallyOf(entries: readonly Partial<DecisionEntry>[]): CutoverEvidence["tally"] {
  const tally = createDecisionTally(1);
  for (const entry of entries) {
    tally.add({
      at: HOUR,
      host: "h",
      to: "cognito",
      reason: "named-connection",
      connection: KEY,
      status: 302,
      milliseconds: 1,
      ...entry,
    });
  }
  return tally.of(KEY);
}

const AGREED: Partial<DecisionEntry> = {
  mode: "log-only",
  origin: "identity-provider",
  wouldGoTo: "descope",
  accepted: true,
};
const TAKEN: Partial<DecisionEntry> = { to: "descope", accepted: true };

function evidence(more: Partial<CutoverEvidence> = {}): CutoverEvidence {
  return { connection, since: HOUR, now: 26 * HOUR, checks: GOOD, tally: tallyOf([AGREED, TAKEN]), ...more };
}

/** What each stage asks for, with evidence that closes each gate. */
const CLOSING: Readonly<Record<CutoverStage, Readonly<Partial<Record<CutoverGate, Partial<CutoverEvidence>>>>>> = {
  cognito: {
    bridgeable: { connection: samlConnection("Acme", { class: "D" }) },
    "settings-verified": { checks: [{ check: "request", result: "fail", detail: "no" }] },
  },
  "log-only": {
    bridgeable: { connection: samlConnection("Acme", { tenantId: "" }) },
    "settings-verified": { checks: [] },
    "test-sign-in": { checks: [{ check: "configured", result: "pass", detail: "" }] },
    "decisions-agree": {
      tally: tallyOf([AGREED, { ...AGREED, wouldGoTo: undefined, reason: "issuer-differs" }] as never),
    },
  },
  descope: {
    "settings-verified": { checks: [] },
    "sign-ins-arrive": { tally: tallyOf([]) },
    "sign-ins-succeed": { tally: tallyOf([TAKEN, { ...TAKEN, accepted: false }]) },
    "cognito-quiet": { tally: tallyOf([TAKEN, { at: 3 * HOUR }]) },
  },
  verified: {},
};

describe("a cut-over", () => {
  test("goes from stage to stage in one order, and ends at the last", () => {
    expect(CUTOVER_STAGES.map((stage) => judgeCutover(stage, evidence(), CUTOVER_POLICY).to)).toEqual([
      "log-only",
      "descope",
      "verified",
      undefined,
    ]);
    expect(judgeCutover("verified", evidence(), CUTOVER_POLICY).allowed).toBe(false);
  });

  for (const stage of CUTOVER_STAGES.slice(0, -1)) {
    test(`is held at ${stage} by each gate alone, and by no other`, () => {
      const open = judgeCutover(stage, evidence(), CUTOVER_POLICY);
      expect(open.allowed).toBe(true);
      expect(open.gates.map(({ gate }) => gate).sort()).toEqual(Object.keys(CLOSING[stage]).sort());
      for (const [gate, closing] of Object.entries(CLOSING[stage])) {
        const held = judgeCutover(stage, evidence(closing), CUTOVER_POLICY);
        expect([gate, held.allowed]).toEqual([gate, false]);
        const closed = held.gates.filter((one) => !one.open).map((one) => one.gate);
        // Tests that nobody ran say nothing about a sign-in either.
        expect(closed.filter((one) => one !== "test-sign-in" || gate === "test-sign-in")).toEqual([gate]);
      }
    });
  }

  test("asks for what the policy says", () => {
    const tally = tallyOf([AGREED, AGREED, AGREED, { ...AGREED, reason: "issuer-unknown" }]);
    const at = (policy: Partial<typeof CUTOVER_POLICY>): boolean =>
      judgeCutover("log-only", evidence({ tally }), { ...CUTOVER_POLICY, ...policy }).allowed;
    expect([at({}), at({ minAgreement: 0.75 }), at({ minAgreement: 0.75, minDecisions: 5 })]).toEqual([
      false,
      true,
      false,
    ]);
    const quiet = judgeCutover("descope", evidence({ now: 2 * HOUR }), { ...CUTOVER_POLICY, quietMs: HOUR });
    expect(quiet.allowed).toBe(true);
  });

  test("of an OIDC connection waits for no decisions, because there are none", () => {
    const oidc = evidence({ connection: oidcConnection("Acme"), tally: tallyOf([]) });
    expect(judgeCutover("log-only", oidc, CUTOVER_POLICY).allowed).toBe(true);
  });
});

describe("decisions that are counted", () => {
  test("are those since a time, of a connection, and tell on which side it is alive", () => {
    const counted = tallyOf([
      { at: 0 },
      { at: 5 * HOUR, mode: "cognito" },
      { at: 4 * HOUR, origin: "cognito", reason: "begun-at-cognito", mode: "log-only", accepted: true },
      { ...AGREED, accepted: false },
      { ...TAKEN, at: 9 * HOUR },
      { connection: "other" },
    ]);
    expect(counted).toEqual({
      connection: KEY,
      toCognito: 3,
      toDescope: 1,
      acceptedByDescope: 1,
      agreed: 1,
      disagreed: 0,
      begunAtIdentityProvider: 1,
      lastAtCognito: 5 * HOUR,
      lastAtDescope: 9 * HOUR,
    });
  });
});

describe("modes that are written", () => {
  test("are read as they were, and each stage has its mode", () => {
    let modes = NO_MODES;
    for (const stage of CUTOVER_STAGES) {
      modes = withStage(modes, KEY, { stage, since: 7 });
      const read = readModes(JSON.parse(JSON.stringify(modes)));
      expect(read).toEqual(modes);
      expect(cutoverRecord(read ?? NO_MODES, KEY)).toEqual({ stage, since: 7 });
      expect(modeOf(compileModes(modes), KEY)).toBe(modeOfStage(stage));
      expect(modeOf(compileModes(modes), "other")).toBe("cognito");
    }
    expect(modeOfStage("verified")).toBe("descope");
  });

  test.each([
    null,
    [],
    {},
    { version: 2, default: "cognito", connections: {} },
    { version: 1, default: "verified", connections: {} },
    { version: 1, default: "cognito", connections: { a: { stage: "descop", since: 0 } } },
    { version: 1, default: "cognito", connections: { a: { stage: "descope" } } },
    { version: 1, default: "cognito", connections: { a: null } },
  ])("are none when they are %j", (value) => {
    expect(readModes(value)).toBeUndefined();
  });
});

test("says so where nothing can tell whether Cognito still gets sign-ins of an OIDC connection", () => {
  const oidc = (now: number): ReturnType<typeof judgeCutover> =>
    judgeCutover("descope", evidence({ connection: oidcConnection("Initech"), now }), CUTOVER_POLICY);
  const gate = ({ gates }: ReturnType<typeof judgeCutover>): object | undefined =>
    gates.find((one) => one.gate === "cognito-quiet");
  expect(gate(oidc(2 * HOUR))).toMatchObject({ open: false, unknown: true });
  expect(gate(oidc(26 * HOUR))).toMatchObject({
    open: true,
    unknown: true,
    detail: expect.stringContaining("look at the application") as unknown,
  });
  expect(judgeCutover("descope", evidence(), CUTOVER_POLICY).gates.some(({ unknown }) => unknown === true)).toBe(false);
});
