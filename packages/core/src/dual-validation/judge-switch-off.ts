import type { VerifierUse } from "./token-use.ts";

/** One condition for switching Cognito off, as far as tokens tell. */
export type SwitchOffGate =
  /** Every back end that is known of was heard of within a day, and every place can be read. */
  | "back-ends-heard"
  /** Tokens of Descope are accepted. */
  | "descope-accepted"
  /** No back end has accepted a token of Cognito for as long as was asked for. */
  | "cognito-quiet";

/** What one gate says. */
export interface SwitchOffResult {
  readonly gate: SwitchOffGate;
  readonly open: boolean;
  /** What was found, in words without personal data. */
  readonly detail: string;
}

/** Whether Cognito may be switched off, as far as tokens tell. */
export interface SwitchOff {
  readonly allowed: boolean;
  readonly gates: readonly SwitchOffResult[];
}

/** What is judged. */
export interface SwitchOffEvidence {
  readonly verifiers: readonly VerifierUse[];
  /** Places that could not be read. */
  readonly unreadable: number;
  /** Epoch milliseconds. */
  readonly now: number;
  /** Days without a token of Cognito that are asked for. */
  readonly quietDays: number;
}

const DAY_MS = 86_400_000;

/** Says whether Cognito may be switched off, as far as tokens tell. Tokens outlive sign-ins: who has none left is not known here. */
export function judgeSwitchOff({ verifiers, unreadable, now, quietDays }: SwitchOffEvidence): SwitchOff {
  const gates = [
    heard(verifiers, unreadable, now),
    descopeAccepted(verifiers),
    cognitoQuiet(verifiers, now, quietDays),
  ];
  return { allowed: gates.every(({ open }) => open), gates };
}

function heard(verifiers: readonly VerifierUse[], unreadable: number, now: number): SwitchOffResult {
  const gate = "back-ends-heard";
  if (verifiers.length === 0) return { gate, open: false, detail: "no back end has reported" };
  const silent = verifiers.filter(({ lastHeard }) => now - lastHeard > DAY_MS).length;
  const open = silent === 0 && unreadable === 0;
  const parts = [
    ...(silent === 0 ? [] : [`${silent} of ${verifiers.length} not heard of for a day`]),
    ...(unreadable === 0 ? [] : [`${unreadable} ${unreadable === 1 ? "place" : "places"} cannot be read`]),
  ];
  return {
    gate,
    open,
    detail: open
      ? `${verifiers.length === 1 ? "" : `all ${verifiers.length} `}heard of within a day`
      : parts.join(", "),
  };
}

function descopeAccepted(verifiers: readonly VerifierUse[]): SwitchOffResult {
  const count = verifiers.reduce((sum, { accepted }) => sum + accepted.descope, 0);
  return { gate: "descope-accepted", open: count > 0, detail: `${count} tokens of Descope accepted` };
}

function cognitoQuiet(verifiers: readonly VerifierUse[], now: number, quietDays: number): SwitchOffResult {
  const gate = "cognito-quiet";
  if (verifiers.length === 0) return { gate, open: false, detail: "nobody knows" };
  // A back end that has never seen one has been quiet since it was first heard of. The least quiet one decides.
  const since = Math.max(...verifiers.map(({ lastAccepted, firstHeard }) => lastAccepted.cognito ?? firstHeard));
  const days = Math.max(0, Math.floor((now - since) / DAY_MS));
  return {
    gate,
    open: now - since >= quietDays * DAY_MS,
    detail: `no token of Cognito for ${days} of ${quietDays} days`,
  };
}
