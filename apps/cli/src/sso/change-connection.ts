import {
  type Clock,
  type Connection,
  connectionKey,
  type ConnectionMode,
  type CutoverRecord,
  type CutoverStage,
  MigrationError,
  modeOfStage,
} from "@cognito-to-descope/core";
import { usageError } from "../errors.ts";
import { printable } from "../output/printable.ts";
import type { BridgeFiles } from "./bridge-files.ts";
import { type ChangeAuthor, changeStage, type ChangedStage } from "./modes-file.ts";

/** A change of a connection as the record of a run has it. */
export interface RecordedChange {
  readonly action: "cut-over";
  readonly connection: string;
  readonly stage: CutoverStage;
}

/** On whose behalf a connection is changed. */
export interface Operator extends Omit<ChangeAuthor, "why"> {
  /** Puts the change on the record of a run, once it is made. What keeps it from there is its own business: it does not throw. */
  readonly record: (change: RecordedChange) => Promise<void>;
}

/**
 * Sets the mode of a connection, without gates.
 *
 * @throws MigrationError `ERR_USAGE` when the bridge cannot hand the connection to Descope, and those of {@link changeStage}.
 */
export async function setMode(
  files: BridgeFiles,
  connection: Connection,
  mode: ConnectionMode,
  operator: Operator,
  clock: Clock,
): Promise<ChangedStage> {
  if (connection.tenantId === "" && mode !== "cognito") {
    throw usageError(
      `the bridge cannot hand ${printable(connection.name)} to Descope, because it is of class ${connection.class} or has no tenant`,
      "c2d sso assess says what moving it takes",
    );
  }
  const decide = ({ stage }: CutoverRecord): CutoverStage | undefined =>
    modeOfStage(stage) === mode ? undefined : mode;
  return await change(files, connection, { decide, operator, why: "mode", clock });
}

/**
 * Takes a connection one stage further, if it still is where the gates were judged.
 *
 * @param judged - Where it was then.
 * @throws MigrationError `ERR_MODE_CHANGED` when somebody else changed it meanwhile, and those of {@link changeStage}.
 */
export async function takeStep(
  files: BridgeFiles,
  connection: Connection,
  { judged, to }: { readonly judged: CutoverRecord; readonly to: CutoverStage },
  operator: Operator,
  clock: Clock,
): Promise<ChangedStage> {
  const decide = ({ stage, since }: CutoverRecord): CutoverStage => {
    if (stage === judged.stage && since === judged.since) return to;
    throw new MigrationError("ERR_MODE_CHANGED", `the connection was changed meanwhile: it is in the stage ${stage}`, {
      suggestion: "look at it again; c2d sso mode and the console show who changed it",
    });
  };
  return await change(files, connection, { decide, operator, why: "step", clock });
}

/**
 * Takes a connection back to Cognito from wherever it is. Nothing is looked at: whoever wants back has a reason.
 *
 * @throws MigrationError those of {@link changeStage}.
 */
export async function takeBack(
  files: BridgeFiles,
  connection: Connection,
  operator: Operator,
  clock: Clock,
): Promise<ChangedStage> {
  return await change(files, connection, { decide: () => "cognito", operator, why: "back", clock });
}

interface Change {
  readonly decide: (before: CutoverRecord) => CutoverStage | undefined;
  readonly operator: Operator;
  readonly why: ChangeAuthor["why"];
  readonly clock: Clock;
}

/** Every change of a connection goes through here, so that each is in the history of modes and on record. */
async function change(
  files: BridgeFiles,
  connection: Connection,
  { decide, operator: { by, through, record }, why, clock }: Change,
): Promise<ChangedStage> {
  const key = connectionKey(connection);
  const done = await changeStage(files, key, decide, { by, through, why }, clock);
  if (done.changed) await record({ action: "cut-over", connection: key, stage: done.after.stage });
  return done;
}
