import type { ConnectionKey } from "../sso/sso-options.ts";
import type { SocialSettings, SsoConfiguration } from "../sso/connection-settings.ts";
import type { SsoPlan } from "../sso/sso-plan.ts";

/** What stands at the place of a connection in the project, at one time. */
export interface SsoImage {
  readonly tenantExists: boolean;
  readonly domains: readonly string[];
  /** Absent when nothing is configured. */
  readonly configuration?: SsoConfiguration;
  /** Absent when there is no such OAuth provider. */
  readonly provider?: SocialSettings;
}

/** What this product did about one connection. */
export interface SsoRecord extends ConnectionKey {
  /** Empty for social providers. */
  readonly tenantId: string;
  readonly ssoId: string;
  /** ID of an OAuth provider of the project; empty for connections of tenants. */
  readonly providerId: string;
  /**
   * `applying`: about to be written, or written without an answer. `applied`: read back. `rolled-back`: as it was before.
   */
  readonly state: "applying" | "applied" | "rolled-back";
  /** Epoch milliseconds of the last change of {@link state}. */
  readonly at: number;
  /** Before the first write since the last rollback. */
  readonly before: SsoImage;
  /** As it was read back after the last write. */
  readonly after?: SsoImage;
  /** Changes when the client's secret does. Nothing can be read out of it. */
  readonly secretMark?: string;
}

/** Remembers what was done to the SSO settings of a project, and the last plan. */
export interface SsoLedger {
  readSsoRecords(projectId: string): Promise<readonly SsoRecord[]>;
  /** Outlives a loss of power. Replaces the connection's record. */
  putSsoRecord(projectId: string, record: SsoRecord): Promise<void>;
  /** The plan that was made last and not applied yet; undefined when there is none. */
  readSsoPlan(projectId: string): Promise<SsoPlan | undefined>;
  /** Undefined takes the plan away. */
  putSsoPlan(projectId: string, plan: SsoPlan | undefined): Promise<void>;
}
