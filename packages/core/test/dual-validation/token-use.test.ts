import { fc } from "@fast-check/vitest";
import { describe, expect, test } from "vitest";
import { judgeSwitchOff } from "../../src/dual-validation/judge-switch-off.ts";
import { readStatisticsSnapshot, type StatisticsSnapshot } from "../../src/dual-validation/statistics-snapshot.ts";
import { createTokenUse } from "../../src/dual-validation/token-use.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const parseDate = (text: string): number => Date.parse(text);

function snapshot(change: Partial<StatisticsSnapshot> = {}): StatisticsSnapshot {
  return {
    verifier: "orders",
    instance: "a",
    at: 0,
    accepted: { cognito: 0, descope: 0 },
    refused: { cognito: {}, descope: {}, unknown: {} },
    lastAccepted: {},
    lastAcceptedBySource: {},
    ...change,
  };
}

describe("a snapshot", () => {
  const defaults = { verifier: "file", at: 7 };

  test("is what a verifier gives, alone or with whose it is", () => {
    const statistics = {
      accepted: { cognito: 1, descope: 2 },
      refused: { cognito: { expired: 3 }, descope: {}, unknown: { "unknown-issuer": 1 } },
      lastAccepted: { descope: 5 },
      lastAcceptedBySource: { P2: 5 },
    };
    expect(readStatisticsSnapshot(statistics, defaults, parseDate)).toEqual({
      verifier: "file",
      instance: "",
      at: 7,
      ...statistics,
    });
    const own = { ...statistics, verifier: "orders", instance: "i-1", at: "2026-11-26T08:00:00Z" };
    expect(readStatisticsSnapshot(own, defaults, parseDate)).toMatchObject({
      verifier: "orders",
      instance: "i-1",
      at: 1_795_680_000_000,
    });
  });

  test.each([
    [undefined],
    [[]],
    [{}],
    [{ accepted: { cognito: -1, descope: 0 } }],
    [{ accepted: { cognito: 1.5, descope: 0 } }],
    [{ accepted: { cognito: 1, descope: 0 }, at: "yesterday" }],
    [{ accepted: { cognito: 1, descope: 0 }, at: null }],
  ])("is none of %j", (value) => {
    expect(readStatisticsSnapshot(value, defaults, parseDate)).toBeUndefined();
  });

  test("never throws, whatever it is read from", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const read = readStatisticsSnapshot(value, defaults, parseDate);
        if (read !== undefined) createTokenUse().add(read);
      }),
    );
  });
});

describe("the use of tokens", () => {
  test("is added up by hour and day, over several back ends and through starts anew", () => {
    const use = createTokenUse();
    use.add(snapshot({ accepted: { cognito: 10, descope: 1 } }));
    use.add(snapshot({ at: HOUR, accepted: { cognito: 15, descope: 4 } }));
    // The process was started anew.
    use.add(snapshot({ at: 2 * HOUR, accepted: { cognito: 2, descope: 3 } }));
    // Another process of it, and another back end.
    use.add(snapshot({ at: 2 * HOUR, instance: "b", accepted: { cognito: 1, descope: 0 } }));
    use.add(snapshot({ at: DAY, verifier: "web", refused: { cognito: { constructor: 2 }, descope: {}, unknown: {} } }));
    use.add(snapshot({ at: DAY, verifier: "web", refused: { cognito: { constructor: 2 }, descope: {}, unknown: {} } }));
    expect(use.periods(HOUR)).toEqual([
      { from: 0, cognito: 10, descope: 1, refused: 0 },
      { from: HOUR, cognito: 5, descope: 3, refused: 0 },
      { from: 2 * HOUR, cognito: 3, descope: 3, refused: 0 },
      { from: DAY, cognito: 0, descope: 0, refused: 2 },
    ]);
    expect(use.periods(DAY)).toEqual([
      { from: 0, cognito: 18, descope: 7, refused: 0 },
      { from: DAY, cognito: 0, descope: 0, refused: 2 },
    ]);
    expect(use.verifiers()).toMatchObject([
      { verifier: "orders", instances: 2, accepted: { cognito: 18, descope: 7 }, lastHeard: 2 * HOUR },
      { verifier: "web", refused: [{ issuer: "cognito", reason: "constructor", count: 2 }] },
    ]);
  });

  test("does not put what was counted long ago into the hour in which it was first heard of", () => {
    const use = createTokenUse();
    use.add(snapshot({ instance: "", accepted: { cognito: 1_000_000, descope: 0 } }));
    use.add(snapshot({ instance: "", at: HOUR, accepted: { cognito: 1_000_001, descope: 0 } }));
    use.add(snapshot({ instance: "", at: 1, accepted: { cognito: 5, descope: 0 } }));
    expect(use.periods(HOUR)).toEqual([{ from: HOUR, cognito: 1, descope: 0, refused: 0 }]);
    expect(use.verifiers()[0]?.accepted.cognito).toBe(1_000_001);
  });

  test("adds up to the same in hours and in days, whatever comes", () => {
    const counts = fc.record({ cognito: fc.nat(1000), descope: fc.nat(1000) });
    const snapshots = fc.array(
      fc.record({ at: fc.nat(100 * DAY), accepted: counts, instance: fc.constantFrom("a", "b") }),
    );
    fc.assert(
      fc.property(snapshots, (list) => {
        const use = createTokenUse();
        for (const one of [...list].sort((a, b) => a.at - b.at)) use.add(snapshot(one));
        const sum = (periodMs: number): number =>
          use.periods(periodMs).reduce((all, { cognito, descope }) => all + cognito + descope, 0);
        const total = use.verifiers().reduce((all, { accepted }) => all + accepted.cognito + accepted.descope, 0);
        expect([sum(HOUR), sum(DAY)]).toEqual([total, total]);
      }),
    );
  });
});

describe("switching Cognito off", () => {
  const now = 100 * DAY;
  const judged = (
    snapshots: readonly Partial<StatisticsSnapshot>[],
    unreadable = 0,
  ): ReturnType<typeof judgeSwitchOff> => {
    const use = createTokenUse();
    for (const one of snapshots) use.add(snapshot(one));
    return judgeSwitchOff({ verifiers: use.verifiers(), unreadable, now, quietDays: 30 });
  };
  const open = ({ gates }: ReturnType<typeof judgeSwitchOff>): readonly string[] =>
    gates.filter((one) => one.open).map(({ gate }) => gate);
  const quiet = { at: now - HOUR, accepted: { cognito: 9, descope: 9 }, lastAccepted: { cognito: now - 31 * DAY } };

  test("is allowed once every back end was quiet for long enough, and is heard of", () => {
    expect(judged([quiet])).toMatchObject({ allowed: true });
    expect(judged([quiet, { ...quiet, verifier: "web", lastAccepted: { cognito: now - DAY } }])).toMatchObject({
      allowed: false,
      gates: [{ open: true }, { open: true }, { open: false, detail: "no token of Cognito for 1 of 30 days" }],
    });
    // Where no token was ever seen, nobody knows of the time before.
    expect(open(judged([{ ...quiet, lastAccepted: {} }]))).not.toContain("cognito-quiet");
    expect(open(judged([{ ...quiet, at: now - 2 * DAY }]))).not.toContain("back-ends-heard");
    expect(open(judged([quiet], 1))).not.toContain("back-ends-heard");
    expect(open(judged([{ ...quiet, accepted: { cognito: 9, descope: 0 } }]))).not.toContain("descope-accepted");
    expect(open(judged([]))).toEqual([]);
  });
});
