import type { FailureClass } from "@cognito-to-descope/core";

/** What a class of failures means to the operator. */
export interface FailureAdvice {
  readonly meaning: string;
  /** Whether sending the same again may succeed without anybody mending anything. */
  readonly retryable: boolean;
  /** What to do, in one or two sentences. */
  readonly advice: string;
}

/** What the operator can do about each class of failures. */
const FAILURE_ADVICE: Readonly<Record<FailureClass, FailureAdvice>> = {
  "login-id-taken": {
    meaning: "a login ID belongs to another user of the project",
    retryable: false,
    advice:
      "Find the owners in the project: `c2d status -v` shows the login IDs. Remove or rename them there, or change the users in Cognito and run `c2d migrate`; if only the project changed, `c2d retry --only login-id-taken` is enough.",
  },
  refused: {
    meaning: "the project refused the user's data",
    retryable: false,
    advice:
      "See the project's words with `c2d status -v`. Correct the data in Cognito or repair them in a transform, then run `c2d migrate`; if a setting of the project was to blame, mend it and run `c2d retry --only refused`.",
  },
  "target-error": {
    meaning: "the project failed on the user again and again, and not on others",
    retryable: true,
    advice: "Run `c2d retry --only target-error`. A user that fails once more is a case for Descope's support.",
  },
  "changed-since": {
    meaning: "somebody changed the user in the project after it was looked at, so it was left alone",
    retryable: false,
    advice:
      "See the users with `c2d status -v`. Plan again (`c2d migrate`, `c2d sync`, `c2d rollback <run>`): the new plan looks at them as they are now.",
  },
};

/** Failed users of one class, with what to do about them. */
export interface FailureCause extends FailureAdvice {
  readonly class: string;
  readonly count: number;
}

/** Groups failures by cause, the most frequent first. */
export function failureCauses(failures: Readonly<Record<string, number>>): readonly FailureCause[] {
  return Object.entries(failures)
    .map(([name, count]) => ({ class: name, count, ...adviceOn(name) }))
    .sort((a, b) => b.count - a.count || (a.class < b.class ? -1 : 1));
}

/** What the operator can do about a class of failures, whatever version named it. */
export function adviceOn(name: string): FailureAdvice {
  return Object.hasOwn(FAILURE_ADVICE, name)
    ? FAILURE_ADVICE[name as FailureClass]
    : {
        meaning: "a class that this version does not know",
        retryable: false,
        advice: "Use the version of c2d that the run was made with.",
      };
}
