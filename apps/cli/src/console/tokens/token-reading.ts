import { judgeSwitchOff, type SwitchOff } from "@cognito-to-descope/core";
import { createSessionReader, type SessionUse } from "../../sessions/session-reader.ts";
import { pacedReading } from "../paced-reading.ts";
import type { ConsoleServices } from "../services.ts";

/** Which tokens back ends accept, as it was read last, and what that means. */
export interface TokenReading {
  readonly use: SessionUse;
  /** Whether Cognito may be switched off, by the rule that every page goes by. */
  readonly switchOff: SwitchOff;
  /** When it was read: epoch milliseconds. */
  readonly now: number;
}

/** Statistics of verifiers are asked for so often: they are other people's servers. */
const EVERY_MS = 10_000;
/** Places that do not answer for so long say nothing. */
const TIMEOUT_MS = 5000;

/** Gives what reads the statistics of verifiers, once for all pages. */
export function createTokenReading({
  config,
  verifierStatistics,
  cwd,
  clock,
}: ConsoleServices): () => Promise<TokenReading> {
  const reader = createSessionReader(verifierStatistics, cwd, { timeoutMs: TIMEOUT_MS });
  const { quietDays } = config.sessions;
  return pacedReading(
    async () => {
      const now = clock.now();
      const use = await reader.read(now, new AbortController().signal);
      const { verifiers, unread } = use;
      return { use, now, switchOff: judgeSwitchOff({ verifiers, unreadable: unread.length, now, quietDays }) };
    },
    { clock, everyMs: EVERY_MS },
  );
}
