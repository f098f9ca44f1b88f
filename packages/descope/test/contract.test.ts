import { hasCode } from "@cognito-to-descope/core";
import type { NewProjectUser, ProjectTarget, ProjectUser } from "@cognito-to-descope/core";
import { variants } from "@cognito-to-descope/sandbox";
import { describe, expect, it } from "vitest";
import { startProject } from "./start-project.ts";

const attributes = [
  { name: "cognitoSub", type: "string", displayName: "Cognito sub" },
  { name: "age", type: "number", displayName: "Age" },
  { name: "freshlyMigrated", type: "boolean", displayName: "Freshly migrated" },
];
const admins = { name: "admins", description: "who may", permissionNames: [] };
const members = { name: "members", description: "", permissionNames: [], tenantId: "acme" };

function planned(index: number, change: Partial<NewProjectUser> = {}): NewProjectUser {
  const loginId = `user${index}+tag@example.com`;
  return {
    loginId,
    additionalLoginIds: [`nick ${index} & "co" 😀`],
    email: loginId,
    phone: `+49151000${String(index).padStart(5, "0")}`,
    verifiedEmail: true,
    verifiedPhone: index % 2 === 0,
    name: `Üser ${index}`,
    givenName: "Ü",
    middleName: "M",
    familyName: String(index),
    picture: `https://example.com/${index}.png`,
    status: index % 3 === 0 ? "disabled" : "enabled",
    roleNames: index % 2 === 0 ? ["admins"] : [],
    userTenants: index % 2 === 0 ? [] : [{ tenantId: "acme", roleNames: ["members"] }],
    customAttributes: { cognitoSub: `sub-${index}`, age: index, freshlyMigrated: true },
    createdTime: 1_600_000_000 + index,
    ...change,
  };
}

/** What the project should hold of a planned user. */
function expected(user: NewProjectUser): Partial<ProjectUser> {
  const { loginId, additionalLoginIds, ...rest } = user;
  return { ...rest, loginIds: [loginId, ...additionalLoginIds] };
}

async function define(target: ProjectTarget): Promise<void> {
  await target.createAttributes(attributes);
  await target.createTenant({ id: "acme", name: "Acme" });
  await target.createRole(admins);
  await target.createRole(members);
}

/** The login IDs by which an answer names a user; at least the first. */
function namesIn(named: readonly string[], { loginId, additionalLoginIds }: NewProjectUser): readonly string[] {
  return [loginId, ...additionalLoginIds.filter((other) => named.includes(other))];
}

async function scan(target: ProjectTarget): Promise<readonly ProjectUser[]> {
  const found: ProjectUser[] = [];
  for await (const { users } of target.users()) found.push(...users);
  return found;
}

