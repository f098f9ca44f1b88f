import type { BucketName } from "./endpoints.ts";

/** What a target did on its own, for progress and logs. Holds no personal data and no secret. */
export type TargetEvent =
  /** The project refused a request for its rate; it is sent again after the wait. */
  | {
      readonly type: "throttled";
      readonly operation: string;
      readonly bucket: BucketName;
      readonly waitMs: number;
      /** Whether the project said how long to wait. */
      readonly announced: boolean;
    }
  /** A request that may be repeated failed and is sent again after the delay. */
  | {
      readonly type: "retried";
      readonly operation: string;
      readonly bucket: BucketName;
      /** The try that failed, from 1. */
      readonly attempt: number;
      readonly delayMs: number;
      /** HTTP status or connection error code. */
      readonly reason: string;
    }
  /** The project takes no search page as large as was asked for. */
  | { readonly type: "page-reduced"; readonly from: number; readonly to: number }
  /** The project has no batch patch: users are patched one by one. */
  | { readonly type: "batch-patch-missing" }
  /** A batch answer had remarks that belong to no user of the batch. */
  | { readonly type: "remarks-unassigned"; readonly count: number }
  /** A test user could not be removed. */
  | { readonly type: "test-user-left"; readonly userId: string };

/** Takes events; must not throw. */
export type TargetEventListener = (event: TargetEvent) => void;
