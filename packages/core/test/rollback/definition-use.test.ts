import { describe, expect, it } from "vitest";
import type { PlanDefinitions } from "../../src/plan/plan.ts";
import type { ProjectSnapshot, Role } from "../../src/project/project-snapshot.ts";
import {
  definitionKey,
  namesOf,
  pickDefinitions,
  presentDefinitions,
  usedBy,
} from "../../src/rollback/definition-use.ts";
import { projectSnapshot, projectUser } from "../samples.ts";

const role: Role = { name: "admins", description: "who may", permissionNames: [] };
const inTenant: Role = { ...role, tenantId: "acme" };
const tenant = { id: "acme", name: "acme" };
const plan = { name: "plan", type: "string", displayName: "Plan" };
const made: PlanDefinitions = {
  attributes: { create: [plan], unchanged: [] },
  roles: { create: [role, inTenant], unchanged: [] },
  tenants: { create: [tenant], unchanged: [] },
};
const present = { attributes: [plan], roles: [role, inTenant], tenants: [tenant] };

function split(project: Partial<ProjectSnapshot>): {
  readonly same: readonly string[];
  readonly other: readonly string[];
} {
  const { asMade, changed } = presentDefinitions(made, "create", projectSnapshot({ ...present, ...project }));
  return { same: namesOf(asMade).map(definitionKey), other: namesOf(changed).map(definitionKey) };
}

const keys = {
  role: definitionKey({ kind: "role", name: "admins" }),
  inTenant: definitionKey({ kind: "role", name: "admins", tenantId: "acme" }),
  tenant: definitionKey({ kind: "tenant", name: "acme" }),
  plan: definitionKey({ kind: "attribute", name: "plan" }),
};

describe("presentDefinitions", () => {
  it("finds everything as it was made, a tenant with the roles that were made in it", () => {
    expect(split({})).toEqual({ same: Object.values(keys), other: [] });
  });

  it("leaves out what is not there", () => {
    expect(split({ attributes: [], roles: [], tenants: [] })).toEqual({ same: [], other: [] });
  });

  it.each<[string, Partial<ProjectSnapshot>, readonly string[]]>([
    ["a role with permissions", { roles: [{ ...role, permissionNames: ["x"] }, inTenant] }, [keys.role]],
    ["a role with another description", { roles: [{ ...role, description: "new" }, inTenant] }, [keys.role]],
    ["a tenant with another name", { tenants: [{ ...tenant, name: "New" }] }, [keys.tenant]],
    ["a tenant that carries something", { tenants: [{ ...tenant, carries: ["sso"] }] }, [keys.tenant]],
    ["a tenant with a role of somebody's", { roles: [role, inTenant, { ...inTenant, name: "new" }] }, [keys.tenant]],
    [
      "a role in a tenant that was changed, and the tenant",
      { roles: [role, { ...inTenant, description: "new" }] },
      [keys.inTenant, keys.tenant],
    ],
    ["an attribute of another type", { attributes: [{ ...plan, type: "number" }] }, [keys.plan]],
    ["an attribute with another title", { attributes: [{ ...plan, displayName: "New" }] }, [keys.plan]],
  ])("takes %s for changed", (_what, project, other) => {
    expect(split(project)).toEqual({ same: Object.values(keys).filter((key) => !other.includes(key)), other });
  });
});

describe("usedBy", () => {
  it("names roles, tenants, roles in tenants, and attributes with a value", () => {
    const user = projectUser({
      roleNames: ["editors"],
      userTenants: [{ tenantId: "acme", roleNames: ["admins"] }],
      customAttributes: { plan: "pro" },
    });
    const editors = definitionKey({ kind: "role", name: "editors" });
    expect([...usedBy(user)].sort()).toEqual([...Object.values(keys), editors].sort());
  });

  it("tells a role of a tenant from that of another", () => {
    const used = usedBy(projectUser({ userTenants: [{ tenantId: "other", roleNames: ["admins"] }] }));
    const all = { attributes: [plan], roles: [inTenant], tenants: [tenant] };
    expect(pickDefinitions(all, (key) => used.has(key))).toEqual({ attributes: [], roles: [], tenants: [] });
  });
});
