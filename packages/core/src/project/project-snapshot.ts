/** Everything about a Descope project that a plan depends on, but its users. */
export interface ProjectSnapshot {
  readonly projectId: string;
  /** Definitions of user custom attributes. */
  readonly attributes: readonly AttributeDefinition[];
  /** Roles of the project and of its tenants. */
  readonly roles: readonly Role[];
  readonly tenants: readonly Tenant[];
}

/** Types that a migration writes. A project may hold others, which are kept by name. */
export type AttributeType = "string" | "number" | "boolean";

/** Definition of a user custom attribute. */
export interface AttributeDefinition {
  /** Machine name: 1 to 20 of `[A-Za-z0-9_-]`. */
  readonly name: string;
  /** {@link AttributeType}, or `singleselect`, `multiselect`, `date`, `monthday` where the project has them. */
  readonly type: string;
  readonly displayName: string;
}

/** A role. */
export interface Role {
  /** At most 100 characters. */
  readonly name: string;
  /** At most 254 characters. */
  readonly description: string;
  readonly permissionNames: readonly string[];
  /** The tenant that the role belongs to; absent for a role of the project. */
  readonly tenantId?: string;
}

/** A tenant. */
export interface Tenant {
  readonly id: string;
  readonly name: string;
  /** What it has been given beside its name: `sso`, `domains`, `parent`, … Absent when there is nothing. */
  readonly carries?: readonly string[];
}
