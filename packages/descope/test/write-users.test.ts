import type { NewProjectUser, ProjectUserPatch } from "@cognito-to-descope/core";
import { describe, expect, it } from "vitest";
import { createProjectTarget } from "../src/project-target.ts";
import { json, optionsFor, refusal, startScriptedProject } from "./scripted-project.ts";

function userOf(loginId: string, change: Partial<NewProjectUser> = {}): NewProjectUser {
  return {
    loginId,
    additionalLoginIds: [],
    verifiedEmail: true,
    verifiedPhone: false,
    status: "enabled",
    roleNames: [],
    userTenants: [],
    customAttributes: {},
    ...change,
  };
}

describe("creating users", () => {
  it("sends everything in the item, under both vocabularies, and invites nobody", async () => {
    const bodies: Record<string, unknown>[] = [];
    await using project = await startScriptedProject(({ path }, body) => {
      if (path === "/v1/mgmt/user/create/batch") bodies.push(body);
      return json({ createdUsers: [], failedUsers: [] });
    });
    const full = userOf("a@example.com", {
      additionalLoginIds: ["+4915112345678"],
      email: "a@example.com",
      phone: "+4915112345678",
      verifiedPhone: true,
      name: "Ann B",
      givenName: "Ann",
      middleName: "M",
      familyName: "B",
      picture: "https://example.com/a.png",
      status: "disabled",
      roleNames: ["admins"],
      customAttributes: { cognitoSub: "s", age: 3, freshlyMigrated: true, tags: ["x"] },
      createdTime: 1_600_000_000,
    });
    const member = userOf("b@example.com", { userTenants: [{ tenantId: "t1", roleNames: ["r"] }] });
    await createProjectTarget(optionsFor(project.url).options).createUsers([full, member]);
    expect(bodies).toEqual([
      {
        users: [
          {
            loginId: "a@example.com",
            additionalLoginIds: ["+4915112345678"],
            additionalIdentifiers: ["+4915112345678"],
            email: "a@example.com",
            phone: "+4915112345678",
            verifiedEmail: true,
            verifiedPhone: true,
            name: "Ann B",
            displayName: "Ann B",
            givenName: "Ann",
            middleName: "M",
            familyName: "B",
            picture: "https://example.com/a.png",
            status: "disabled",
            roleNames: ["admins"],
            customAttributes: { cognitoSub: "s", age: 3, freshlyMigrated: true, tags: ["x"] },
            createdTime: 1_600_000_000,
          },
          {
            loginId: "b@example.com",
            additionalLoginIds: [],
            additionalIdentifiers: [],
            verifiedEmail: true,
            verifiedPhone: false,
            status: "enabled",
            userTenants: [{ tenantId: "t1", roleNames: ["r"] }],
            customAttributes: {},
          },
        ],
      },
    ]);
  });

  it("tells done, refused and left-out users apart", async () => {
    await using project = await startScriptedProject(({ path }) =>
      path === "/v1/mgmt/user/create/batch"
        ? json({
            createdUsers: [{ userId: "U2a", loginIds: ["a"] }],
            failedUsers: [
              { failure: "taken", user: { loginIds: ["b"] } },
              { failure: "bad", user: { externalIds: ["c"] } },
              { failure: "unnamed" },
            ],
            additionalErrors: { D: "odd", a: "could not be invited", "not-a-login-id": "whatever" },
          })
        : undefined,
    );
    const { options, events } = optionsFor(project.url);
    const answer = await createProjectTarget(options).createUsers(["a", "b", "c", "d", "e"].map((id) => userOf(id)));
    expect(answer.done.map(({ userId }) => userId)).toEqual(["U2a"]);
    expect(answer.refused).toEqual([
      { loginIds: ["b"], reason: "taken" },
      { loginIds: ["c"], reason: "bad" },
      { loginIds: [], reason: "unnamed" },
      { loginIds: ["d"], reason: "odd" },
    ]);
    expect(events).toEqual([{ type: "remarks-unassigned", count: 1 }]);
  });

  it("takes no more than a batch, and asks nothing for none", async () => {
    await using project = await startScriptedProject(() => undefined);
    const target = createProjectTarget(optionsFor(project.url, { batchSize: 2 }).options);
    expect(target.maxUsersPerBatch).toBe(2);
    await expect(target.createUsers(["a", "b", "c"].map((id) => userOf(id)))).rejects.toBeInstanceOf(RangeError);
    expect(await target.createUsers([])).toEqual({ done: [], refused: [] });
    expect(project.log.count()).toBe(0);
  });
});