async function eventually<T>(read: () => Promise<T>, holds: (value: T) => boolean): Promise<T> {
  const end = performance.now() + 6000;
  for (;;) {
    const value = await read();
    if (holds(value) || performance.now() > end) return value;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

describe.each(variants("users"))("a project with $name", ({ variants: choice }) => {
  it("takes definitions, once or twice, and shows them in the snapshot", async () => {
    await using project = await startProject(choice, { batchSize: 50 });
    const { target } = project;
    await define(target);
    await define(target);
    const snapshot = await eventually(
      () => target.readSnapshot(),
      ({ roles }) => roles.some(({ tenantId }) => tenantId === "acme"),
    );
    expect(snapshot.projectId).toBe(project.sandbox.projectId);
    expect(snapshot.attributes).toEqual(expect.arrayContaining(attributes));
    expect(snapshot.tenants).toEqual([{ id: "acme", name: "Acme" }]);
    expect(snapshot.roles).toEqual(expect.arrayContaining([admins, members]));
    expect(snapshot.roles.filter(({ name }) => name === "admins" || name === "members")).toHaveLength(2);
  });

  it("gives back by every way of reading what was created", async () => {
    await using project = await startProject(choice, { batchSize: 50 });
    const { target, sandbox } = project;
    await define(target);
    const users = Array.from({ length: 130 }, (_, index) => planned(index));
    for (let start = 0; start < users.length; start += 50) {
      const batch = users.slice(start, start + 50);
      const answer = await target.createUsers(batch);
      expect(answer.refused).toEqual([]);
      expect(answer.done).toEqual(batch.map((user) => expect.objectContaining(expected(user)) as ProjectUser));
    }
    sandbox.descopeService.addUser({ loginId: "test@example.com", email: "test@example.com", test: true });
    const everybody = await eventually(
      () => scan(target),
      (found) => found.length >= users.length,
    );
    const bySub = new Map(everybody.map((user) => [user.customAttributes["cognitoSub"], user]));
    expect(everybody).toHaveLength(users.length);
    for (const user of users) expect(bySub.get(user.customAttributes["cognitoSub"])).toMatchObject(expected(user));

    const wanted = users.flatMap(({ loginId, additionalLoginIds }) => [loginId, ...additionalLoginIds]);
    expect(await target.findUsers([...wanted, "nobody@example.com"])).toHaveLength(users.length);
    const some = users[7] as NewProjectUser;
    for (const loginId of [some.loginId, ...some.additionalLoginIds]) {
      expect(await target.loadUser(loginId)).toMatchObject(expected(some));
    }
    expect(await target.loadUser("nobody & nothing@example.com")).toBeUndefined();
    expect(sandbox.descopeService.messages()).toEqual([]);
  });

  it("patches what is named, takes off what is not wanted, and keeps the rest", async () => {
    await using project = await startProject(choice, { batchSize: 50 });
    const { target } = project;
    await define(target);
    await target.createRole({ ...admins, name: "editors" });
    const users = [planned(0), planned(2), planned(4)];
    await target.createUsers(users);
    const loginIds = users.map(({ loginId }) => loginId);
    await eventually(
      () => target.findUsers(loginIds),
      (found) => found.length === users.length,
    );
    const answer = await target.patchUsers(
      users.map(({ loginId }) => ({
        loginId,
        additionalLoginIds: [`new-${loginId}`],
        name: "New Name",
        status: "enabled" as const,
        roleNames: ["editors"],
        customAttributes: { age: 99 },
      })),
    );
    expect(answer.refused).toEqual([]);
    expect(answer.done).toHaveLength(users.length);
    for (const user of users) {
      const changed = {
        loginIds: [user.loginId, `new-${user.loginId}`],
        name: "New Name",
        status: "enabled" as const,
        roleNames: ["editors"],
        customAttributes: { ...user.customAttributes, age: 99 },
      };
      const { loginId: _loginId, additionalLoginIds: _others, ...rest } = user;
      expect(await target.loadUser(user.loginId)).toMatchObject({ ...rest, ...changed });
      expect(answer.done).toContainEqual(expect.objectContaining(changed));
    }
    const gone = await target.patchUsers([{ loginId: "nobody@example.com", name: "x" }]);
    expect(gone).toMatchObject({ done: [], refused: [{ loginIds: ["nobody@example.com"] }] });
  });

  it("never loses a user between done and refused when a login ID is taken", async () => {
    await using project = await startProject(choice, { batchSize: 50 });
    const { target } = project;
    await define(target);
    const first = planned(1);
    await target.createUsers([first]);
    const second = planned(2, { loginId: first.loginId, additionalLoginIds: [] });
    const third = planned(3);
    const answer = await target.createUsers([second, third]).catch((error: unknown) => {
      if (hasCode(error, "ERR_TARGET_REFUSED")) return error;
      throw error;
    });
    const there = await target.loadUser(third.loginId);
    const named =
      answer instanceof Error ? [] : [...answer.done, ...answer.refused].flatMap(({ loginIds }) => loginIds);
    // Either the batch was refused as a whole, and nobody of it is there, or everybody of it is accounted for.
    expect({ named: new Set(named), there: there?.loginIds }).toEqual(
      answer instanceof Error
        ? { named: new Set(), there: undefined }
        : {
            named: new Set([first, third].flatMap((user) => namesIn(named, user))),
            there: [third.loginId, ...third.additionalLoginIds],
          },
    );
  });

  it("lets a user sign in, and shows its verified claims", async () => {
    await using project = await startProject(choice, { batchSize: 50 });
    const { target, sandbox } = project;
    await define(target);
    const user = planned(1);
    await target.createUsers([user]);
    const { userId, claims } = await target.signIn(user.loginId);
    expect(userId).toBe((await target.loadUser(user.loginId))?.userId);
    expect(claims).toMatchObject({ sub: userId, tenants: { acme: { roles: ["members"] } } });
    expect(String(claims["iss"])).toContain(sandbox.projectId);
    await expect(target.signIn("nobody@example.com")).rejects.toMatchObject({ code: "ERR_TARGET_REFUSED" });
    await target.createUsers([planned(3)]);
    await expect(target.signIn(planned(3).loginId)).rejects.toMatchObject({ code: "ERR_TARGET_REFUSED" });
  });

  it.each(["otp", "magic-link"] as const)("signs a test user in by %s and removes it again", async (method) => {
    await using project = await startProject(choice, { batchSize: 50 });
    const { target, sandbox } = project;
    await define(target);
    const { claims } = await target.signInTestUser(planned(1), method);
    expect(claims).toMatchObject({ tenants: { acme: { roles: ["members"] } } });
    expect(sandbox.descopeService.countTestUsers()).toBe(0);
    const byPhone = planned(2, { loginId: "+4915199999", additionalLoginIds: [] });
    const { email: _email, ...phoneOnly } = byPhone;
    expect((await target.signInTestUser(phoneOnly, method)).claims).toMatchObject({ roles: ["admins"] });
    expect(sandbox.descopeService.countTestUsers()).toBe(0);
  });
});

describe("patching where lists are added to", () => {
  it("takes login IDs off also when the answer to that is lost", async () => {
    await using project = await startProject({ patchAdditionalLoginIds: "add" });
    const { target, sandbox } = project;
    await define(target);
    const user = planned(0);
    await target.createUsers([user]);
    sandbox.faults.add([{ operation: "POST /v1/mgmt/user/update/loginid", nth: 1, fault: { kind: "answer-lost" } }]);
    const answer = await target.patchUsers([{ loginId: user.loginId, additionalLoginIds: ["new"] }]);
    expect(answer).toMatchObject({ done: [{ loginIds: [user.loginId, "new"] }], refused: [] });
    expect(sandbox.faults.neverHappened()).toEqual([]);
  });
});

describe("signing a test user in", () => {
  it("touches no user that was there before", async () => {
    await using project = await startProject({ duplicateLoginId: "upsert" });
    await define(project.target);
    const real = planned(1);
    await project.target.createUsers([real]);
    await expect(project.target.signInTestUser(real, "otp")).rejects.toMatchObject({ code: "ERR_TARGET_REFUSED" });
    expect(await project.target.loadUser(real.loginId)).toMatchObject(expected(real));
  });

  it.each([
    "POST /v1/mgmt/user/create/test",
    "POST /v1/mgmt/tests/generate/otp",
    "POST /v1/auth/otp/verify/email",
    "GET /v2/keys/*",
  ])("removes it again when the answer of %s is lost", async (operation) => {
    await using project = await startProject();
    const { target, sandbox } = project;
    await define(target);
    sandbox.faults.add([{ operation, fault: { kind: "answer-lost" } }]);
    const outcome = await target.signInTestUser(planned(1), "otp").catch((error: unknown) => error);
    const expectedCode = operation.startsWith("GET") || operation.includes("generate") ? "UNREACHABLE" : "ANSWER_LOST";
    expect(outcome).toMatchObject({ code: `ERR_TARGET_${expectedCode}` });
    expect(sandbox.descopeService.countTestUsers()).toBe(0);
    expect(sandbox.faults.neverHappened()).toEqual([]);
  });

  it("removes it again after an abort", async () => {
    await using project = await startProject();
    const { target, sandbox } = project;
    await define(target);
    sandbox.faults.add([{ operation: "POST /v1/mgmt/tests/generate/otp", fault: { kind: "half-open" } }]);
    const controller = new AbortController();
    setTimeout(() => controller.abort(new Error("enough")), 300);
    await expect(target.signInTestUser(planned(1), "otp", { signal: controller.signal })).rejects.toThrow("enough");
    expect(sandbox.descopeService.countTestUsers()).toBe(0);
  });
});

describe("access", () => {
  it("is ERR_TARGET_UNAUTHORIZED with a wrong key and ERR_TARGET_PROJECT_NOT_FOUND with a wrong project", async () => {
    await using project = await startProject({}, { managementKey: "Kwrong" });
    await expect(project.target.readSnapshot()).rejects.toMatchObject({ code: "ERR_TARGET_UNAUTHORIZED", status: 401 });
    await expect(project.target.createUsers([planned(1)])).rejects.toMatchObject({ code: "ERR_TARGET_UNAUTHORIZED" });
    await expect(project.target.signIn("a")).rejects.toMatchObject({ code: "ERR_TARGET_UNAUTHORIZED" });
    await using other = await startProject({}, { projectId: "P2other" });
    await expect(other.target.readSnapshot()).rejects.toMatchObject({ code: "ERR_TARGET_PROJECT_NOT_FOUND" });
  });
});
