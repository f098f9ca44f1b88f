import { describe, expect, it } from "vitest";
import { createFindings } from "../../src/findings/findings.ts";
import { planDefinitions, type WantedDefinitions } from "../../src/plan/plan-definitions.ts";
import type { Role } from "../../src/project/project-snapshot.ts";
import { projectSnapshot } from "../samples.ts";

const role = (name: string, change: Partial<Role> = {}): Role => ({
  name,
  description: "",
  permissionNames: [],
  ...change,
});
const wanted: WantedDefinitions = {
  attributes: [
    { name: "plan", type: "string", displayName: "plan" },
    { name: "cognitoSub", type: "string", displayName: "Cognito sub" },
  ],
  roles: [role("editor"), role("admin")],
  tenants: [
    { id: "north", name: "north" },
    { id: "acme", name: "acme" },
  ],
};

describe("planDefinitions", () => {
  it("creates all in an empty project, in alphabetical order", () => {
    const { attributes, roles, tenants } = planDefinitions(wanted, projectSnapshot(), createFindings());
    expect(attributes.create.map(({ name }) => name)).toEqual(["cognitoSub", "plan"]);
    expect(roles.create.map(({ name }) => name)).toEqual(["admin", "editor"]);
    expect(tenants.create.map(({ id }) => id)).toEqual(["acme", "north"]);
    for (const { unchanged } of [attributes, roles, tenants]) expect(unchanged).toEqual([]);
  });

  it("creates nothing that the project has", () => {
    const project = projectSnapshot({ ...wanted, attributes: wanted.attributes.slice(0, 1) });
    const plan = planDefinitions(wanted, project, createFindings());
    expect(plan.attributes.create.map(({ name }) => name)).toEqual(["cognitoSub"]);
    expect(plan.attributes.unchanged.map(({ name }) => name)).toEqual(["plan"]);
    expect(plan.roles.create).toEqual([]);
    expect(plan.tenants.create).toEqual([]);
  });

  it("does not take a tenant's role for one of the project", () => {
    const project = projectSnapshot({ roles: [role("admin", { tenantId: "acme" })] });
    const { roles } = planDefinitions(wanted, project, createFindings());
    expect(roles.create.map(({ name }) => name)).toEqual(["admin", "editor"]);
  });

  it("tells roles of one name in the project and in tenants apart", () => {
    const roles = [role("admin"), role("admin", { tenantId: "acme" }), role("admin", { tenantId: "north" })];
    const project = projectSnapshot({ roles: [role("admin", { tenantId: "north" })] });
    const plan = planDefinitions({ ...wanted, roles }, project, createFindings());
    expect(plan.roles.create.map(({ tenantId }) => tenantId)).toEqual([undefined, "acme"]);
    expect(plan.roles.unchanged.map(({ tenantId }) => tenantId)).toEqual(["north"]);
  });

  it("warns of a tenant's role that the name means inside of it", () => {
    const findings = createFindings();
    const permissionNames = ["delete:all"];
    const project = projectSnapshot({
      roles: [
        role("admin", { tenantId: "acme", permissionNames }),
        role("admin", { tenantId: "other", permissionNames }),
      ],
    });
    planDefinitions(wanted, project, findings);
    expect(findings.list()).toMatchObject([{ rule: "role-has-permissions", subjects: ["admin in tenant acme"] }]);
  });

  it("blocks a tenant whose name another tenant of the project has", () => {
    const findings = createFindings();
    const project = projectSnapshot({
      tenants: [
        { id: "T2x", name: "acme" },
        { id: "north", name: "North Ltd" },
      ],
    });
    planDefinitions(wanted, project, findings);
    expect(findings.list()).toMatchObject([
      { rule: "tenant-name-taken", severity: "blocker", count: 1, subjects: ['acme: "acme"'] },
    ]);
  });

  it("warns of a role that carries permissions in the project", () => {
    const findings = createFindings();
    const project = projectSnapshot({ roles: [role("admin", { permissionNames: ["delete:all"] }), role("editor")] });
    planDefinitions(wanted, project, findings);
    expect(findings.list()).toMatchObject([{ rule: "role-has-permissions", severity: "warning", subjects: ["admin"] }]);
  });
});
