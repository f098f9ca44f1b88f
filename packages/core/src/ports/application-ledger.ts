import type { InboundSettings } from "./inbound-apps.ts";

/** What this product did about one app client. Holds no secret. */
export interface ApplicationRecord {
  readonly userPoolId: string;
  /** Of the app client in Cognito. */
  readonly clientId: string;
  readonly operation: "create" | "update";
  /** `applying`: about to be written, or written without an answer. `applied`: read back. */
  readonly state: "applying" | "applied";
  /** Of the inbound application; empty while it is not known. */
  readonly appId: string;
  /** What the settings were before the first change of ours; absent for an application that we made. */
  readonly before?: InboundSettings;
  /** What they read back as, or what was about to be written. */
  readonly after: InboundSettings;
}

/** Remembers what was done about app clients, for a later apply, verify and rollback. */
export interface ApplicationLedger {
  read(): readonly ApplicationRecord[];
  /** Replaces the record of the same app client. Kept when this returns. */
  put(record: ApplicationRecord): Promise<void>;
  remove(record: Pick<ApplicationRecord, "userPoolId" | "clientId">): Promise<void>;
}
