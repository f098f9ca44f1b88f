import type { PasswordCheckPolicy } from "@cognito-to-descope/core";
import type { SourceConfig } from "./config.ts";
import type { Secret } from "./secret.ts";

/** What becomes of a user in its pool once it has moved. */
export type AfterMigrationConfig = "keep" | "disable" | { readonly mark: string };

/** One pool at which passwords are checked. */
export interface JitPoolConfig {
  readonly source: SourceConfig;
  readonly clientId: string;
  readonly clientSecret?: Secret | undefined;
  readonly flow: "public" | "admin";
  readonly readUsers: boolean;
  readonly attributes: "token" | "get-user";
  readonly caseSensitive: boolean;
  readonly domains?: readonly string[] | undefined;
}

/** How passwords are checked, with the environment and the defaults filled in. */
export interface JitConfig {
  readonly pools: readonly JitPoolConfig[];
  readonly tokens: readonly Secret[];
  readonly hmacSecrets: readonly Secret[];
  readonly policy: Partial<PasswordCheckPolicy>;
  readonly afterMigration: AfterMigrationConfig;
  readonly clientAddressHeader?: string | undefined;
}
