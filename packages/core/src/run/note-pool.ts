import type { Findings } from "../findings/findings.ts";
import type { PoolObservation } from "../pool/observe-users.ts";
import type { PoolSnapshot } from "../pool/pool-snapshot.ts";

/** Share by which the number of users read may differ from Cognito's estimate before it is worth a note. */
const ESTIMATE_TOLERANCE = 0.05;

/** Adds the findings about a pool as a whole: what cannot move, and what must be rebuilt. */
export function notePool(pool: PoolSnapshot, observation: PoolObservation, findings: Findings): void {
  if (observation.users === 0) findings.add("pool-empty", pool.userPoolId);
  else if (Math.abs(observation.users - pool.estimatedUsers) > pool.estimatedUsers * ESTIMATE_TOLERANCE) {
    findings.add(
      "pool-count-differs",
      `${pool.userPoolId}: ${observation.users} read, about ${pool.estimatedUsers} estimated`,
    );
  }
  if (pool.caseSensitive) findings.add("pool-case-sensitive", pool.userPoolId);
  if (observation.native + observation.linked > 0) findings.add("passwords-not-exportable", pool.userPoolId);
  if (pool.mfa.totp) findings.add("mfa-not-exportable", "TOTP");
  if (pool.mfa.passkeys) findings.add("mfa-not-exportable", "passkeys");
  for (const trigger of Object.keys(pool.triggers)) {
    if (trigger === "UserMigration") findings.add("user-migration-trigger", pool.userPoolId);
    findings.add("trigger-not-migrated", trigger);
  }
  for (const provider of pool.identityProviders) {
    findings.add("connection-not-migrated", `${provider.name} (${provider.type})`);
  }
}
