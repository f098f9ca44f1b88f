/** Tenants and their settings. */

import type { IdentifierSource } from "../identifiers.ts";
import { readBoolean, readInteger, readObject, readString, readStrings, requireString } from "../json-fields.ts";
import type { JsonObject } from "../json-fields.ts";
import { nothing } from "../operation.ts";
import type { Call, Operation } from "../operation.ts";
import { Refusal, conflicting, invalid } from "../refusal.ts";
import type { AttributeValue } from "../users/user-record.ts";

/** A tenant as answers show it, with its settings. */
export interface Tenant {
  readonly id: string;
  name: string;
  customAttributes: Readonly<Record<string, AttributeValue>>;
  selfProvisioningDomains: readonly string[];
  /** `none`, `saml` or `oidc`. */
  authType: string;
  domains: readonly string[];
  /** Seconds since the epoch. */
  readonly createdTime: number;
  disabled: boolean;
  enforceSSO: boolean;
  enforceSSOExclusions: readonly string[];
  federatedAppIds: readonly string[];
  parent: string;
  defaultRoles: readonly string[];
  roleInheritance: string;
  /** Token lifetimes and the like; only what was set. */
  settings: JsonObject;
}

/** Keeps tenants by ID. */
export class TenantStore {
  readonly #byId = new Map<string, Tenant>();
  readonly #names = new Map<string, Tenant>();
  readonly #ids: IdentifierSource;
  readonly #duplicateStatus: 400 | 500;

  constructor(ids: IdentifierSource, duplicateStatus: 400 | 500) {
    this.#ids = ids;
    this.#duplicateStatus = duplicateStatus;
  }

