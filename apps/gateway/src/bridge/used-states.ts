/** Remembers which states were used. */
export interface UsedStates {
  /** Whether the state is used for the first time, as far as this process knows. */
  use(id: string, expiresAt: number, now: number): boolean;
}

/** States that are remembered. Beyond that the oldest are forgotten; they are refused by their cookie still. */
const MAX_STATES = 100_000;

/** Remembers states in this process, until they expire. */
export function createUsedStates(): UsedStates {
  const used = new Map<string, number>();
  return {
    use(id, expiresAt, now) {
      // All states live equally long, so they expire in the order of their use, more or less.
      for (const [other, until] of used) {
        if (until > now && used.size < MAX_STATES) break;
        used.delete(other);
      }
      if (used.has(id)) return false;
      used.set(id, expiresAt);
      return true;
    },
  };
}
