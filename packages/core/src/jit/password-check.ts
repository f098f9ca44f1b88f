import type { Clock } from "../ports/clock.ts";
import type { RateCounter } from "../ports/rate-counter.ts";
import { askPool, type PoolAnswer } from "./ask-pool.ts";
import { type CountedAttempt, countAttempt } from "./attempt-limits.ts";
import { failurePauseMs } from "./failure-floor.ts";
import { candidatesFor, type SignInPool } from "./sign-in-pool.ts";
import type { JitProvisioner } from "./jit-provisioner.ts";
import { judgementOf } from "./judge-answer.ts";
import { DEFAULT_PASSWORD_CHECK, type PasswordCheckPolicy } from "./password-check-policy.ts";
import { provisionSignedIn } from "./provision-signed-in.ts";
import { createQuotaLine } from "./quota-line.ts";
import { createRecentChecks } from "./recent-checks.ts";
import { isPossiblePassword, signInName } from "./sign-in-name.ts";
import type { Verdict, VerdictDetails } from "./verdict.ts";

/** What a check needs. */
export interface PasswordCheckOptions {
  /** In the order in which they are asked. */
  readonly pools: readonly SignInPool[];
  readonly provisioner: JitProvisioner;
  readonly counter: RateCounter;
  readonly clock: Clock;
  /** From 0 up to, and without, 1. */
  readonly random: () => number;
  /** A keyed hash that is the same in every process that shares the counter. */
  readonly hash: (text: string) => string;
  /** A keyed hash of this process alone, for what holds a password. */
  readonly secretHash: (text: string) => string;
  /** Hears what became of noting a user in its pool; `skipped` when too many wait for it. Must not throw. */
  readonly onMark?: ((outcome: "marked" | "failed" | "skipped", userPoolId: string) => void) | undefined;
  /** @defaultValue {@link DEFAULT_PASSWORD_CHECK} */
  readonly policy?: Partial<PasswordCheckPolicy> | undefined;
}

/** Somebody who wants in. */
export interface PasswordCheckRequest {
  /** As it was typed. */
  readonly username: string;
  readonly password: string;
  /** The one pool to ask, when whoever asks knows. */
  readonly userPoolId?: string | undefined;
  /** The address of the user, where a header that is trusted tells it. */
  readonly address?: string | undefined;
}

/** A verdict, and how it came about. */
export interface CheckedPassword {
  readonly verdict: Verdict;
  readonly details: VerdictDetails;
  /** The same request was under way or had been answered a moment ago. */
  readonly joined: boolean;
}

/** Checks passwords at Cognito, and brings those who are right into the project. */
export interface PasswordCheck {
  /** Never throws for what a service answers or does not. */
  check(request: PasswordCheckRequest): Promise<CheckedPassword>;
  /** Resolves once nothing is under way that nobody waits for: users who are being marked in their pool. */
  settled(): Promise<void>;
}

interface Checked {
  readonly verdict: Verdict;
  readonly details: VerdictDetails;
}

const MAX_REMEMBERED = 10_000;

/** Users who wait to be noted in their pool: what the quota of 25 a second works off in some minutes. */
const MAX_MARKING = 5000;

