import { fc, test } from "@fast-check/vitest";
import type { NewProjectUser, ProjectTarget } from "@cognito-to-descope/core";
import { type Fault, variants } from "@cognito-to-descope/sandbox";
import { describe, expect, it } from "vitest";
import { createProjectTarget } from "../src/project-target.ts";
import { hurriedClock } from "./real-clock.ts";
import { json, optionsFor, refusal, startScriptedProject } from "./scripted-project.ts";
import { type StartedProject, startProject } from "./start-project.ts";

function planned(index: number, change: Partial<NewProjectUser> = {}): NewProjectUser {
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
    ...change,
  };
}

async function createUsers(target: ProjectTarget, count: number): Promise<readonly string[]> {
  const { done } = await target.createUsers(Array.from({ length: count }, (_, index) => planned(index)));
  return done.map(({ userId }) => userId);
}

const idsIn = ({ sandbox }: StartedProject): readonly string[] =>
  [...sandbox.descopeService.users()].map(({ userId }) => String(userId));

describe.each(variants("users"))("a project with $name", ({ variants: choice }) => {
  it("deletes users once or twice, and nobody else", async () => {
    await using project = await startProject(choice, { batchSize: 50 });
    const { target } = project;
    const ids = await createUsers(target, 5);
    await target.deleteUsers(ids.slice(0, 3));
    expect(idsIn(project)).toEqual(ids.slice(3));
    await target.deleteUsers([...ids.slice(1, 4), "U2nobody", ""]);
    expect(idsIn(project)).toEqual(ids.slice(4));
    await target.deleteUsers([]);
    expect(idsIn(project)).toEqual(ids.slice(4));
  });

  it("finds users by user ID, by a search and directly", async () => {
    await using project = await startProject(choice, { batchSize: 50 });
    const { target } = project;
    const ids = await createUsers(target, 5);
    expect((await target.loadUserById(ids[2] ?? ""))?.loginIds).toEqual(["user2@example.com"]);
    expect(await target.loadUserById("U2nobody")).toBeUndefined();
    expect(await target.loadUserById("")).toBeUndefined();
    await new Promise((resolve) => setTimeout(resolve, choice.searchLag));
    const found = await target.findUsersById([...ids.slice(1, 3), "U2nobody", ""]);
    expect(found.map(({ userId }) => userId).sort()).toEqual(ids.slice(1, 3).toSorted());
    expect(await target.findUsersById([])).toEqual([]);
  });

  it("deletes definitions once or twice, and nothing else", async () => {
    await using project = await startProject(choice, { batchSize: 50 });
    const { target } = project;
    const attributes = ["plan", "tier"].map((name) => ({ name, type: "string", displayName: name }));
    const role = { name: "admins", description: "", permissionNames: [] };
    await target.createAttributes(attributes);
    await target.createTenant({ id: "acme", name: "Acme" });
    await target.createTenant({ id: "other", name: "Other" });
    for (const tenantId of [undefined, "other"]) await target.createRole({ ...role, ...(tenantId && { tenantId }) });
    const before = await target.readSnapshot();
    for (let times = 0; times < 2; times += 1) {
      await target.deleteAttributes(["plan"]);
      await target.deleteRole({ name: "admins" });
      await target.deleteTenant("acme");
    }
    await target.deleteAttributes([]);
    const after = await target.readSnapshot();
    expect(after.attributes).toEqual(before.attributes.filter(({ name }) => name !== "plan"));
    expect(after.roles).toEqual(before.roles.filter(({ name, tenantId }) => name !== "admins" || tenantId === "other"));
    expect(after.tenants).toEqual([{ id: "other", name: "Other" }]);
    await target.deleteRole({ name: "admins", tenantId: "other" });
    expect((await target.readSnapshot()).roles.some(({ name }) => name === "admins")).toBe(false);
  });

  it("takes the value of an attribute away by null, and keeps the others", async () => {
    await using project = await startProject(choice, { batchSize: 50 });
    const { target } = project;
    await target.createAttributes(["plan", "tier"].map((name) => ({ name, type: "string", displayName: name })));
    await target.createUsers([planned(1, { customAttributes: { plan: "pro", tier: "gold" } })]);
    await new Promise((resolve) => setTimeout(resolve, choice.searchLag));
    const { loginId } = planned(1);
    const answer = await target.patchUsers([{ loginId, name: "New", customAttributes: { plan: null } }]);
    expect(answer).toMatchObject({ done: [{ name: "New", customAttributes: { tier: "gold" } }], refused: [] });
    expect((await target.loadUser(loginId))?.customAttributes).toEqual({ tier: "gold" });
  });
});

const fault: fc.Arbitrary<Fault> = fc.constantFrom<Fault>(
  { kind: "throttle", retryAfterMs: 1 },
  { kind: "status", status: 500 },
  { kind: "status", status: 503, afterWork: true },
  { kind: "html", afterWork: true },
  { kind: "reset-before" },
  { kind: "answer-lost" },
  { kind: "truncated" },
);

