import type { SourceOperation } from "./operations.ts";

/** Something worth showing that was handled. Holds no personal data. */
export type CognitoSourceEvent =
  /** Cognito refused a request for its rate; it is sent again after `waitMs`. */
  | {
      readonly type: "throttled";
      readonly operation: SourceOperation;
      /** How often this request was throttled so far. */
      readonly times: number;
      readonly waitMs: number;
    }
  /** A request failed and is sent again after `waitMs`. */
  | {
      readonly type: "retried";
      readonly operation: SourceOperation;
      /** Number of the attempt that failed, from 1. */
      readonly attempt: number;
      readonly waitMs: number;
      /** `ECONNRESET`, `timeout`, `InternalErrorException`, … */
      readonly reason: string;
    }
  /** The endpoint has no such operation and that is tolerated: this part of the snapshot is empty. */
  | {
      readonly type: "operation-missing";
      readonly operation: SourceOperation;
      readonly reason: string;
    }
  /** An app client, identity provider or group was deleted while it was being read; it is left out. */
  | { readonly type: "vanished"; readonly operation: SourceOperation }
  /** A page was answered twice; the repetition is left out. */
  | { readonly type: "page-repeated"; readonly operation: SourceOperation };

/** Hears events. Called synchronously; must not throw. */
export type CognitoSourceListener = (event: CognitoSourceEvent) => void;