  all(): readonly Tenant[] {
    return [...this.#byId.values()];
  }

  byId(id: string): Tenant | undefined {
    return this.#byId.get(id);
  }

  /** @throws Refusal when there is no such tenant. */
  require(id: string): Tenant {
    const tenant = this.#byId.get(id);
    if (tenant === undefined) throw new Refusal(404, "E112202", "Tenant not found", "Tenant not found");
    return tenant;
  }

  add(tenant: Omit<Tenant, "id"> & { readonly id?: string }): Tenant {
    const id = tenant.id === undefined || tenant.id === "" ? this.#ids.next("T") : tenant.id;
    if (this.#byId.has(id) || this.#names.has(tenant.name)) throw this.#duplicate();
    const stored: Tenant = { ...tenant, id };
    this.#byId.set(id, stored);
    this.#names.set(stored.name, stored);
    return stored;
  }

  rename(tenant: Tenant, name: string): void {
    const other = this.#names.get(name);
    if (other === tenant) return;
    if (other !== undefined) throw this.#duplicate();
    this.#names.delete(tenant.name);
    tenant.name = name;
    this.#names.set(name, tenant);
  }

  remove(tenant: Tenant): void {
    this.#byId.delete(tenant.id);
    this.#names.delete(tenant.name);
  }

  #duplicate(): Refusal {
    return new Refusal(
      this.#duplicateStatus,
      "E073307",
      "Tenant already exists",
      "A tenant with this name or ID exists",
    );
  }
}

/** A tenant as answers show it. */
export function answerTenant(call: Call, tenant: Tenant): JsonObject {
  const { settings: _settings, ...shown } = tenant;
  const successors = call.project.tenants
    .all()
    .filter((other) => other.parent === tenant.id)
    .map((other) => other.id);
  return { ...shown, successors };
}

const inheritances = new Set(["", "none", "userOnly"]);

function readTenant(
  call: Call,
  body: JsonObject,
): Omit<Tenant, "id" | "createdTime" | "domains" | "defaultRoles" | "settings"> {
  const { project } = call;
  const roleInheritance = readString(body, "roleInheritance") ?? "";
  if (!inheritances.has(roleInheritance)) throw invalid("The roleInheritance field is not known");
  const parent = readString(body, "parent") ?? "";
  if (parent !== "") project.tenants.require(parent);
  // Definitions of tenant attributes are not kept here, so every attribute passes.
  const attributes = readObject(body, "customAttributes") ?? {};
  return {
    name: requireString(body, "name"),
    selfProvisioningDomains: readStrings(body, "selfProvisioningDomains") ?? [],
    customAttributes: Object.fromEntries(
      Object.entries(attributes).filter(([, value]) => value !== null),
    ) as Tenant["customAttributes"],
    authType: readString(body, "authType") ?? "none",
    disabled: readBoolean(body, "disabled") ?? false,
    enforceSSO: readBoolean(body, "enforceSSO") ?? false,
    enforceSSOExclusions: readStrings(body, "enforceSSOExclusions") ?? [],
    federatedAppIds: readStrings(body, "federatedAppIds") ?? [],
    parent,
    roleInheritance,
  };
}

function remove(call: Call, tenant: Tenant, cascade: boolean): void {
  const { project } = call;
  const children = project.tenants.all().filter((other) => other.parent === tenant.id);
  if (children.length > 0 && !cascade) throw conflicting("The tenant has child tenants");
  for (const child of children) remove(call, child, true);
  project.tenants.remove(tenant);
  project.connections.removeTenant(tenant.id);
  for (const role of project.roles.all()) if (role.tenantId === tenant.id) project.roles.remove(role);
  for (const user of [...project.users.regular(), ...project.users.test()]) {
    if (!user.memberships.some((membership) => membership.tenant === tenant)) continue;
    if (cascade && user.memberships.length === 1) {
      project.users.remove(user);
      continue;
    }
    project.users.change(user, (changed) => {
      changed.memberships = changed.memberships.filter((held) => held.tenant !== tenant);
    });
  }
}

function search(call: Call): readonly Tenant[] {
  const { body } = call;
  const ids = readStrings(body, "tenantIds") ?? [];
  const names = readStrings(body, "tenantNames") ?? [];
  const provisioning = readStrings(body, "tenantSelfProvisioningDomains") ?? [];
  const sso = readStrings(body, "tenantSSODomains") ?? [];
  const attributes = Object.entries(readObject(body, "customAttributes") ?? {});
  const authType = readString(body, "authType") ?? "";
  const parent = readString(body, "parentTenantId") ?? "";
  const topOnly = readBoolean(body, "topLevelOnly") ?? false;
  return call.project.tenants
    .all()
    .filter(
      (tenant) =>
        (ids.length === 0 || ids.includes(tenant.id)) &&
        (names.length === 0 || names.includes(tenant.name)) &&
        (provisioning.length === 0 || tenant.selfProvisioningDomains.some((domain) => provisioning.includes(domain))) &&
        (sso.length === 0 || tenant.domains.some((domain) => sso.includes(domain))) &&
        attributes.every(([key, value]) => tenant.customAttributes[key] === value) &&
        (authType === "" || tenant.authType === authType) &&
        (parent === "" || tenant.parent === parent) &&
        (!topOnly || tenant.parent === ""),
    );
}

const numberSettings = [
  ["refreshTokenExpiration", "refreshTokenExpirationUnit", 4, "weeks"],
  ["sessionTokenExpiration", "sessionTokenExpirationUnit", 10, "minutes"],
  ["stepupTokenExpiration", "stepupTokenExpirationUnit", 10, "minutes"],
  ["inactivityTime", "inactivityTimeUnit", 12, "days"],
] as const;

function readSettings(body: JsonObject): JsonObject {
  const settings: Record<string, unknown> = {};
  for (const [value, unit] of numberSettings) {
    settings[value] = readInteger(body, value);
    settings[unit] = readString(body, unit);
  }
  for (const key of ["enabled", "enableInactivity", "JITDisabled"]) settings[key] = readBoolean(body, key);
  settings["ssoSetupSuiteSettings"] = readObject(body, "ssoSetupSuiteSettings");
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}

function answerSettings(tenant: Tenant): JsonObject {
  const defaults = Object.fromEntries(
    numberSettings.flatMap(([value, unit, number, word]) => [
      [value, number],
      [unit, word],
    ]),
  );
  return {
    domains: tenant.domains,
    selfProvisioningDomains: tenant.selfProvisioningDomains,
    authType: tenant.authType,
    enabled: false,
    ...defaults,
    enableInactivity: false,
    JITDisabled: false,
    ...tenant.settings,
  };
}

const tenantFields = [
  "id",
  "name",
  "selfProvisioningDomains",
  "customAttributes",
  "authType",
  "disabled",
  "enforceSSO",
  "enforceSSOExclusions",
  "federatedAppIds",
  "parent",
  "roleInheritance",
];

export const tenantOperations: readonly Operation[] = [
  {
    name: "POST /v1/mgmt/tenant/create",
    access: "management",
    fields: tenantFields,
    run: (call) => {
      const { project, body } = call;
      const tenant = project.tenants.add({
        ...readTenant(call, body),
        id: readString(body, "id") ?? "",
        createdTime: Math.floor(project.clock() / 1000),
        domains: [],
        defaultRoles: [],
        settings: {},
      });
      return { id: tenant.id };
    },
  },
  {
    name: "POST /v1/mgmt/tenant/update",
    access: "management",
    fields: tenantFields,
    run: (call) => {
      const tenant = call.project.tenants.require(requireString(call.body, "id"));
      const { name, parent: _parent, ...rest } = readTenant(call, call.body);
      call.project.tenants.rename(tenant, name);
      Object.assign(tenant, rest);
      return nothing;
    },
  },
  {
    name: "POST /v1/mgmt/tenant/delete",
    access: "management",
    fields: ["id", "cascade"],
    run: (call) => {
      const tenant = call.project.tenants.require(requireString(call.body, "id"));
      remove(call, tenant, readBoolean(call.body, "cascade") ?? false);
      return nothing;
    },
  },
  {
    name: "GET /v1/mgmt/tenant",
    access: "management",
    run: (call) => answerTenant(call, call.project.tenants.require(call.query.get("id") ?? "")),
  },
  {
    name: "GET /v1/mgmt/tenant/all",
    access: "management",
    run: (call) => ({
      tenants: call.project.tenants.all().map((tenant) => answerTenant(call, tenant)),
    }),
  },
  {
    name: "POST /v1/mgmt/tenant/search",
    access: "management",
    fields: [
      "tenantIds",
      "tenantNames",
      "tenantSelfProvisioningDomains",
      "tenantSSODomains",
      "customAttributes",
      "authType",
      "parentTenantId",
      "topLevelOnly",
    ],
    run: (call) => ({ tenants: search(call).map((tenant) => answerTenant(call, tenant)) }),
  },
  {
    name: "GET /v1/mgmt/tenant/settings",
    access: "management",
    run: (call) => answerSettings(call.project.tenants.require(call.query.get("id") ?? "")),
  },
  {
    name: "POST /v1/mgmt/tenant/settings",
    access: "management",
    run: (call) => {
      const { body } = call;
      const tenant = call.project.tenants.require(requireString(body, "tenantId"));
      const settings = readSettings(body);
      tenant.domains = readStrings(body, "domains") ?? [];
      tenant.selfProvisioningDomains = readStrings(body, "selfProvisioningDomains") ?? [];
      tenant.authType = readString(body, "authType") ?? tenant.authType;
      tenant.settings = settings;
      return nothing;
    },
  },
  {
    name: "POST /v1/mgmt/tenant/updateDefaultRoles",
    access: "management",
    fields: ["id", "defaultRoles"],
    run: (call) => {
      const tenant = call.project.tenants.require(requireString(call.body, "id"));
      tenant.defaultRoles = readStrings(call.body, "defaultRoles") ?? [];
      return nothing;
    },
  },
];