describe("deleting with faults", () => {
  test.prop([fc.array(fault, { maxLength: 2 }), fc.constantFrom("ignored" as const, "refused" as const)], {
    numRuns: 25,
  })("does its work, whatever happens on the way", async (sequence, deleteUnknownUser) => {
    await using project = await startProject({ deleteUnknownUser }, { clock: hurriedClock });
    const { target, sandbox } = project;
    const ids = await createUsers(target, 6);
    await target.createAttributes([{ name: "plan", type: "string", displayName: "plan" }]);
    await target.createTenant({ id: "acme", name: "Acme" });
    await target.createRole({ name: "admins", description: "", permissionNames: [] });
    for (const operation of [
      "POST /v1/mgmt/user/delete/batch",
      "POST /v1/mgmt/user/customattribute/delete",
      "POST /v1/mgmt/tenant/delete",
      "POST /v1/mgmt/role/delete",
    ]) {
      sandbox.faults.add(sequence.map((one, index) => ({ operation, nth: index + 1, fault: one })));
    }
    await target.deleteUsers(ids.slice(0, 4));
    await target.deleteAttributes(["plan"]);
    await target.deleteTenant("acme");
    await target.deleteRole({ name: "admins" });
    sandbox.faults.assertAllHappened();
    expect(idsIn(project)).toEqual(ids.slice(4));
    const { attributes, roles, tenants } = await target.readSnapshot();
    expect(attributes.some(({ name }) => name === "plan")).toBe(false);
    expect(roles.some(({ name }) => name === "admins")).toBe(false);
    expect(tenants).toEqual([]);
  });

  it.each([
    ["404 without JSON", { status: 404, body: "404 page not found" }],
    ["405 without JSON", { status: 405, body: "no" }],
    ["a refusal", refusal(400, "E011003")],
  ])("deletes one by one when a batch is answered with %s", async (_name, reply) => {
    const deleted: unknown[] = [];
    await using project = await startScriptedProject(({ path }, body) => {
      if (path === "/v1/mgmt/user/delete/batch") return reply;
      if (path !== "/v1/mgmt/user/delete") return undefined;
      deleted.push(body["userId"]);
      return body["userId"] === "gone" ? refusal(404, "E112102", "User not found") : json({});
    });
    await createProjectTarget(optionsFor(project.url).options).deleteUsers(["a", "gone", "b"]);
    expect(deleted).toEqual(["a", "gone", "b"]);
  });

  it.each([
    [401, "ERR_TARGET_UNAUTHORIZED"],
    [400, "ERR_TARGET_REFUSED"],
  ])("passes status %i on as %s", async (status, code) => {
    await using project = await startScriptedProject(({ path }) =>
      path.endsWith("/delete") || path.endsWith("/delete/batch") ? refusal(status, "E011003") : undefined,
    );
    const target = createProjectTarget(optionsFor(project.url, { clock: hurriedClock }).options);
    await expect(target.deleteUsers(["a"])).rejects.toMatchObject({ code });
  });

  it("does not take a definition for deleted that the project still lists", async () => {
    await using project = await startScriptedProject(({ path }) => {
      if (path.endsWith("/delete")) return refusal(400, "E011003");
      if (path === "/v1/mgmt/role/all") return json({ roles: [{ name: "admins" }] });
      if (path === "/v1/mgmt/tenant/all") return json({ tenants: [{ id: "acme", name: "Acme" }] });
      if (path === "/v1/mgmt/user/customattributes") return json({ data: [{ name: "plan", type: 1 }] });
      return undefined;
    });
    const target = createProjectTarget(optionsFor(project.url, { clock: hurriedClock }).options);
    for (const deleting of [
      () => target.deleteRole({ name: "admins" }),
      () => target.deleteTenant("acme"),
      () => target.deleteAttributes(["plan"]),
    ]) {
      await expect(deleting()).rejects.toMatchObject({ code: "ERR_TARGET_REFUSED" });
    }
  });
});

describe("a search by user ID", () => {
  it("gives nobody who was not asked for, where the project does not know the filter", async () => {
    await using project = await startScriptedProject(({ path }, body) => {
      if (path !== "/v2/mgmt/user/search") return undefined;
      const all = Array.from({ length: 250 }, (_, index) => ({ userId: `U${index}`, loginIds: [`user${index}`] }));
      const { limit, offset } = body as { limit: number; offset: number };
      return json({ users: all.slice(offset, offset + limit), total: all.length });
    });
    const target = createProjectTarget(optionsFor(project.url, { pageSize: 100 }).options);
    const wanted = Array.from({ length: 120 }, (_, index) => `U${index * 2}`);
    const found = await target.findUsersById([...wanted, "U2"]);
    expect(found.map(({ userId }) => userId)).toEqual(wanted);
  });
});

describe("a tenant", () => {
  it("says what it carries beside its name", async () => {
    await using project = await startProject();
    const { target, sandbox } = project;
    await target.createTenant({ id: "plain", name: "Plain" });
    const headers = {
      "content-type": "application/json",
      authorization: `Bearer ${sandbox.projectId}:${sandbox.managementKey}`,
    };
    await fetch(`${sandbox.descope}/v1/mgmt/tenant/create`, {
      method: "POST",
      headers,
      body: JSON.stringify({
        id: "laden",
        name: "Laden",
        authType: "saml",
        selfProvisioningDomains: ["example.com"],
        customAttributes: { tier: "gold" },
        parent: "plain",
        disabled: true,
      }),
    });
    expect((await target.readSnapshot()).tenants).toEqual([
      { id: "plain", name: "Plain", carries: ["successors"] },
      {
        id: "laden",
        name: "Laden",
        carries: ["sso", "selfProvisioningDomains", "customAttributes", "parent", "disabled"],
      },
    ]);
  });
});
