import type { Clock } from "@cognito-to-descope/core";
import { createTokenBuckets, type RequestRate } from "@cognito-to-descope/gateway";
import { ConsoleRefusal } from "../problem.ts";
import type { ConsoleAuthentication } from "./authentication.ts";
import { isEqualText } from "./equal-text.ts";
import { decoyOf, isPassphrase, type Operators } from "./operators.ts";

/** Tries from one address. Behind a proxy all come from one. */
const OF_ADDRESS: RequestRate = { burst: 20, perSecond: 1 / 6 };
/** Tries for one name. */
const OF_NAME: RequestRate = { burst: 5, perSecond: 1 / 60 };
/** Each check takes 64 MiB: so many may wait for the one before. */
const MOST_WAITING = 16;

/**
 * Operators sign in by name and passphrase.
 *
 * @param scriptToken - What scripts bring as a bearer token; undefined where none may.
 */
export function createOperatorAuthentication(
  operators: Operators,
  scriptToken: string | undefined,
  clock: Pick<Clock, "monotonic">,
): ConsoleAuthentication {
  const decoy = decoyOf(operators);
  const addresses = createTokenBuckets(OF_ADDRESS, () => clock.monotonic());
  const names = createTokenBuckets(OF_NAME, () => clock.monotonic());
  let waiting = 0;
  let last: Promise<unknown> = Promise.resolve();
  /** One after the other. */
  const inTurn = async (check: () => Promise<boolean>): Promise<boolean> => {
    if (waiting >= MOST_WAITING) throw tooFast(1000);
    waiting += 1;
    const turn = last.then(check, check);
    last = turn.catch(() => undefined);
    try {
      return await turn;
    } finally {
      waiting -= 1;
    }
  };
  return {
    signInBy: "passphrase",
    async signIn(given, { address }) {
      if (!("operator" in given)) throw new ConsoleRefusal("invalid-request");
      const { operator, passphrase } = given;
      const waitMs = Math.max(addresses.take(address), names.take(operator));
      if (waitMs > 0) throw tooFast(waitMs);
      // A name that nobody has takes as long as a wrong passphrase.
      const expected = operators.get(operator);
      const right = await inTurn(() => isPassphrase(passphrase, expected ?? decoy));
      if (expected === undefined || !right) throw new ConsoleRefusal("wrong-credentials");
      return operator;
    },
    bearer: (given) => (scriptToken !== undefined && isEqualText(given, scriptToken) ? "script" : undefined),
  };
}

function tooFast(waitMs: number): ConsoleRefusal {
  const seconds = Math.ceil(waitMs / 1000);
  return new ConsoleRefusal("rate-limited", {
    suggestion: `wait ${seconds} s, then try again`,
    headers: { "retry-after": String(seconds) },
  });
}
