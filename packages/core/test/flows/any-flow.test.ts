import { test } from "@fast-check/vitest";
import { expect } from "vitest";
import { hasCode } from "../../src/errors.ts";
import { diffFlows } from "../../src/flows/diff/diff-flows.ts";
import { drawFlow } from "../../src/flows/draw/draw-flow.ts";
import { generateFlow } from "../../src/flows/generate/generate-flow.ts";
import { lintFlow } from "../../src/flows/lint/lint-flow.ts";
import { anyFlow } from "./any-flow.ts";

/** What is thrown on purpose. */
function onPurpose<Result>(work: () => Result): Result | undefined {
  try {
    return work();
  } catch (error) {
    expect(hasCode(error, "ERR_FLOW_INVALID", "ERR_FLOW_TEMPLATE")).toBe(true);
    return undefined;
  }
}

test.prop([anyFlow, anyFlow])(
  "whatever a flow is, it can be checked, compared, drawn and refused as a template",
  (one, other) => {
    expect(lintFlow(one)).toEqual(lintFlow(one));
    expect(diffFlows(one, structuredClone(one))).toEqual([]);
    expect(diffFlows(one, other).length === 0).toBe(diffFlows(other, one).length === 0);
    const picture = onPurpose(() => drawFlow(one)) ?? "<svg ";
    expect(picture.startsWith("<svg ")).toBe(true);
    onPurpose(() => generateFlow({ kind: "reset-password", template: one }));
  },
);
