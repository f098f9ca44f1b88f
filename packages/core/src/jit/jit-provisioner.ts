import type { PoolUser } from "../pool/pool-user.ts";
import type { AbortableOptions } from "../ports/user-pool-source.ts";

/** Somebody whose password Cognito has just confirmed. */
export interface ConfirmedUser {
  readonly userPoolId: string;
  /** The user with its attributes, as they stood in its tokens or were read from the pool. */
  readonly user: PoolUser;
  /** Names of its groups. */
  readonly groups: readonly string[];
  /** What the user signed in with. */
  readonly username: string;
}

/** Why a user whose password is right is not let in by it. */
export type RefusedProvisioning =
  /** Descope's password policy is stricter than that of the pool. */
  | "password-policy"
  /** The rules of the config leave the user out. */
  | "left-out"
  /** Every login ID of the user belongs to somebody else in the project. */
  | "login-id-taken"
  /** The user is disabled in the project, or its pool's rules disable it. */
  | "disabled"
  /** The project refuses what the pool holds of the user. */
  | "refused";

/** What became of a user that was to be provisioned. */
export type ProvisionOutcome =
  | {
      readonly kind: "provisioned";
      readonly operation: "created" | "updated" | "unchanged";
      /** One that the user has in the project: what it signed in with, if that is one. */
      readonly loginId: string;
      /**
       * `set`: the project has the password now. `kept`: it had one before, which stays, whatever the pool's is. In either case
       * the user is signed in by the project and by nobody else.
       */
      readonly password: "set" | "kept";
    }
  | { readonly kind: "refused"; readonly reason: RefusedProvisioning }
  /** No place before the deadline: the same request may be made again after a while. */
  | { readonly kind: "throttled"; readonly retryAfterMs: number }
  /** The project does not answer, or not in a way that says what happened. */
  | { readonly kind: "unavailable" };

/** Options of one provisioning. */
export interface ProvisionOptions extends AbortableOptions {
  /** Until when an answer is of use, on the clock's monotonic scale, in milliseconds. */
  readonly deadline: number;
}

/** Brings users with their passwords into the project: by the same rules as an import, once, however often it is asked. */
export interface JitProvisioner {
  /**
   * Creates or completes the user and sets its password, unless it has one. Never throws for what a vendor answers.
   *
   * A user whose password the project does not take is there afterwards all the same, as an import leaves it: without one.
   *
   * @throws the signal's reason when it is aborted before anything was sent.
   */
  provision(confirmed: ConfirmedUser, password: string, options: ProvisionOptions): Promise<ProvisionOutcome>;
}
