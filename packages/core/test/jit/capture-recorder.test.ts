import { describe, expect, it } from "vitest";
import { createCaptureRecorder } from "../../src/jit/capture-recorder.ts";
import type { CapturedUser, VerdictCount } from "../../src/ports/state-store.ts";
import { SimulatedClock } from "../simulated-clock.ts";

interface Written {
  readonly users: readonly CapturedUser[];
  readonly verdicts: readonly VerdictCount[];
}

/** A store that fails a few times before it takes anything. */
function shelf(failures = 0): {
  readonly written: Written[];
  recordCaptures(projectId: string, users: readonly CapturedUser[], verdicts: readonly VerdictCount[]): Promise<void>;
} {
  const written: Written[] = [];
  let left = failures;
  return {
    written,
    async recordCaptures(_projectId, users, verdicts) {
      if ((left -= 1) >= 0) throw new Error("the store is locked");
      written.push({ users, verdicts });
    },
  };
}

const ok = { userPoolId: "pool", verdict: "ok", reason: "password-right" };

describe("a recorder of captures", () => {
  it("writes many at a time, after a while", async () => {
    const [clock, store] = [new SimulatedClock(), shelf()];
    const recorder = createCaptureRecorder({ projectId: "P", store, clock });
    for (let index = 0; index < 100; index += 1) {
      recorder.captured({ userPoolId: "pool", sub: `sub ${index}` });
      recorder.decided(ok);
    }
    recorder.decided({ verdict: "throttled", reason: "quota" });
    expect(store.written).toEqual([]);
    await clock.run(clock.sleep(1500));
    expect(store.written).toHaveLength(1);
    const day = Math.floor(clock.now() / 86_400_000);
    expect(store.written[0]?.users).toHaveLength(100);
    expect(store.written[0]?.verdicts).toEqual([
      { ...ok, day, count: 100 },
      { userPoolId: "-", day, verdict: "throttled", reason: "quota", count: 1 },
    ]);
  });

  it("keeps what cannot be written for later, once each", async () => {
    const [clock, store] = [new SimulatedClock(), shelf(2)];
    const faults: unknown[] = [];
    const recorder = createCaptureRecorder({ projectId: "P", store, clock, onFault: (error) => faults.push(error) });
    recorder.captured({ userPoolId: "pool", sub: "a" });
    recorder.decided(ok);
    await clock.run(clock.sleep(1500));
    recorder.captured({ userPoolId: "pool", sub: "b" });
    recorder.decided(ok);
    await clock.run(clock.sleep(5000));
    expect(faults).toHaveLength(2);
    expect(store.written.flatMap(({ users }) => users.map(({ sub }) => sub))).toEqual(["a", "b"]);
    expect(store.written.flatMap(({ verdicts }) => verdicts.map(({ count }) => count))).toEqual([2]);
  });

  it("keeps no more than it may while the store is gone", async () => {
    const [clock, store] = [new SimulatedClock(), shelf(1)];
    const recorder = createCaptureRecorder({ projectId: "P", store, clock, maxKept: 10 });
    for (let index = 0; index < 50; index += 1) recorder.captured({ userPoolId: "pool", sub: `sub ${index}` });
    await clock.run(clock.sleep(5000));
    expect(store.written.flatMap(({ users }) => users)).toHaveLength(10);
  });

  it("writes what there is when it ends", async () => {
    const store = shelf();
    const recorder = createCaptureRecorder({ projectId: "P", store, clock: new SimulatedClock() });
    recorder.captured({ userPoolId: "pool", sub: "a" });
    await recorder[Symbol.asyncDispose]();
    expect(store.written).toHaveLength(1);
  });
});
