import type { MigrationErrorCode, NewProjectUser, ProjectTarget } from "@cognito-to-descope/core";
import type { Fault } from "@cognito-to-descope/sandbox";
import { describe, expect, it } from "vitest";
import { startProject } from "./start-project.ts";

const CREATE = "POST /v1/mgmt/user/create/batch";
const PATCH = "PATCH /v1/mgmt/user/patch/batch";
const SEARCH = "POST /v2/mgmt/user/search";

function planned(index: number): NewProjectUser {
  const loginId = `user${index}@example.com`;
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

/** Faults that a request may suffer, with whether its work was done. */
const faults: readonly (readonly [string, Fault, { readonly worked: boolean }])[] = [
  ["status 500", { kind: "status", status: 500 }, { worked: false }],
  ["status 500 after the work", { kind: "status", status: 500, afterWork: true }, { worked: true }],
  ["status 503", { kind: "status", status: 503 }, { worked: false }],
  ["status 503 after the work", { kind: "status", status: 503, afterWork: true }, { worked: true }],
  [
    "status 520 without JSON",
    { kind: "status", status: 520, body: "error code: 520", afterWork: true },
    { worked: true },
  ],
  ["an HTML page with 502", { kind: "html" }, { worked: false }],
  ["an HTML page with 200 after the work", { kind: "html", status: 200, afterWork: true }, { worked: true }],
  ["silence", { kind: "half-open" }, { worked: false }],
  ["silence after the work", { kind: "half-open", afterWork: true }, { worked: true }],
  ["a reset before the work", { kind: "reset-before" }, { worked: false }],
  ["a reset instead of the answer", { kind: "answer-lost" }, { worked: true }],
  ["cut JSON", { kind: "truncated" }, { worked: true }],
  ["a cut connection", { kind: "truncated", where: "connection" }, { worked: true }],
  ["an answer that is too late", { kind: "slow", delayMs: 1000 }, { worked: true }],
];

async function scan(target: ProjectTarget): Promise<ReadonlySet<string>> {
  const seen = new Set<string>();
  for await (const { users } of target.users()) for (const { userId } of users) seen.add(userId);
  return seen;
}

describe.each(faults)("%s", (name, fault, { worked }) => {
  /** A web page with a success status will not turn into JSON the next time. */
  const fromElsewhere = name.startsWith("an HTML page with 200") ? { code: "ERR_TARGET_NOT_JSON" } : undefined;

  it("leaves a creating write sent once, and its outcome for the caller to look up", async () => {
    await using project = await startProject({}, { requestTimeoutMs: 400 });
    const { sandbox, target } = project;
    sandbox.faults.add([{ operation: CREATE, fault, nth: 1 }]);
    await expect(target.createUsers([planned(1), planned(2)])).rejects.toMatchObject({
      code: "ERR_TARGET_ANSWER_LOST",
    });
    expect(sandbox.requests.count({ operation: CREATE })).toBe(1);
    expect(sandbox.faults.neverHappened()).toEqual([]);
    expect(sandbox.descopeService.countUsers()).toBe(worked ? 2 : 0);
    expect((await target.loadUser(planned(1).loginId)) !== undefined).toBe(worked);
  });

  it("is ridden out by a patch", async () => {
    await using project = await startProject({}, { requestTimeoutMs: 400 });
    const { sandbox, target } = project;
    await target.createUsers([planned(1)]);
    sandbox.faults.add([{ operation: PATCH, fault, nth: 1 }]);
    const outcome = await target
      .patchUsers([{ loginId: planned(1).loginId, name: "New" }])
      .catch((error: unknown) => error);
    expect(outcome).toMatchObject(fromElsewhere ?? { done: [{ name: "New" }], refused: [] });
    sandbox.faults.assertAllHappened();
  });

  it("is ridden out by a full scan", async () => {
    await using project = await startProject({}, { requestTimeoutMs: 400 });
    const { sandbox, target } = project;
    for (let batch = 0; batch < 3; batch += 1) {
      await target.createUsers(Array.from({ length: 100 }, (_, index) => planned(batch * 100 + index)));
    }
    sandbox.faults.add([{ operation: SEARCH, fault, nth: 2 }]);
    const outcome = await scan(target).catch((error: unknown) => error);
    expect(outcome).toMatchObject(fromElsewhere ?? { size: 300 });
    expect(sandbox.faults.neverHappened()).toEqual([]);
  });
});

describe("faults that do not end", () => {
  it.each<[string, Fault, MigrationErrorCode]>([
    ["status 503", { kind: "status", status: 503 }, "ERR_TARGET_UNREACHABLE"],
    ["resets", { kind: "reset-before" }, "ERR_TARGET_UNREACHABLE"],
    ["silence", { kind: "half-open" }, "ERR_TARGET_UNREACHABLE"],
    ["cut JSON", { kind: "truncated" }, "ERR_TARGET_NOT_JSON"],
    ["web pages", { kind: "html", status: 200 }, "ERR_TARGET_NOT_JSON"],
  ])("of reads (%s) end in an error after a bounded number of tries", async (_name, fault, code) => {
    await using project = await startProject({}, { requestTimeoutMs: 400 });
    project.sandbox.faults.add([{ operation: "*", fault }]);
    await expect(project.target.readSnapshot()).rejects.toMatchObject({ code });
    expect(project.sandbox.requests.count()).toBeLessThanOrEqual(1 + 3 * 3);
  });
});
