/** How long failures take, whatever happened behind them. */
export interface FailureFloor {
  /** No failure is told sooner, in milliseconds. */
  readonly floorMs: number;
  /** What takes longer than the floor is told at the next multiple of this after it. */
  readonly stepMs: number;
  /** A random part of this is added, so that what is left of a difference drowns. */
  readonly jitterMs: number;
}

/** Longer than Cognito usually takes, shorter than anybody minds after a wrong password. */
export const DEFAULT_FAILURE_FLOOR: FailureFloor = { floorMs: 600, stepMs: 300, jitterMs: 60 };

/**
 * Milliseconds to wait before a failure is told.
 *
 * @param elapsedMs - Since the request came.
 * @param random - From 0 up to, and without, 1.
 */
export function failurePauseMs({ floorMs, stepMs, jitterMs }: FailureFloor, elapsedMs: number, random: number): number {
  const steps = elapsedMs <= floorMs || stepMs <= 0 ? 0 : Math.ceil((elapsedMs - floorMs) / stepMs);
  return Math.max(0, floorMs + steps * stepMs - elapsedMs) + random * jitterMs;
}
