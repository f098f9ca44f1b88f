import { DEFAULT_RULES, type MappingRules } from "../src/mapping/rules.ts";
import type { SourceMapping } from "../src/mapping/map-user.ts";
import type { PoolGroup, PoolSnapshot } from "../src/pool/pool-snapshot.ts";
import type { PoolUser } from "../src/pool/pool-user.ts";
import type { ProjectSnapshot } from "../src/project/project-snapshot.ts";
import type { NewProjectUser, ProjectUser } from "../src/project/project-user.ts";

export const SUB = "7c4b0a52-9f4e-4d61-8a6f-3c2a1d5e7b90";

/** A confirmed user with a verified address; `attributes` are added to its own. */
export function poolUser(
  change: Partial<Omit<PoolUser, "attributes">> & { readonly attributes?: Readonly<Record<string, string>> } = {},
): PoolUser {
  return {
    sub: SUB,
    username: "ada",
    enabled: true,
    status: "CONFIRMED",
    createdAt: 1_600_000_000_123,
    modifiedAt: 1_600_000_000_456,
    ...change,
    attributes: change.attributes ?? { email: "ada@example.com", email_verified: "true" },
  };
}

export function poolGroup(name: string, change: Partial<PoolGroup> = {}): PoolGroup {
  return { name, description: "", ...change };
}

export function poolSnapshot(change: Partial<PoolSnapshot> = {}): PoolSnapshot {
  return {
    userPoolId: "eu-west-1_Abc123",
    name: "customers",
    region: "eu-west-1",
    estimatedUsers: 1,
    schema: [],
    usernameAttributes: [],
    aliasAttributes: [],
    caseSensitive: false,
    mfa: { configuration: "OFF", sms: false, totp: false, email: false, passkeys: false },
    passwordPolicy: {
      minimumLength: 8,
      requireLowercase: true,
      requireUppercase: true,
      requireNumbers: true,
      requireSymbols: true,
    },
    triggers: {},
    tier: "ESSENTIALS",
    appClients: [],
    identityProviders: [],
    groups: [],
    ...change,
  };
}

export function mappingRules(change: Partial<MappingRules> = {}): MappingRules {
  return { ...DEFAULT_RULES, ...change };
}

export function sourceMapping(change: Partial<SourceMapping> = {}): SourceMapping {
  return { pool: poolSnapshot(), rules: mappingRules(), attributes: new Map(), groups: new Map(), ...change };
}

export function projectSnapshot(change: Partial<ProjectSnapshot> = {}): ProjectSnapshot {
  return { projectId: "P2Test", attributes: [], roles: [], tenants: [], ...change };
}

export function newUser(change: Partial<NewProjectUser> = {}): NewProjectUser {
  return {
    loginId: "ada@example.com",
    additionalLoginIds: [],
    email: "ada@example.com",
    verifiedEmail: true,
    verifiedPhone: false,
    status: "enabled",
    roleNames: [],
    userTenants: [],
    customAttributes: { cognitoSub: SUB, cognitoUsername: "ada", freshlyMigrated: true },
    createdTime: 1_600_000_000,
    ...change,
  };
}

export function projectUser(change: Partial<ProjectUser> = {}): ProjectUser {
  return {
    userId: "U2ada",
    loginIds: ["ada@example.com"],
    email: "ada@example.com",
    phone: "",
    verifiedEmail: true,
    verifiedPhone: false,
    name: "",
    givenName: "",
    middleName: "",
    familyName: "",
    picture: "",
    status: "enabled",
    roleNames: [],
    userTenants: [],
    customAttributes: {},
    createdTime: 1_600_000_000,
    ...change,
  };
}
