/**
 * The domain of a migration from Amazon Cognito to Descope: mapping, plan, run and reconcile.
 *
 * The words are defined in `terminology.md` beside this file. Nothing in this package touches the outside: time,
 * hashing, the pool, the project and the store come in through the ports.
 *
 * @module
 */
export * from "./errors.ts";
export type * from "./findings/finding.ts";
export { FINDING_RULES, type FindingRule } from "./findings/rules.ts";
export { createRateLimiter, type Permit, type RateLimit, type RateLimiter } from "./limits/rate-limiter.ts";
export { foldLoginId } from "./mapping/fold-login-id.ts";
export type * from "./plan/plan.ts";
export type * from "./pool/pool-snapshot.ts";
export type * from "./pool/pool-user.ts";
export type * from "./ports/clock.ts";
export type * from "./ports/digest.ts";
export type * from "./ports/project-target.ts";
export type * from "./ports/state-store.ts";
export type * from "./ports/user-pool-source.ts";
export type * from "./project/project-snapshot.ts";
export type * from "./project/project-user.ts";
export type * from "./run/run.ts";
