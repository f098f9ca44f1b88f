import type { PoolAnswer } from "./ask-pool.ts";
import type { JitProvisioner, ProvisionOutcome, RefusedProvisioning } from "./jit-provisioner.ts";
import type { NextStep, Verdict, VerdictDetails, VerdictName } from "./verdict.ts";

/** Whom to bring into the project. */
export interface SignedIn {
  /** With a right password. */
  readonly answer: PoolAnswer;
  /** The name as pools know it. */
  readonly name: string;
  readonly password: string;
  readonly provisioner: JitProvisioner;
  readonly deadline: number;
}

/** What came of it. */
export interface ProvisionedVerdict {
  readonly verdict: Verdict;
  readonly details: Pick<VerdictDetails, "provisioned">;
}

const REFUSED: Readonly<Record<RefusedProvisioning, readonly [VerdictName, NextStep]>> = {
  "password-policy": ["reset_required", "reset-password"],
  "left-out": ["disabled", "stop"],
  "login-id-taken": ["disabled", "stop"],
  disabled: ["disabled", "stop"],
  refused: ["disabled", "stop"],
};

/** Brings a user whose password is right into the project, and says what that comes to. */
export async function provisionSignedIn(signedIn: SignedIn): Promise<ProvisionedVerdict> {
  const { answer, name, password, provisioner, deadline } = signedIn;
  const { judgement, pool, known } = answer;
  const { verdict, reason } = judgement;
  if (pool === undefined || known === undefined) {
    // Nothing is known of the user but that the password is right, or it is not one to be carried over.
    const next = judgement.meaning === "second-factor" ? "reset-password" : judgement.next;
    return { verdict: { verdict, next, reason }, details: {} };
  }
  const outcome: ProvisionOutcome = await provisioner
    .provision({ userPoolId: pool.userPoolId, ...known, username: name }, password, { deadline })
    // The next sign-in asks Cognito again, and works.
    .catch((): ProvisionOutcome => ({ kind: "unavailable" }));
  if (outcome.kind === "provisioned") {
    const kept = outcome.password === "kept" && reason === "password-right";
    return {
      verdict: { verdict, next: judgement.next, reason: kept ? "moved-before" : reason, loginId: outcome.loginId },
      details: { provisioned: outcome.operation },
    };
  }
  return { verdict: verdictOf(outcome), details: {} };
}

function verdictOf(outcome: Exclude<ProvisionOutcome, { readonly kind: "provisioned" }>): Verdict {
  if (outcome.kind === "refused") {
    const [verdict, next] = REFUSED[outcome.reason];
    return { verdict, next, reason: outcome.reason === "refused" ? "refused-by-project" : outcome.reason };
  }
  if (outcome.kind === "throttled") {
    const retryAfterSeconds = Math.max(1, Math.ceil(outcome.retryAfterMs / 1000));
    return { verdict: "throttled", next: "retry-later", reason: "project-busy", retryAfterSeconds };
  }
  return { verdict: "unavailable", next: "retry-later", reason: "project-unavailable", retryAfterSeconds: 5 };
}
