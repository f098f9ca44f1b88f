import type { WrittenJit } from "./written-jit.ts";
import type {
  AttributeRule,
  GroupRule,
  LoginIdSource,
  MappingRules,
  SyncPolicy,
  UserTransform,
} from "@cognito-to-descope/core";
import type { WrittenApps } from "./apps/written-apps.ts";
import type { WrittenSso } from "./sso/written-sso.ts";

/** The config as it is written. Everything is optional: the environment alone is enough. */
export interface WrittenConfig {
  /** Where an editor finds the schema of this file. */
  readonly $schema?: string | undefined;
  /** The user pool to read. */
  readonly source?: WrittenSource | undefined;
  /** The user pools to read, instead of {@link source}. */
  readonly sources?: readonly WrittenSource[] | undefined;
  /** The Descope project to write. */
  readonly target?: WrittenTarget | undefined;
  /** How users of a pool become users of a project. */
  readonly mapping?: WrittenMapping | undefined;
  /** Quotas to keep instead of the published ones. */
  readonly limits?: WrittenLimits | undefined;
  /** How `c2d sync` follows the pools. */
  readonly sync?: WrittenSync | undefined;
  /** How the pools' connections become SSO settings. With it, empty or not, users get the tenant of their connection. */
  readonly sso?: WrittenSso | undefined;
  /** What becomes of the pools' app clients. */
  readonly apps?: WrittenApps | undefined;
  /** How `c2d gateway --jit` checks passwords at the first sign-in. */
  readonly jit?: WrittenJit | undefined;
  /** Where back ends say which tokens they still get. */
  readonly sessions?: WrittenSessions | undefined;
  /** State file, or URL of a PostgreSQL database without its password. @defaultValue `C2D_STATE`, or `.c2d/state.db` */
  readonly state?: string | undefined;
  readonly report?:
    | {
        /** Where reports are written. @defaultValue `.c2d/reports` */
        readonly directory?: string | undefined;
      }
    | undefined;
}

/** A user pool. Credentials come from the environment. */
export interface WrittenSource {
  /** @defaultValue `COGNITO_USER_POOL_ID` */
  readonly userPoolId?: string | undefined;
  /** @defaultValue the region that the user pool ID begins with */
  readonly region?: string | undefined;
  /** Profile of the shared AWS config files. @defaultValue `AWS_PROFILE` */
  readonly profile?: string | undefined;
  /** Role to assume, for a pool of another AWS account. */
  readonly roleArn?: string | undefined;
  /** External ID that the role's trust policy asks for. */
  readonly externalId?: string | undefined;
  /** Takes the place of Cognito's endpoint. @defaultValue `AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER` */
  readonly endpoint?: string | undefined;
  /** In how many parts the users are listed at the same time: 1, 16 or 256. @defaultValue 1 */
  readonly shards?: 1 | 16 | 256 | undefined;
  /** Descope tenant that every user of this pool belongs to. */
  readonly tenant?: string | undefined;
  /** Name of the tenant, where it has to be created. @defaultValue its ID */
  readonly tenantName?: string | undefined;
}

/** A Descope project. The management key comes from the environment. */
export interface WrittenTarget {
  /** @defaultValue `DESCOPE_PROJECT_ID` */
  readonly projectId?: string | undefined;
  /** @defaultValue `DESCOPE_BASE_URL`, or the host of the project's region */
  readonly baseUrl?: string | undefined;
  /** Users per batch. @defaultValue 100 */
  readonly batchSize?: number | undefined;
}

/** Mapping rules; see {@link MappingRules}. */
export interface WrittenMapping {
  readonly loginIds?: "auto" | readonly LoginIdSource[] | undefined;
  readonly attributes?: Readonly<Record<string, AttributeRule>> | undefined;
  readonly groups?: readonly GroupRule[] | undefined;
  readonly roleScope?: MappingRules["roleScope"] | undefined;
  readonly providerGroups?: MappingRules["providerGroups"] | undefined;
  readonly unconfirmed?: MappingRules["unconfirmed"] | undefined;
  readonly federated?: MappingRules["federated"] | undefined;
  readonly connectionTenants?: Readonly<Record<string, string>> | undefined;
  readonly noContact?: MappingRules["noContact"] | undefined;
  readonly duplicates?: MappingRules["duplicates"] | undefined;
  readonly samePerson?: MappingRules["samePerson"] | undefined;
  readonly existing?: MappingRules["existing"] | undefined;
  readonly freshlyMigrated?: boolean | undefined;
  /** In a `.ts` config only. */
  readonly transform?: UserTransform | undefined;
}

/** What `c2d sync` does about users that are gone, and how often it looks. */
export interface WrittenSync {
  /**
   * Users that are gone from their pool: shut out and kept, deleted where a run created them, or left alone.
   *
   * @defaultValue `disable`
   */
  readonly gone?: SyncPolicy["gone"] | undefined;
  /** Largest share of a pool's known users that may be gone in one go, 0 to 1. @defaultValue 0.02 */
  readonly maxGoneShare?: number | undefined;
  /** Seconds from the end of one pass of `--watch` to the start of the next. @defaultValue 300 */
  readonly everySeconds?: number | undefined;
}

/** Where the statistics of verifiers are, and how long Cognito must have been quiet. */
export interface WrittenSessions {
  /**
   * URLs, files (`.json` with the newest statistics, `.jsonl` with one snapshot after another) and directories of such files; a URL
   * may also be the metrics of a gateway. Relative paths begin at the config's directory.
   */
  readonly statistics?: readonly string[] | undefined;
  /** Days without a token of Cognito before it may be switched off. @defaultValue 30 */
  readonly quietDays?: number | undefined;
}

/** Requests allowed in any window of so many milliseconds. */
export interface WrittenRate {
  readonly requests: number;
  readonly windowMs: number;
}

/** A rate, with how long everything is refused after it was exceeded. */
export interface WrittenBucket extends WrittenRate {
  /** @defaultValue the window */
  readonly penaltyMs?: number | undefined;
}

/** Quotas by vendor and bucket. */
export interface WrittenLimits {
  readonly cognito?:
    | {
        /** @defaultValue 30 in 1 s */
        readonly UserList?: WrittenRate | undefined;
        /** @defaultValue 15 in 1 s */
        readonly UserPoolClientRead?: WrittenRate | undefined;
        /** @defaultValue 15 in 1 s */
        readonly UserPoolRead?: WrittenRate | undefined;
        /** @defaultValue 20 in 1 s */
        readonly UserPoolResourceRead?: WrittenRate | undefined;
        /** @defaultValue 50 in 1 s */
        readonly UserResourceRead?: WrittenRate | undefined;
        /** @defaultValue 120 in 1 s */
        readonly UserAuthentication?: WrittenRate | undefined;
        /** @defaultValue 120 in 1 s */
        readonly UserRead?: WrittenRate | undefined;
        /** @defaultValue 25 in 1 s */
        readonly UserUpdate?: WrittenRate | undefined;
        /** @defaultValue 5 in 1 s */
        readonly perPoolOperation?: WrittenRate | undefined;
      }
    | undefined;
  readonly descope?:
    | {
        /** @defaultValue 100 in 60 s */
        readonly "user-create"?: WrittenBucket | undefined;
        /** @defaultValue 200 in 60 s */
        readonly "user-update"?: WrittenBucket | undefined;
        /** @defaultValue 500 in 60 s */
        readonly "user-other"?: WrittenBucket | undefined;
        /** @defaultValue 1000 in 10 s */
        readonly general?: WrittenBucket | undefined;
      }
    | undefined;
}
