import type { ConnectionMode } from "../bridge/connection-mode.ts";

/**
 * How far the cut-over of a connection is.
 *
 * ```
 *  cognito ──▶ log-only ──▶ descope ──▶ verified
 *     ▲           │            │           │
 *     └───────────┴────────────┴───────────┘  back
 * ```
 *
 * Each step forward has gates, and no stage is left out. The way back leads from every stage to the first one, and has no
 * gates: whoever wants back has a reason.
 */
export type CutoverStage = "cognito" | "log-only" | "descope" | "verified";

/** All stages, in order. */
export const CUTOVER_STAGES: readonly CutoverStage[] = ["cognito", "log-only", "descope", "verified"];

/** The stage after another; undefined after the last one. */
export function stageAfter(stage: CutoverStage): CutoverStage | undefined {
  return CUTOVER_STAGES[CUTOVER_STAGES.indexOf(stage) + 1];
}

/** The mode of the bridge in a stage: being verified changes nothing for anybody who signs in. */
export function modeOfStage(stage: CutoverStage): ConnectionMode {
  return stage === "verified" ? "descope" : stage;
}
