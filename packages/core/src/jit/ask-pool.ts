import type { Permit } from "../limits/rate-limiter.ts";
import type { PoolUser } from "../pool/pool-user.ts";
import type { Clock } from "../ports/clock.ts";
import type { SignInPool } from "./sign-in-pool.ts";
import { type Judgement, judgeAnswer, judgementOf, meaningOfCode } from "./judge-answer.ts";
import type { PasswordCheckPolicy } from "./password-check-policy.ts";
import type { PoolQuota, QuotaLine } from "./quota-line.ts";
import type { AnswerMeaning } from "./verdict.ts";

/** What asking one pool came to. */
export interface PoolAnswer {
  readonly judgement: Judgement;
  /** Absent when there was none to ask. */
  readonly pool?: SignInPool;
  /** Tries of the password that were made. */
  readonly tries: number;
  /** The user as far as it is known; whenever the password was right and the pool says who it is. */
  readonly known?: { readonly user: PoolUser; readonly groups: readonly string[] };
  /** When a place of a quota may be free. */
  readonly retryAfterMs?: number;
}

/** What is asked of a pool, and with what. */
export interface PoolQuestion {
  readonly pool: SignInPool;
  readonly username: string;
  readonly password: string;
  readonly policy: PasswordCheckPolicy;
  /** Counts the try for a user that is known; gives the milliseconds to wait when there were too many. */
  readonly countUser: (userPoolId: string, sub: string) => Promise<number>;
  readonly line: QuotaLine;
  readonly clock: Clock;
  /** On the monotonic scale. */
  readonly deadline: number;
}

/** What a user's state says before its password is tried. */
function meaningOfState(user: PoolUser, policy: PasswordCheckPolicy): AnswerMeaning | undefined {
  if (!user.enabled) return "disabled";
  switch (user.status) {
    case "FORCE_CHANGE_PASSWORD":
      return policy.temporaryPassword === "keep" ? "temporary-password" : undefined;
    case "RESET_REQUIRED":
    case "COMPROMISED":
      return "reset-required";
    case "UNCONFIRMED":
      return "not-confirmed";
    case "ARCHIVED":
      return "disabled";
    case "EXTERNAL_PROVIDER":
      // Has no password at this pool, so that none is right.
      return "unknown-user";
    default:
      return undefined;
  }
}

/** Asks one pool: for the user first where it can be read, then whether the password is right. One try, never more. */
export async function askPool(question: PoolQuestion): Promise<PoolAnswer> {
  const { pool, username, password, policy } = question;
  const { reader, authenticator, quotas } = pool;
  let user: PoolUser | undefined;
  if (reader !== undefined) {
    const read = await withPlace(question, quotas.readUser, (options) => reader.readUser(username, options));
    if (typeof read === "number") return busy(pool, 0, read);
    if (read.kind === "absent") return { judgement: judgementOf("unknown-user"), pool, tries: 0 };
    // Without an answer a temporary password could be used up: it is not tried.
    if (read.kind === "failed") return { judgement: judgementOf(meaningOfFailure(read.code)), pool, tries: 0 };
    const meaning = meaningOfState(read.user, policy);
    if (meaning !== undefined) {
      return { judgement: { ...judgementOf(meaning), password: "unknown" }, pool, tries: 0 };
    }
    user = read.user;
    const waitMs = await question.countUser(pool.userPoolId, user.sub);
    if (waitMs > 0) return { ...busy(pool, 0, waitMs), judgement: TOO_MANY };
  }
  const answer = await withPlace(question, quotas.authenticate, (options) =>
    authenticator.authenticate(username, password, options),
  );
  if (typeof answer === "number") return busy(pool, 0, answer);
  const judgement = judgeAnswer(answer);
  if (judgement.password !== "right") return { judgement, pool, tries: 1 };
  if (answer.kind === "signed-in") {
    // What the pool says when it is asked is complete, and says when the user was created.
    return { judgement, pool, tries: 1, known: { user: user ?? answer.user, groups: answer.groups } };
  }
  const wanted = judgement.meaning === "second-factor" && policy.secondFactor === "provision-and-step-up";
  if (reader === undefined || user === undefined || !wanted) return { judgement, pool, tries: 1 };
  const named = user.username;
  const groups = await withPlace(question, quotas.readGroups, (options) => reader.readGroups(named, options));
  if (typeof groups === "number") return busy(pool, 1, groups);
  if (groups.kind === "failed") return { judgement: judgementOf(meaningOfFailure(groups.code)), pool, tries: 1 };
  return { judgement, pool, tries: 1, known: { user, groups: groups.groups } };
}

function meaningOfFailure(code: string): AnswerMeaning {
  if (code === "") return "no-answer";
  // With IAM rights, this is what is missing.
  return code === "NotAuthorizedException" ? "misconfigured" : meaningOfCode(code);
}

/** Of one user, by whatever names. */
const TOO_MANY: Judgement = { ...judgementOf("throttled"), reason: "too-many-tries" };

function busy(pool: SignInPool, tries: number, retryAfterMs: number): PoolAnswer {
  return { judgement: { ...judgementOf("throttled"), reason: "quota" }, pool, tries, retryAfterMs };
}

/** Calls the pool within a quota; gives the milliseconds until there may be a place when there is none. */
async function withPlace<Answer extends { readonly kind: string; readonly code?: string }>(
  { policy, line, clock, deadline }: PoolQuestion,
  quota: PoolQuota | undefined,
  call: (options: { readonly timeoutMs: number }) => Promise<Answer>,
): Promise<Answer | number> {
  const place: Permit | number | undefined = quota === undefined ? undefined : await line.take(quota);
  if (typeof place === "number") return place;
  const timeoutMs = Math.max(1, Math.min(policy.callTimeoutMs, deadline - clock.monotonic()));
  try {
    const answer = await call({ timeoutMs });
    if (answer.code !== undefined && meaningOfCode(answer.code) === "throttled") place?.throttled();
    return answer;
  } finally {
    place?.release();
  }
}