/** Makes a check. Nothing is asked yet. */
export function createPasswordCheck(options: PasswordCheckOptions): PasswordCheck {
  const { pools, provisioner, counter, clock, random, hash, secretHash, onMark } = options;
  const policy: PasswordCheckPolicy = { ...DEFAULT_PASSWORD_CHECK, ...options.policy };
  const line = createQuotaLine(policy.maxQuotaWaitMs, clock);
  const marking = new Set<Promise<unknown>>();
  const recent = createRecentChecks<Checked>({
    keepMs: policy.repeatMs,
    maxKeys: MAX_REMEMBERED,
    // What time alone cures must be asked anew.
    isLasting: ({ verdict }) => verdict.verdict !== "throttled" && verdict.verdict !== "unavailable",
    monotonic: () => clock.monotonic(),
  });

  /** Tells a failure no sooner than any other. */
  async function tellLater(checked: Checked, began: number): Promise<Checked> {
    await clock.sleep(failurePauseMs(policy.failureFloor, clock.monotonic() - began, random()));
    return checked;
  }

  async function askPools(
    name: string,
    request: PasswordCheckRequest,
    attempt: CountedAttempt,
    deadline: number,
  ): Promise<PoolAnswer> {
    const { password } = request;
    const countUser: CountedAttempt["countUser"] = (userPoolId, sub) => attempt.countUser(userPoolId, sub);
    let best: PoolAnswer | undefined;
    let tries = 0;
    for (const { pool, usernames } of candidatesFor(pools, name, request.userPoolId)) {
      for (const username of usernames) {
        const answer = await askPool({ pool, username, password, policy, countUser, line, clock, deadline });
        tries += answer.tries;
        if (best === undefined || weightOf(answer) > weightOf(best)) best = answer;
        if (best.judgement.password === "right") return { ...best, tries };
      }
    }
    return { judgement: judgementOf("unknown-user"), ...best, tries };
  }

  async function verify(name: string, request: PasswordCheckRequest, began: number): Promise<Checked> {
    const attempt = await countAttempt({ counter, limits: policy.attempts, hash }, name, request.address).catch(
      // Without a count there is no limit on guessing.
      () => undefined,
    );
    if (attempt === undefined) return { verdict: UNCOUNTED, details: { tries: 0, alarm: true } };
    if ("reason" in attempt) {
      const { reason, waitMs } = attempt;
      const retryAfterSeconds = Math.ceil(waitMs / 1000);
      return {
        verdict: { verdict: "throttled", next: "retry-later", reason, retryAfterSeconds },
        details: { tries: 0, alarm: false },
      };
    }
    const deadline = began + policy.deadlineMs;
    // Where quotas are shared, keeping them may fail as well.
    const answer = await askPools(name, request, attempt, deadline).catch(() => undefined);
    if (answer === undefined) {
      await attempt.voided().catch(() => undefined);
      return { verdict: UNCOUNTED, details: { tries: 0, alarm: true } };
    }
    const { judgement, pool, tries } = answer;
    const details: VerdictDetails = {
      cause: judgement.meaning,
      ...(pool === undefined ? {} : { userPoolId: pool.userPoolId }),
      tries,
      alarm: judgement.alarm,
    };
    if (judgement.password === "right") {
      await attempt.succeeded().catch(() => undefined);
      const { password } = request;
      const provisioned = await provisionSignedIn({ answer, name, password, provisioner, deadline });
      if (provisioned.verdict.verdict === "ok" && answer.known !== undefined) {
        mark(pool, answer.known.user.username);
      }
      return { ...provisioned, details: { ...details, ...provisioned.details } };
    }
    if (judgement.verdict === "throttled" || judgement.verdict === "unavailable") {
      await attempt.voided().catch(() => undefined);
      return { verdict: told(answer), details };
    }
    return tellLater({ verdict: policy.hideStatus ? HIDDEN : told(answer), details }, began);
  }

  /** In the background: the user is in already, and nobody is kept out because a mark is missing. */
  function mark(pool: SignInPool | undefined, username: string): void {
    const { marker, quotas } = pool ?? {};
    if (pool === undefined || marker === undefined || quotas?.mark === undefined) return;
    const { userPoolId } = pool;
    if (marking.size >= MAX_MARKING) {
      onMark?.("skipped", userPoolId);
      return;
    }
    const work = (quotas.mark.shared ?? quotas.mark.own).acquire().then(async (permit) => {
      const done = await marker.mark(username, { timeoutMs: policy.callTimeoutMs }).finally(() => permit.release());
      onMark?.(done ? "marked" : "failed", userPoolId);
    });
    marking.add(work);
    const end = (): void => void marking.delete(work);
    work.then(end, end);
  }

  return {
    async check(request) {
      const began = clock.monotonic();
      const name = signInName(request.username);
      if (name === undefined || !isPossiblePassword(request.password)) {
        const checked = await tellLater({ verdict: HIDDEN, details: { tries: 0, alarm: false } }, began);
        return { ...checked, joined: false };
      }
      const key = secretHash(JSON.stringify([request.userPoolId ?? "", name, request.password]));
      const { result, joined } = recent.run(key, () => verify(name, request, began));
      return { ...(await result), joined };
    },
    async settled() {
      while (marking.size > 0) await Promise.allSettled(marking);
    },
  };
}

/** The one answer to whoever is to hear nothing of a user. */
const HIDDEN: Verdict = { verdict: "invalid_credentials", next: "ask-again", reason: "credentials" };

const UNCOUNTED: Verdict = {
  verdict: "unavailable",
  next: "retry-later",
  reason: "counter-unavailable",
  retryAfterSeconds: 5,
};

function told({ judgement, retryAfterMs }: PoolAnswer): Verdict {
  const { verdict, next, reason } = judgement;
  const seconds = retryAfterMs === undefined ? judgement.retryAfterSeconds : Math.ceil(retryAfterMs / 1000);
  return { verdict, next, reason, ...(seconds === undefined ? {} : { retryAfterSeconds: seconds }) };
}

/**
 * Which of several pools' answers counts: a right password, then what is known of the user, then that a pool could not say.
 * That the password is wrong is told only when every pool has said so.
 */
function weightOf({ judgement: { password, verdict } }: PoolAnswer): number {
  if (password === "right") return 3;
  if (verdict === "invalid_credentials") return 0;
  return verdict === "throttled" || verdict === "unavailable" ? 1 : 2;
}
