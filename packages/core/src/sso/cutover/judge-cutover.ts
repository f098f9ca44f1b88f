import type { ConnectionTally } from "../bridge/tally-decisions.ts";
import type { Connection } from "../connection.ts";
import type { SsoCheck } from "../verify-sso.ts";
import { type CutoverStage, stageAfter } from "./cutover-stage.ts";

/** What speaks for a cut-over, and against it. */
export interface CutoverEvidence {
  readonly connection: Connection;
  /** Epoch milliseconds at which the connection came to its stage. */
  readonly since: number;
  /** Epoch milliseconds. */
  readonly now: number;
  /** What the tests of the connection said just now: see `verifyConnection`. */
  readonly checks: readonly SsoCheck[];
  /** Decisions of the bridge since the connection came to its stage. */
  readonly tally: ConnectionTally;
}

/** How much is asked for. */
export interface CutoverPolicy {
  /** Log-only decisions that must be there. @defaultValue 1 */
  readonly minDecisions: number;
  /** Share of log-only decisions that must agree, from 0 to 1. @defaultValue 1 */
  readonly minAgreement: number;
  /** Sign-ins that Descope must have taken after the switch. @defaultValue 1 */
  readonly minSignIns: number;
  /** Milliseconds without a sign-in at Cognito before a connection counts as verified. @defaultValue 24 hours */
  readonly quietMs: number;
}

/** What is asked for unless told otherwise. */
export const CUTOVER_POLICY: CutoverPolicy = { minDecisions: 1, minAgreement: 1, minSignIns: 1, quietMs: 86_400_000 };

/** One condition of a step. */
export type CutoverGate =
  /** Responses of the connection can be bridged at all. */
  | "bridgeable"
  /** Descope's settings are what the connection needs. */
  | "settings-verified"
  /** Somebody signed in through Descope since the settings were written. */
  | "test-sign-in"
  /** The bridge knew whose the responses are that Cognito took. */
  | "decisions-agree"
  /** Users sign in through Descope. */
  | "sign-ins-arrive"
  /** Descope takes most of what it gets. */
  | "sign-ins-succeed"
  /** Nobody signs in through Cognito any more. */
  | "cognito-quiet";

/** What one gate says. */
export interface GateResult {
  readonly gate: CutoverGate;
  readonly open: boolean;
  /** What was found, in words without personal data. */
  readonly detail: string;
  /** Nothing here can tell what the gate asks for: somebody has to look elsewhere. Then it holds nothing up by itself. */
  readonly unknown?: true;
}

/** The next step of a cut-over. */
export interface CutoverStep {
  readonly from: CutoverStage;
  /** Undefined at the end. */
  readonly to: CutoverStage | undefined;
  readonly gates: readonly GateResult[];
  /** Whether every gate is open. */
  readonly allowed: boolean;
}

/** Says which step comes next, and whether it may be taken. */
export function judgeCutover(stage: CutoverStage, evidence: CutoverEvidence, policy: CutoverPolicy): CutoverStep {
  const to = stageAfter(stage);
  const gates = GATES[stage].map((judge) => judge(evidence, policy));
  return { from: stage, to, gates, allowed: to !== undefined && gates.every(({ open }) => open) };
}

type Judge = (evidence: CutoverEvidence, policy: CutoverPolicy) => GateResult;

const bridgeable: Judge = ({ connection }) => {
  const open = ["A", "B", "C", "E"].includes(connection.class) && connection.tenantId !== "";
  const detail = open
    ? `class ${connection.class}`
    : `class ${connection.class}${connection.tenantId === "" ? ", without a tenant" : ""}: its responses cannot be bridged`;
  return { gate: "bridgeable", open, detail };
};

const settingsVerified: Judge = ({ checks }) => {
  const failed = checks.filter(({ check, result }) => check !== "test-sign-in" && result !== "pass");
  const open = checks.length > 0 && failed.length === 0;
  const detail = open ? "every test passes" : failed.map((one) => one.detail).join("; ") || "nobody looked";
  return { gate: "settings-verified", open, detail };
};

const testSignIn: Judge = ({ checks }) => {
  const found = checks.find(({ check }) => check === "test-sign-in");
  return { gate: "test-sign-in", open: found?.result === "pass", detail: found?.detail ?? "nobody looked" };
};

const decisionsAgree: Judge = ({ connection, tally }, { minDecisions, minAgreement }) => {
  if (connection.protocol === "oidc") {
    // Cognito's state says nothing, and no OIDC response begins at the provider: there is nothing to decide.
    return { gate: "decisions-agree", open: true, detail: "an OIDC response leaves nothing to decide" };
  }
  const all = tally.agreed + tally.disagreed;
  const open = all >= minDecisions && tally.agreed >= all * minAgreement;
  const detail = all === 0 ? "no responses yet" : `${tally.agreed} of ${all} log-only decisions`;
  return { gate: "decisions-agree", open, detail };
};

const signInsArrive: Judge = ({ tally }, { minSignIns }) => ({
  gate: "sign-ins-arrive",
  open: tally.acceptedByDescope >= minSignIns,
  detail: `${tally.acceptedByDescope} taken by Descope since the switch`,
});

const signInsSucceed: Judge = ({ tally }) => ({
  gate: "sign-ins-succeed",
  open: tally.toDescope === 0 || tally.acceptedByDescope * 2 > tally.toDescope,
  detail: `${tally.toDescope - tally.acceptedByDescope} of ${tally.toDescope} refused by Descope`,
});

const cognitoQuiet: Judge = ({ connection, tally, since, now }, { quietMs }) => {
  if (connection.protocol === "oidc") {
    // Cognito's state names no connection, so the bridge cannot tell whose response it passes on.
    const waited = `${hoursBetween(since, now)} of ${Math.ceil(quietMs / 3_600_000)} h since the switch`;
    return {
      gate: "cognito-quiet",
      open: now - since >= quietMs,
      unknown: true,
      detail: `${waited}; whose OIDC sign-ins Cognito gets the bridge cannot tell: look at the application`,
    };
  }
  const quietSince = Math.max(tally.lastAtCognito ?? 0, since);
  const detail = `no sign-in there for ${hoursBetween(quietSince, now)} of ${Math.ceil(quietMs / 3_600_000)} h`;
  return { gate: "cognito-quiet", open: now - quietSince >= quietMs, detail };
};

function hoursBetween(from: number, to: number): number {
  return Math.max(0, Math.floor((to - from) / 3_600_000));
}

const GATES: Readonly<Record<CutoverStage, readonly Judge[]>> = {
  cognito: [bridgeable, settingsVerified],
  "log-only": [bridgeable, settingsVerified, testSignIn, decisionsAgree],
  descope: [settingsVerified, signInsArrive, signInsSucceed, cognitoQuiet],
  verified: [],
};
