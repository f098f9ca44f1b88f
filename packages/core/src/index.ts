/**
 * The domain of a migration from Amazon Cognito to Descope: mapping, plan, run and reconcile.
 *
 * The words are defined in `terminology.md` beside this file. Nothing in this package touches the outside: time,
 * hashing, the pool, the project and the store come in through the ports.
 *
 * @module
 */
export {
  type Assessment,
  assessPool,
  type AssessQuotas,
  type StepDuration,
  type StrategyFit,
} from "./assess/assess-pool.ts";
export * from "./errors.ts";
export type * from "./findings/finding.ts";
export { FINDING_RULES, type FindingRule } from "./findings/rules.ts";
export { createRateLimiter, type Permit, type RateLimit, type RateLimiter } from "./limits/rate-limiter.ts";
export { foldLoginId } from "./mapping/fold-login-id.ts";
export { isReadGroup } from "./mapping/group-mapping.ts";
export { mapUser, type MappedUser, type SourceMapping } from "./mapping/map-user.ts";
export * from "./mapping/rules.ts";
export type * from "./plan/plan.ts";
export { observeUsers, type ObservedAttribute, type PoolObservation, type PoolObserver } from "./pool/observe-users.ts";
export type * from "./pool/pool-snapshot.ts";
export type * from "./pool/pool-user.ts";
export type * from "./ports/clock.ts";
export type * from "./ports/digest.ts";
export type * from "./ports/project-target.ts";
export type * from "./ports/state-store.ts";
export type * from "./ports/user-pool-source.ts";
export type * from "./project/project-snapshot.ts";
export type * from "./project/project-user.ts";
export { compareUser, type FieldDifference, type UserComparison } from "./reconcile/compare-user.ts";
export { reconcileRun } from "./reconcile/reconcile-run.ts";
export { type SignInTest, testSignIns } from "./reconcile/test-sign-ins.ts";
export { applyPlan } from "./run/apply-plan.ts";
export { openRun, planRun } from "./run/plan-run.ts";
export type * from "./run/run.ts";
export { runConcurrently } from "./run/run-concurrently.ts";
export type * from "./run/run-context.ts";
export { planSync } from "./sync/plan-sync.ts";
export type * from "./sync/sync-policy.ts";