describe("patching users", () => {
  const patches: readonly ProjectUserPatch[] = [
    { loginId: "a", name: "Ann" },
    { loginId: "gone", roleNames: [] },
  ];

  it("sends only what is given, in one batch", async () => {
    const bodies: unknown[] = [];
    await using project = await startScriptedProject(({ method, path }, body) => {
      if (path !== "/v1/mgmt/user/patch/batch") return undefined;
      bodies.push([method, body]);
      return json({
        patchedUsers: [{ userId: "U2a", loginIds: ["a"] }],
        failedUsers: [{ failure: "none", user: { loginIds: ["gone"] } }],
      });
    });
    const answer = await createProjectTarget(optionsFor(project.url).options).patchUsers(patches);
    expect(bodies).toEqual([
      [
        "PATCH",
        {
          users: [
            { loginId: "a", name: "Ann", displayName: "Ann" },
            { loginId: "gone", roleNames: [] },
          ],
        },
      ],
    ]);
    expect(answer.done).toHaveLength(1);
    expect(answer.refused).toEqual([{ loginIds: ["gone"], reason: "none" }]);
  });

  it.each([
    ["404 without JSON", { status: 404, body: "404 page not found" }],
    ["404 with a code", refusal(404, "E011001")],
    ["405", refusal(405, "E011001")],
  ])(
    "goes on one by one when the project answers a batch with %s, and asks for no batch again",
    async (_name, reply) => {
      await using project = await startScriptedProject(({ path }, body) => {
        if (path === "/v1/mgmt/user/patch/batch") return reply;
        if (path !== "/v1/mgmt/user/patch") return undefined;
        return body["loginId"] === "gone"
          ? refusal(404, "E112102", "User not found")
          : json({ user: { userId: "U2a", loginIds: [body["loginId"]] } });
      });
      const { options, events } = optionsFor(project.url);
      const target = createProjectTarget(options);
      for (let round = 0; round < 2; round += 1) {
        const answer = await target.patchUsers(patches);
        expect(answer.done.map(({ loginIds }) => loginIds)).toEqual([["a"]]);
        expect(answer.refused).toEqual([{ loginIds: ["gone"], reason: "E112102: a description: User not found" }]);
      }
      expect(project.log.count({ operation: "PATCH /v1/mgmt/user/patch/batch" })).toBe(1);
      expect(events).toEqual([{ type: "batch-patch-missing" }]);
    },
  );

  it("takes off tenants and roles in them where a project only adds", async () => {
    const removals: unknown[] = [];
    const held = (tenants: Record<string, readonly string[]>): unknown => ({
      userId: "U2a",
      loginIds: ["A"],
      userTenants: Object.entries(tenants).map(([tenantId, roleNames]) => ({ tenantId, roleNames })),
    });
    await using project = await startScriptedProject(({ path }, body) => {
      if (path === "/v1/mgmt/user/patch/batch") return json({ patchedUsers: [held({ t1: ["r", "old"], t2: [] })] });
      if (!path.startsWith("/v1/mgmt/user/update/")) return undefined;
      removals.push([path.slice("/v1/mgmt/user/update/".length), body]);
      return json({ user: held(path.endsWith("tenant/remove") ? { t1: ["r"] } : { t1: ["r"], t2: [] }) });
    });
    const answer = await createProjectTarget(optionsFor(project.url).options).patchUsers([
      { loginId: "a", userTenants: [{ tenantId: "t1", roleNames: ["r"] }] },
    ]);
    expect(removals).toEqual([
      ["role/remove", { loginId: "a", tenantId: "t1", roleNames: ["old"] }],
      ["tenant/remove", { loginId: "a", tenantId: "t2" }],
    ]);
    expect(answer.done[0]?.userTenants).toEqual([{ tenantId: "t1", roleNames: ["r"] }]);
  });

  it("refuses a user whose leftovers cannot be taken off", async () => {
    await using project = await startScriptedProject(({ path }) => {
      if (path === "/v1/mgmt/user/patch/batch")
        return json({ patchedUsers: [{ userId: "U2a", loginIds: ["a", "old"] }] });
      return path === "/v1/mgmt/user/update/loginid" ? refusal(400, "E011004", "no") : undefined;
    });
    const answer = await createProjectTarget(optionsFor(project.url).options).patchUsers([
      { loginId: "a", additionalLoginIds: [] },
    ]);
    expect(answer).toEqual({ done: [], refused: [{ loginIds: ["a"], reason: "E011004: a description: no" }] });
  });

  it("stops at a key that does not fit instead of failing every user", async () => {
    await using project = await startScriptedProject(({ path }) => {
      if (path === "/v1/mgmt/user/patch/batch") return refusal(404, "E011001");
      return path === "/v1/mgmt/user/patch" ? refusal(401, "E011003") : undefined;
    });
    await expect(createProjectTarget(optionsFor(project.url).options).patchUsers(patches)).rejects.toMatchObject({
      code: "ERR_TARGET_UNAUTHORIZED",
    });
  });
});
