import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import { changeControl, type ControlChange, NO_CONTROL } from "../../src/run/run-control.ts";

const rate = fc.record({ requests: fc.integer({ min: 1, max: 100 }), windowMs: fc.constantFrom(1000, 60_000) });
const pause = fc.record({ since: fc.nat(), by: fc.string() });
const changes: fc.Arbitrary<ControlChange> = fc.record(
  {
    pause: fc.option(pause),
    rates: fc.dictionary(fc.constantFrom("UserList", "user-create", "general"), fc.option(rate)),
  },
  { requiredKeys: [] },
);

test.prop([fc.array(changes)])("the last word on the pause and on each bucket counts", (all) => {
  const control = all.reduce(changeControl, NO_CONTROL);
  const lastPause = all.map((change) => change.pause).findLast((one) => one !== undefined);
  expect(control.pause).toEqual(lastPause ?? undefined);
  for (const bucket of ["UserList", "user-create", "general"]) {
    const last = all.map((change) => change.rates?.[bucket]).findLast((one) => one !== undefined);
    expect(control.rates[bucket]).toEqual(last ?? undefined);
    expect(bucket in control.rates).toBe(last !== undefined && last !== null);
  }
});
