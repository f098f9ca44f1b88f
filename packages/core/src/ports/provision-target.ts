import type { ProjectPasswordPolicy } from "../project/project-password-policy.ts";
import type { ProjectSnapshot } from "../project/project-snapshot.ts";
import type { NewProjectUser, ProjectUser, ProjectUserPatch } from "../project/project-user.ts";
import type { BatchAnswer } from "./project-target.ts";
import type { AbortableOptions } from "./user-pool-source.ts";

/** Calls that a project counts apart. */
export type ProvisionCall = "search" | "create" | "change";

/** How many calls of a kind the project takes. */
export interface CallQuota {
  /** Calls per {@link windowMs} that are allowed now: the quota, or less after throttling. */
  readonly allowed: number;
  readonly windowMs: number;
}

/** A user to be created, with the password that it is to have. */
export interface NewCredentialedUser {
  readonly user: NewProjectUser;
  /** In clear. Absent: the user gets none. */
  readonly password?: string | undefined;
}

/**
 * What bringing single users into a project takes of it. Implementations keep the quotas, and give up soon: somebody waits.
 *
 * Faults are thrown as {@link MigrationError}s: `ERR_TARGET_ANSWER_LOST` when a write may or may not have happened,
 * `ERR_TARGET_REFUSED` when the project refused the whole request, `ERR_TARGET_THROTTLED` with the wait that it asked for,
 * `ERR_TARGET_UNAUTHORIZED`, `ERR_TARGET_UNREACHABLE`.
 */
export interface ProvisionTarget {
  readonly projectId: string;
  /** How many users one batch may hold. */
  readonly maxUsersPerBatch: number;
  readSnapshot(options?: AbortableOptions): Promise<ProjectSnapshot>;
  readPasswordPolicy(options?: AbortableOptions): Promise<ProjectPasswordPolicy>;
  /** The users that have any of these login IDs, by a search: what was written a moment ago may be missing. */
  findUsers(loginIds: readonly string[], options?: AbortableOptions): Promise<readonly ProjectUser[]>;
  /** The users whose custom attribute has any of these values, by a search. */
  findUsersByAttribute(
    attribute: string,
    values: readonly string[],
    options?: AbortableOptions,
  ): Promise<readonly ProjectUser[]>;
  /** The user that has this login ID, read directly and not by a search; undefined when there is none. */
  loadUser(loginId: string, options?: AbortableOptions): Promise<ProjectUser | undefined>;
  createUsers(users: readonly NewCredentialedUser[], options?: AbortableOptions): Promise<BatchAnswer>;
  patchUsers(patches: readonly ProjectUserPatch[], options?: AbortableOptions): Promise<BatchAnswer>;
  /** Gives an existing user a password that it need not change. */
  setPassword(loginId: string, password: string, options?: AbortableOptions): Promise<void>;
  quota(call: ProvisionCall): CallQuota;
}
