import { variants } from "@cognito-to-descope/sandbox";
import type { DescopeVariants, Sandbox } from "@cognito-to-descope/sandbox";
import { describe, expect, it } from "vitest";
import { probeProject } from "../src/probe.ts";
import type { ProjectTraits } from "../src/probe.ts";
import { startProject } from "./start-project.ts";
import type { StartedProject } from "./start-project.ts";

function expectedTraits(choice: DescopeVariants): Partial<ProjectTraits> {
  const duplicates = { "failed-users": "failed-users", error: "refused", upsert: "overwritten" } as const;
  const pages = {
    "cap-100": { largest: 100, certain: true, refusesMore: false },
    "refuse-above-100": { largest: 100, certain: true, refusesMore: true },
    // The probe's own test users, and the one that was there.
    "cap-1000": { largest: expect.toSatisfy((size: number) => size > 100), certain: false, refusesMore: false },
    none: { largest: expect.toSatisfy((size: number) => size > 100), certain: false, refusesMore: false },
  };
  const forms = { "project-id": "project-id", url: "url", "apps-url": "url" } as const;
  return {
    duplicateLoginId: duplicates[choice.duplicateLoginId],
    largestBatch: choice.batchLimit === 50 ? 50 : 100,
    searchPage: pages[choice.searchLimit],
    issuer: expect.objectContaining({ form: forms[choice.issuer] }) as ProjectTraits["issuer"] & object,
    loginIdCase: choice.loginIdCase,
  };
}

async function open(choice: Partial<DescopeVariants>): Promise<StartedProject> {
  const project = await startProject(choice);
  // Somebody else's test user, who stays.
  const { descopeService } = project.sandbox;
  descopeService.addUser({ loginId: "theirs@example.com", email: "theirs@example.com", test: true });
  descopeService.addUser({ loginId: "real@example.com", email: "real@example.com" });
  return project;
}

function expectClean({ descopeService }: Sandbox): void {
  expect(descopeService.countTestUsers()).toBe(1);
  expect(descopeService.countUsers()).toBe(1);
  expect(descopeService.user("theirs@example.com")).toBeDefined();
}

describe("a probe", () => {
  it.each(variants("users"))(
    "finds out what a project with $name does, and leaves nothing behind",
    async ({ variants: choice }) => {
      await using project = await open(choice);
      const traits = await probeProject(project.options);
      expect(traits).toMatchObject(expectedTraits(choice));
      expect(["dropped", "stored"].includes(traits.undefinedAttribute)).toBe(choice.undefinedAttribute === "dropped");
      expectClean(project.sandbox);
    },
  );

  it.each([
    [
      "a batch's answer is lost",
      { operation: "POST /v1/mgmt/user/create/batch", nth: 2, fault: { kind: "answer-lost" } },
    ],
    [
      "a full batch's answer is lost",
      { operation: "POST /v1/mgmt/user/create/batch", nth: 5, fault: { kind: "answer-lost" } },
    ],
    ["searches fail", { operation: "POST /v2/mgmt/user/search", fault: { kind: "status", status: 500 } }],
    ["sign-ins break", { operation: "POST /v1/auth/otp/verify/*", fault: { kind: "truncated" } }],
  ] as const)("leaves nothing behind when %s", async (_name, fault) => {
    await using project = await open({});
    project.sandbox.faults.add([fault]);
    await expect(probeProject(project.options)).rejects.toMatchObject({ name: "MigrationError" });
    expect(project.sandbox.faults.neverHappened()).toEqual([]);
    expectClean(project.sandbox);
  });

  it.each([1, 2, 4, 5])("leaves nothing behind when it is aborted in batch %i", async (nth) => {
    await using project = await open({});
    const { sandbox } = project;
    sandbox.faults.add([
      { operation: "POST /v1/mgmt/user/create/batch", nth, fault: { kind: "half-open", afterWork: true } },
    ]);
    const controller = new AbortController();
    const timer = setInterval(() => {
      if (sandbox.faults.neverHappened().length === 0) controller.abort(new Error("enough"));
    }, 20);
    await expect(probeProject(project.options, { signal: controller.signal })).rejects.toMatchObject({
      code: "ERR_TARGET_ANSWER_LOST",
    });
    clearInterval(timer);
    expectClean(sandbox);
  });

  it("says so when it cannot remove what it made", async () => {
    await using project = await open({});
    project.sandbox.faults.add([
      { operation: "POST /v1/mgmt/user/delete/batch", fault: { kind: "status", status: 500 } },
    ]);
    await expect(probeProject(project.options)).rejects.toMatchObject({ code: "ERR_TARGET_UNREACHABLE" });
  });
});
