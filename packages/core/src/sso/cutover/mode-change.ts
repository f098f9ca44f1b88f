import { CUTOVER_STAGES, type CutoverStage } from "./cutover-stage.ts";

/** Who changed the stage of a connection, when and by what. For the record: nothing else is decided by it. */
export interface ModeChange {
  /** Epoch milliseconds; the `since` of the stage that it led to. */
  readonly at: number;
  /** Key of the connection. */
  readonly connection: string;
  readonly from: CutoverStage;
  readonly to: CutoverStage;
  /** Account and machine, or the operator that is signed in: `ana@build-7`. */
  readonly by: string;
  readonly through: ModeChangePlace;
  readonly why: ModeChangeReason;
}

/** Where a change was asked for. */
export type ModeChangePlace = "command" | "console";

/** `step`: all gates were open. `back`: to Cognito, without gates. `mode`: set by name, without gates. */
export type ModeChangeReason = "step" | "back" | "mode";

const PLACES: ReadonlySet<unknown> = new Set<ModeChangePlace>(["command", "console"]);
const REASONS: ReadonlySet<unknown> = new Set<ModeChangeReason>(["step", "back", "mode"]);
const STAGES: ReadonlySet<unknown> = new Set(CUTOVER_STAGES);

/** Reads a change as it was written. Undefined for anything else. */
export function readModeChange(value: unknown): ModeChange | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const change = value as Readonly<Record<keyof ModeChange, unknown>>;
  const isChange =
    typeof change.at === "number" &&
    typeof change.connection === "string" &&
    typeof change.by === "string" &&
    STAGES.has(change.from) &&
    STAGES.has(change.to) &&
    PLACES.has(change.through) &&
    REASONS.has(change.why);
  return isChange ? (value as ModeChange) : undefined;
}
