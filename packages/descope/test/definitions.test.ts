import { describe, expect, it } from "vitest";
import { createProjectTarget } from "../src/project-target.ts";
import { attributeTypeOf } from "../src/read-snapshot.ts";
import { hurriedClock } from "./real-clock.ts";
import { json, optionsFor, refusal, startScriptedProject } from "./scripted-project.ts";
import type { Script } from "./scripted-project.ts";

const role = { name: "admins", description: "who may", permissionNames: ["Impersonate"] };

describe("the snapshot", () => {
  it("has definitions, roles of the project and of its tenants, and tenants", async () => {
    const searched: unknown[] = [];
    await using project = await startScriptedProject(({ path }, body) => {
      switch (path) {
        case "/v1/mgmt/user/customattributes":
          return json({
            data: [
              { name: "plan", type: 1, displayName: "Plan" },
              { name: "age", type: "number" },
              { name: "tier", type: 4, displayName: "" },
              { name: "odd", type: 99 },
            ],
            total: "4",
          });
        case "/v1/mgmt/role/all":
          return json({
            roles: [
              { name: "admins", description: "d", permissionNames: ["x"] },
              { name: "a", tenantId: "t1" },
            ],
          });
        case "/v1/mgmt/role/search":
          searched.push(body);
          return json({ roles: [{ name: "a", tenantId: "t1" }, { name: "a", tenantId: "t2" }, { name: "admins" }] });
        case "/v1/mgmt/tenant/all":
          return json({
            tenants: [
              { id: "t1", name: "One" },
              { id: "t2", name: "Two" },
            ],
          });
        default:
          return undefined;
      }
    });
    const snapshot = await createProjectTarget(optionsFor(project.url, { clock: hurriedClock }).options).readSnapshot();
    expect(searched).toEqual([{ tenantIds: ["t1", "t2"] }]);
    expect(snapshot).toEqual({
      projectId: "P2scripted",
      attributes: [
        { name: "plan", type: "string", displayName: "Plan" },
        { name: "age", type: "number", displayName: "age" },
        { name: "tier", type: "singleselect", displayName: "tier" },
        { name: "odd", type: "99", displayName: "odd" },
      ],
      roles: [
        { name: "admins", description: "d", permissionNames: ["x"] },
        { name: "a", description: "", permissionNames: [], tenantId: "t1" },
        { name: "a", description: "", permissionNames: [], tenantId: "t2" },
      ],
      tenants: [
        { id: "t1", name: "One" },
        { id: "t2", name: "Two" },
      ],
    });
  });

  it.each([
    [1, "string"],
    ["2", "number"],
    ["Boolean", "boolean"],
    ["text", "string"],
    ["single-select", "singleselect"],
    [7, "monthday"],
    [0, "0"],
    ["geo", "geo"],
  ])("reads the attribute type %j as %s", (wire, type) => {
    expect(attributeTypeOf(wire)).toBe(type);
  });
});

describe("creating attributes", () => {
  it("takes one request, and none when there is nothing to create", async () => {
    const bodies: unknown[] = [];
    await using project = await startScriptedProject(({ path }, body) => {
      if (path === "/v1/mgmt/user/customattribute/create") bodies.push(body);
      return json({ data: [] });
    });
    const target = createProjectTarget(optionsFor(project.url, { clock: hurriedClock }).options);
    await target.createAttributes([]);
    await target.createAttributes([
      { name: "a", type: "string", displayName: "A" },
      { name: "b", type: "boolean", displayName: "B" },
    ]);
    expect(bodies).toEqual([
      {
        attributes: [
          { name: "a", type: 1, displayName: "A", options: [] },
          { name: "b", type: 3, displayName: "B", options: [] },
        ],
      },
    ]);
    await expect(target.createAttributes([{ name: "c", type: "geo", displayName: "" }])).rejects.toBeInstanceOf(
      TypeError,
    );
  });
});

describe("creating a role or a tenant that is there already", () => {
  /** Answers creates as told, and lists what is there from the given look on. */
  function withDuplicate(status: number, code: string, thereFromLook: number): Script {
    let looks = 0;
    return ({ path }) => {
      if (path === "/v1/mgmt/role/create" || path === "/v1/mgmt/tenant/create") return refusal(status, code);
      if (path !== "/v1/mgmt/role/all" && path !== "/v1/mgmt/tenant/all" && path !== "/v1/mgmt/role/search")
        return undefined;
      looks += 1;
      const there = looks >= thereFromLook;
      return json({
        roles: there ? [role, { ...role, tenantId: "t1" }] : [],
        tenants: there ? [{ id: "t1", name: "One" }] : [],
      });
    };
  }

  it.each([400, 409, 500])("counts as done when status %i says so and it is there, soon or at once", async (status) => {
    for (const look of [1, 3]) {
      await using project = await startScriptedProject(withDuplicate(status, "E024209", look));
      await createProjectTarget(optionsFor(project.url, { clock: hurriedClock }).options).createRole(role);
      await createProjectTarget(optionsFor(project.url, { clock: hurriedClock }).options).createRole({
        ...role,
        tenantId: "t1",
      });
      await using tenants = await startScriptedProject(withDuplicate(status, "E073307", look));
      await createProjectTarget(optionsFor(tenants.url, { clock: hurriedClock }).options).createTenant({
        id: "t1",
        name: "One",
      });
      expect(project.log.count({ operation: "POST /v1/mgmt/role/create" })).toBe(2);
      expect(tenants.log.count({ operation: "POST /v1/mgmt/tenant/create" })).toBe(1);
    }
  });

  it("is refused when it is not there under this very name", async () => {
    await using project = await startScriptedProject(withDuplicate(400, "E024209", Infinity));
    const target = createProjectTarget(optionsFor(project.url, { clock: hurriedClock }).options);
    await expect(target.createRole(role)).rejects.toMatchObject({ code: "ERR_TARGET_REFUSED", vendorCode: "E024209" });
  });

  it("counts as done after a lost answer when reading shows it, and is never created twice", async () => {
    let created = 0;
    await using project = await startScriptedProject(({ path }) => {
      if (path === "/v1/mgmt/role/create") {
        created += 1;
        return { status: 502, body: "<html>" };
      }
      return path === "/v1/mgmt/role/all" ? json({ roles: created > 0 ? [role] : [] }) : undefined;
    });
    await createProjectTarget(optionsFor(project.url, { clock: hurriedClock }).options).createRole(role);
    expect(created).toBe(1);
  });

  it("passes another refusal on without a look", async () => {
    await using project = await startScriptedProject(withDuplicate(400, "E011003", 1));
    const target = createProjectTarget(optionsFor(project.url, { clock: hurriedClock }).options);
    await expect(target.createTenant({ id: "t1", name: "One" })).rejects.toMatchObject({ code: "ERR_TARGET_REFUSED" });
    expect(project.log.count({ operation: "GET /v1/mgmt/tenant/all" })).toBe(0);
  });
});
