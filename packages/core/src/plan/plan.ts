import type { UserFinding } from "../findings/finding.ts";
import type { AttributeDefinition, Role, Tenant } from "../project/project-snapshot.ts";
import type { NewProjectUser, ProjectUser, ProjectUserPatch } from "../project/project-user.ts";

/** What apply does to a user: create, patch an existing one, nothing because all is there, leave it out, or delete. */
export type PlanOperation = "create" | "patch" | "none" | "skip" | "delete";

/** What apply would do to one source user, and why. */
export interface PlanItem {
  /** Number of the source user in its run, from 1. Users that are gone from the pool come after those that were read. */
  readonly seq: number;
  /** Index into the sources of the run. */
  readonly source: number;
  readonly sub: string;
  /** Which kind of user it is; see {@link UserKind}. */
  readonly kind: UserKind;
  readonly operation: PlanOperation;
  /** Why, in words without personal data. */
  readonly reason: string;
  /** The user as it should be in the target; absent when it is left out for lack of anything to import. */
  readonly planned?: NewProjectUser;
  /** The changes, for the operation `patch`. */
  readonly patch?: ProjectUserPatch;
  /** The user as it is in the target now, for `patch`, `none` and `delete`. */
  readonly existing?: ProjectUser;
  /** The `sub` of the user that this one was merged into. */
  readonly mergedInto?: string;
  /** The `sub`s of the users that were merged into this one. */
  readonly mergedSubs?: readonly string[];
  /** Hash of what the source user and its groups map to, before anybody else is looked at: it changes when they do. */
  readonly contentHash?: string;
  /** The login IDs that the user wants by itself, folded, where it does not get all of them. */
  readonly wantedLoginIds?: readonly string[];
  /** Somebody in the project is in the way of what the user wants. That may change without the pool, so a sync decides anew. */
  readonly undecided?: boolean;
  /** The user is in the pool no more. */
  readonly gone?: boolean;
  /** An earlier run created the user: then it has what was planned and nothing else. */
  readonly ours?: boolean;
  readonly findings: readonly UserFinding[];
}

/** Kinds of users that behave differently at sign-in, for reports and for test sign-ins. */
export type UserKind =
  | "native"
  | "federated"
  | "linked"
  | "disabled"
  | "unconfirmed"
  | "must-set-password"
  | "phone-only"
  | "username-only"
  | "retired";

/** Definitions that apply creates before any user, and those that are there already. */
export interface PlanDefinitions {
  readonly attributes: DefinitionPlan<AttributeDefinition>;
  readonly roles: DefinitionPlan<Role>;
  readonly tenants: DefinitionPlan<Tenant>;
}

/** One kind of definition. */
export interface DefinitionPlan<T> {
  readonly create: readonly T[];
  readonly unchanged: readonly T[];
  /** Definitions that a rollback removes once no user holds them. Those that it leaves are unchanged. */
  readonly remove?: readonly T[];
}

/** How many users the plan touches, by operation. */
export interface PlanCounts {
  readonly read: number;
  readonly create: number;
  readonly patch: number;
  readonly none: number;
  readonly skip: number;
  readonly delete: number;
}

/** How many users of one source the plan touches. */
export interface SourceCounts extends PlanCounts {
  /** The tenant of the source, where it has one. */
  readonly tenant?: string;
  /** Of those that are left out: users that become part of another user. */
  readonly merged: number;
}
