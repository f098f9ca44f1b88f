/**
 * What a `c2d.config.ts` imports.
 *
 * @module
 */
export { defineConfig } from "./config/define-config.ts";
export type * from "./config/written-config.ts";
export type { NewProjectUser, PoolUser, UserTransform } from "@cognito-to-descope/core";
