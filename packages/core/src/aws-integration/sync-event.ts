/**
 * How the trigger's function and the gateway speak: the body is JSON, and the signature is the HMAC-SHA256, in hex, of the
 * timestamp, a dot and the body.
 */
export const SYNC_EVENT = {
  path: "/v1/sync/events",
  /** Epoch seconds. */
  timestampHeader: "c2d-timestamp",
  /** `v1=` and the signature. */
  signatureHeader: "c2d-signature",
  /** Shortest secret, in characters. */
  minSecretLength: 32,
} as const;

/** A user did something in its pool. Without personal data. */
export interface SyncEvent {
  /** Different in each event, so that one that is sent again is known. */
  readonly id: string;
  readonly userPoolId: string;
  readonly sub: string;
}
