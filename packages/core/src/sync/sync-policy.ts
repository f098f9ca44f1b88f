/** How a sync treats users that are gone from their pool. */
export interface SyncPolicy {
  /**
   * What becomes of their users in the project: `disable` shuts them out and keeps everything; `delete` removes those that a run
   * of this product created, and disables the others; `keep` leaves them as they are.
   */
  readonly gone: "disable" | "delete" | "keep";
  /** Largest share of a pool's known users that may be gone in one go, 0 to 1. At least one user may always be. */
  readonly maxGoneShare: number;
  /** So many users of a pool may be gone whatever the share is, because the operator said so. */
  readonly confirmedGone?: number | undefined;
}
