import { CONNECTION_MODES, type ConnectionMode, type ConnectionModes } from "../bridge/connection-mode.ts";
import { CUTOVER_STAGES, type CutoverStage, modeOfStage } from "./cutover-stage.ts";

/** Where one connection is, and since when. */
export interface CutoverRecord {
  readonly stage: CutoverStage;
  /** Epoch milliseconds. */
  readonly since: number;
}

/** What the bridge follows at run time: the stage of every connection that is not where the others are. */
export interface WrittenModes {
  readonly version: 1;
  /** The mode of every connection that is not named. @defaultValue cognito */
  readonly default: ConnectionMode;
  /** By connection key. */
  readonly connections: Readonly<Record<string, CutoverRecord>>;
}

/** Every connection at the beginning. */
export const NO_MODES: WrittenModes = { version: 1, default: "cognito", connections: {} };

/** Where a connection is. */
export function cutoverRecord(modes: WrittenModes, key: string): CutoverRecord {
  const own = Object.hasOwn(modes.connections, key) ? modes.connections[key] : undefined;
  return own ?? { stage: modes.default, since: 0 };
}

/** The modes with one connection in another stage. */
export function withStage(modes: WrittenModes, key: string, record: CutoverRecord): WrittenModes {
  return { ...modes, connections: { ...modes.connections, [key]: record } };
}

/** What decisions need of the modes. */
export function compileModes(written: WrittenModes): ConnectionModes {
  const entries = Object.entries(written.connections);
  return {
    default: written.default,
    byConnection: new Map(entries.map(([key, { stage }]) => [key, modeOfStage(stage)])),
  };
}

/**
 * Reads modes as they were written. Undefined for anything else: a bridge that cannot read its modes keeps those it has.
 */
export function readModes(value: unknown): WrittenModes | undefined {
  if (!isObject(value) || value["version"] !== 1 || !isObject(value["connections"])) return undefined;
  const fallback = value["default"];
  if (!CONNECTION_MODES.some((mode) => mode === fallback)) return undefined;
  for (const record of Object.values(value["connections"])) {
    if (!isObject(record) || !CUTOVER_STAGES.some((stage) => stage === record["stage"])) return undefined;
    if (typeof record["since"] !== "number") return undefined;
  }
  return value as unknown as WrittenModes;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
