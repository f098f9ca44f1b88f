import type { ApplicationChoices, AttemptLimits, MappingRules, SyncPolicy } from "@cognito-to-descope/core";
import type { AwsKeys, ConsoleEnvironment } from "./env.ts";
import type { StateLocation } from "../state/state-location.ts";
import type { JitConfig } from "./jit-config.ts";
import type { Secret } from "./secret.ts";
import type { SsoConfig } from "./sso/resolve-sso.ts";
import type { WrittenConfig } from "./written-config.ts";

/** One user pool, with everything that is needed to read it. */
export interface SourceConfig {
  readonly userPoolId: string;
  readonly region?: string | undefined;
  readonly profile?: string | undefined;
  readonly awsKeys?: AwsKeys | undefined;
  readonly roleArn?: string | undefined;
  readonly externalId?: string | undefined;
  readonly endpoint?: string | undefined;
  readonly shards?: 1 | 16 | 256 | undefined;
  readonly tenant?: string | undefined;
  readonly tenantName?: string | undefined;
}

/** The project, as it is known to everybody. */
export interface ProjectConfig {
  readonly projectId: string;
  readonly baseUrl?: string | undefined;
}

/** The project, with everything that is needed to write it. */
export interface TargetConfig extends ProjectConfig {
  readonly managementKey: Secret;
  readonly batchSize?: number | undefined;
}

/** The config with the environment and the defaults filled in. */
export interface Config {
  /** Name of the config file; absent when the environment alone says it all. */
  readonly file?: string | undefined;
  readonly sources: readonly SourceConfig[];
  /** Absent for commands that need no project. */
  readonly target?: TargetConfig | undefined;
  /** What events of the pools' triggers are signed with. */
  readonly eventsSecret?: Secret | undefined;
  /** How passwords are checked; for commands that need it. */
  readonly jit?: JitConfig | undefined;
  /** How many tries of a password may fail. */
  readonly attemptLimits: AttemptLimits;
  /** The project, also where there is no key for it. */
  readonly project?: ProjectConfig | undefined;
  readonly rules: MappingRules;
  readonly limits: NonNullable<WrittenConfig["limits"]>;
  readonly sync: {
    readonly gone: SyncPolicy["gone"];
    readonly maxGoneShare: number;
    readonly everySeconds: number;
  };
  readonly sso: SsoConfig;
  /** What becomes of app clients. */
  readonly apps: ApplicationChoices;
  readonly sessions: {
    /** As they are written: relative paths begin at {@link base}. */
    readonly statistics: readonly string[];
    readonly quietDays: number;
  };
  /** Directory that relative paths of the config begin at. */
  readonly base: string;
  /** Who may use the console without a link of the terminal. */
  readonly console?: ConsoleEnvironment | undefined;
  /** Where the state store is. */
  readonly state: StateLocation;
  /** Absolute path of the directory of reports. */
  readonly reportDirectory: string;
  /** Hash of everything that a plan depends on. */
  readonly hash: string;
  /** What the operator should know about how the config came to be. */
  readonly remarks: readonly string[];
}
