import type { PoolSnapshot } from "./pool-snapshot.ts";

/** How users sign in to a pool: its own settings, without what it holds. */
export interface PoolSignIn extends Omit<PoolSnapshot, "appClients" | "identityProviders" | "groups"> {
  /** Threat protection (once: advanced security): `OFF`, `AUDIT`, `ENFORCED`. */
  readonly threatProtection: string;
  /** Whether devices are remembered, so that a sign-in from another one is challenged. */
  readonly remembersDevices: boolean;
  /** First factors of the choice-based sign-in: `PASSWORD`, `EMAIL_OTP`, …; empty when the pool does not say. */
  readonly firstFactors: readonly string[];
  /** Who sends mail: `COGNITO_DEFAULT` (few a day) or `DEVELOPER`; empty when the pool does not say. */
  readonly emailSender: string;
  /** Kind of the verification message: `CONFIRM_WITH_CODE`, `CONFIRM_WITH_LINK`; empty when the pool does not say. */
  readonly verificationMessage: string;
}
