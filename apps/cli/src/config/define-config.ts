import type { WrittenConfig } from "./written-config.ts";

/**
 * Types a `c2d.config.ts`; gives the config back as it is.
 *
 * @example
 * ```ts
 * import { defineConfig } from "cognito-to-descope";
 *
 * export default defineConfig({
 *   source: { userPoolId: "us-east-1_AbCdEf123" },
 *   mapping: { groups: [{ group: "tenant-*", role: true }] },
 * });
 * ```
 */
export function defineConfig(config: WrittenConfig): WrittenConfig {
  return config;
}
