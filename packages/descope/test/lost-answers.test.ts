import { fc, test } from "@fast-check/vitest";
import { hasCode } from "@cognito-to-descope/core";
import type { NewProjectUser, ProjectTarget } from "@cognito-to-descope/core";
import type { Fault } from "@cognito-to-descope/sandbox";
import { describe, expect } from "vitest";
import { hurriedClock } from "./real-clock.ts";
import { startProject } from "./start-project.ts";

const fault: fc.Arbitrary<Fault | undefined> = fc.constantFrom<Fault | undefined>(
  undefined,
  undefined,
  { kind: "throttle", retryAfterMs: 1 },
  { kind: "status", status: 429, body: "", headers: { "retry-after": "Thu, 01 Jan 1970 00:00:00 GMT" } },
  { kind: "status", status: 500 },
  { kind: "status", status: 500, afterWork: true },
  { kind: "status", status: 503, afterWork: true },
  { kind: "html", afterWork: true },
  { kind: "reset-before" },
  { kind: "answer-lost" },
  { kind: "truncated" },
  { kind: "truncated", where: "connection" },
);

function planned(loginId: string): NewProjectUser {
  return {
    loginId,
    additionalLoginIds: [],
    email: loginId,
    verifiedEmail: true,
    verifiedPhone: false,
    status: "enabled",
    roleNames: [],
    userTenants: [],
    customAttributes: {},
  };
}

/** What a careful caller does: after a lost answer it looks up who is there, and sends only the others again. */
async function createAll(target: ProjectTarget, users: readonly NewProjectUser[]): Promise<void> {
  let missing = [...users];
  for (let round = 0; missing.length > 0 && round < 50; round += 1) {
    try {
      const { refused } = await target.createUsers(missing);
      expect(refused).toEqual([]);
      return;
    } catch (error) {
      if (!hasCode(error, "ERR_TARGET_ANSWER_LOST")) throw error;
      const there = await Promise.all(missing.map(({ loginId }) => target.loadUser(loginId)));
      missing = missing.filter((_user, index) => there[index] === undefined);
    }
  }
}

describe("a caller that looks up what a lost answer left open", () => {
  test.prop([fc.array(fault, { minLength: 4, maxLength: 12 })], { numRuns: 25 })(
    "loses nobody and sends nobody twice, whatever happens on the way",
    async (sequence) => {
      const fast = { requests: 1000, windowMs: 1000, penaltyMs: 1000 };
      await using project = await startProject(
        {},
        { limits: { "user-create": fast, "user-other": fast, general: fast }, clock: hurriedClock },
      );
      const { sandbox, target } = project;
      sandbox.faults.add(
        sequence.flatMap((one, index) =>
          one === undefined ? [] : [{ operation: "POST /v1/mgmt/user/create/batch", nth: index + 1, fault: one }],
        ),
      );
      for (let batch = 0; batch < 4; batch += 1) {
        await createAll(
          target,
          Array.from({ length: 3 }, (_, index) => planned(`user${batch}-${index}@example.com`)),
        );
      }
      expect(sandbox.descopeService.countUsers()).toBe(12);
    },
  );
});
