import {
  type Connection,
  type ConnectionTally,
  CUTOVER_POLICY,
  type CutoverPolicy,
  type CutoverRecord,
  type CutoverStep,
  judgeCutover,
  type SsoCheck,
} from "@cognito-to-descope/core";

/** How much is asked for, as an operator says it. */
export interface AskedFor {
  readonly minDecisions?: number | undefined;
  /** From 0 to 1. */
  readonly minAgreement?: number | undefined;
  readonly minSignIns?: number | undefined;
  readonly quietHours?: number | undefined;
}

/** What a step is judged by. */
export interface StepEvidence {
  readonly connection: Connection;
  readonly record: CutoverRecord;
  /** Runs the tests of the connection. Asked only where a step has a gate for them. */
  readonly runChecks: () => Promise<readonly SsoCheck[]>;
  /** Decisions since the connection came to its stage. */
  readonly tally: ConnectionTally;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** Says which step comes next for a connection, and which of its gates are open. */
export async function judgeConnection(evidence: StepEvidence, askedFor: AskedFor = {}): Promise<CutoverStep> {
  const { connection, record, runChecks, tally, now } = evidence;
  const checks = record.stage === "verified" ? [] : await runChecks();
  return judgeCutover(record.stage, { connection, since: record.since, now, checks, tally }, policyOf(askedFor));
}

function policyOf({ minDecisions, minAgreement, minSignIns, quietHours }: AskedFor): CutoverPolicy {
  return {
    minDecisions: minDecisions ?? CUTOVER_POLICY.minDecisions,
    minAgreement: minAgreement ?? CUTOVER_POLICY.minAgreement,
    minSignIns: minSignIns ?? CUTOVER_POLICY.minSignIns,
    quietMs: quietHours === undefined ? CUTOVER_POLICY.quietMs : quietHours * 3_600_000,
  };
}
