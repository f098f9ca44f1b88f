import type { AttributeDefinition, ProjectSnapshot, Role, Tenant } from "../project/project-snapshot.ts";
import type { NewProjectUser, ProjectUser, ProjectUserPatch } from "../project/project-user.ts";
import type { AbortableOptions } from "./user-pool-source.ts";

/** One page of the project's users. */
export interface ProjectUserPage {
  readonly users: readonly ProjectUser[];
  /** How many users the project said it has. */
  readonly total: number;
}

/** What a batch did: each user of the request is in one of the lists, or in neither when the answer left them out. */
export interface BatchAnswer {
  readonly done: readonly ProjectUser[];
  readonly refused: readonly RefusedUser[];
}

/** A user that the target refused. */
export interface RefusedUser {
  /** The login IDs by which the target named the user. */
  readonly loginIds: readonly string[];
  /** The target's free text. May hold personal data: never log it as it is. */
  readonly reason: string;
}

/** A session that the target gave a user, with its verified claims. */
export interface SignedIn {
  readonly userId: string;
  /** Verified claims of the session token. */
  readonly claims: Readonly<Record<string, unknown>>;
}

/** Way of a test sign-in: by the management API for real users, by code or link for test users. */
export type SignInMethod = "management" | "otp" | "magic-link";

/**
 * Reads and writes a Descope project. Implementations keep the quotas and wait out throttling.
 *
 * Faults are thrown as {@link MigrationError}s: `ERR_TARGET_ANSWER_LOST` when a write may or may not have happened,
 * `ERR_TARGET_REFUSED` when the target refused the whole request, `ERR_TARGET_UNAUTHORIZED`, `ERR_TARGET_UNREACHABLE`.
 */
export interface ProjectTarget {
  readonly projectId: string;
  /** Attribute definitions, roles and tenants as they are now. */
  readSnapshot(options?: AbortableOptions): Promise<ProjectSnapshot>;
  /** Every user of the project, test users left out. Users written while iterating may appear, not appear, or appear twice. */
  users(options?: AbortableOptions): AsyncIterable<ProjectUserPage>;
  /** The users that have any of these login IDs, by a search: what was written a moment ago may be missing. */
  findUsers(loginIds: readonly string[], options?: AbortableOptions): Promise<readonly ProjectUser[]>;
  /** The users with these user IDs, by a search: what was written a moment ago may be missing. */
  findUsersById(userIds: readonly string[], options?: AbortableOptions): Promise<readonly ProjectUser[]>;
  /** The user that has this login ID, read directly and not by a search; undefined when there is none. */
  loadUser(loginId: string, options?: AbortableOptions): Promise<ProjectUser | undefined>;
  /** The user with this user ID, read directly and not by a search; undefined when there is none. */
  loadUserById(userId: string, options?: AbortableOptions): Promise<ProjectUser | undefined>;

  createAttributes(definitions: readonly AttributeDefinition[], options?: AbortableOptions): Promise<void>;
  createRole(role: Role, options?: AbortableOptions): Promise<void>;
  createTenant(tenant: Tenant, options?: AbortableOptions): Promise<void>;

  /** How many users one batch may hold. */
  readonly maxUsersPerBatch: number;
  createUsers(users: readonly NewProjectUser[], options?: AbortableOptions): Promise<BatchAnswer>;
  patchUsers(patches: readonly ProjectUserPatch[], options?: AbortableOptions): Promise<BatchAnswer>;
  /** Deletes users by user ID. Users that are not there any more count as deleted. */
  deleteUsers(userIds: readonly string[], options?: AbortableOptions): Promise<void>;

  /** Deletes definitions of user attributes, with the values that users have. Those that are not there are no error. */
  deleteAttributes(names: readonly string[], options?: AbortableOptions): Promise<void>;
  /** Deletes a role. One that is not there is no error. */
  deleteRole(role: Pick<Role, "name" | "tenantId">, options?: AbortableOptions): Promise<void>;
  /** Deletes a tenant. One that is not there is no error. */
  deleteTenant(tenantId: string, options?: AbortableOptions): Promise<void>;

  /** Signs a real user in by the management API and verifies the session token. */
  signIn(loginId: string, options?: AbortableOptions): Promise<SignedIn>;
  /** Creates a test user, signs it in by code or link, verifies the session token, and removes the test user again. */
  signInTestUser(
    user: NewProjectUser,
    method: Exclude<SignInMethod, "management">,
    options?: AbortableOptions,
  ): Promise<SignedIn>;
}
