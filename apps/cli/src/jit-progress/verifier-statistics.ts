import { usageError } from "../errors.ts";
import { createSessionReader } from "../sessions/session-reader.ts";

/** Tokens that back ends still accept, by the counters of their verifiers. */
export interface TokensInUse {
  /** How many verifiers were asked. */
  readonly verifiers: number;
  /** Accepted since each verifier was started, or first wrote its statistics down. */
  readonly accepted: { readonly cognito: number; readonly descope: number };
  /** Epoch milliseconds of the last accepted token of Cognito; null where none was. */
  readonly lastCognito: number | null;
}

/**
 * Reads the statistics of verifiers, as `verifier.statistics()` gives them, from files, directories and URLs, and adds them up.
 *
 * @param now - Epoch milliseconds.
 * @throws MigrationError `ERR_USAGE` when one cannot be read, or is something else.
 */
export async function readVerifierStatistics(
  places: readonly string[],
  cwd: string,
  now: number,
  signal: AbortSignal,
): Promise<TokensInUse> {
  const { verifiers, unread } = await createSessionReader(places, cwd).read(now, signal);
  const [first] = unread;
  if (first?.problem === "unreadable") {
    throw usageError(
      `the statistics at ${first.place} cannot be read`,
      "name a file, a directory, or an http or https URL, with the JSON that `verifier.statistics()` gives",
    );
  }
  if (first !== undefined) {
    throw usageError(
      `what stands at ${first.place} are no statistics of a verifier`,
      "they are the JSON that `verifier.statistics()` gives",
    );
  }
  const last = verifiers.map(({ lastAccepted }) => lastAccepted.cognito).filter((at) => at !== undefined);
  return {
    verifiers: verifiers.length,
    accepted: {
      cognito: verifiers.reduce((sum, { accepted }) => sum + accepted.cognito, 0),
      descope: verifiers.reduce((sum, { accepted }) => sum + accepted.descope, 0),
    },
    lastCognito: last.length === 0 ? null : Math.max(...last),
  };
}
