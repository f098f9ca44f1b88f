import type { SsoCheck } from "@cognito-to-descope/core";

/** The tests of a connection, with when they were run. */
export interface KeptChecks {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly checks: readonly SsoCheck[];
}

/** Remembers the tests of connections while they stay in their stage. */
export interface CheckKeeper {
  keep(key: string, since: number, kept: KeptChecks): void;
  /** @param since - When the connection came to its stage: tests from before it are forgotten. */
  find(key: string, since: number): KeptChecks | undefined;
}

/** A keeper that knows no tests yet. */
export function createCheckKeeper(): CheckKeeper {
  const kept = new Map<string, { readonly since: number; readonly value: KeptChecks }>();
  return {
    keep: (key, since, value) => void kept.set(key, { since, value }),
    find(key, since) {
      const found = kept.get(key);
      return found?.since === since ? found.value : undefined;
    },
  };
}
