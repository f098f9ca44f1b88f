/** Exit codes of every command. */
export const EXIT_CODES = {
  /** Everything was done. */
  done: 0,
  /** A defect of this program. */
  defect: 1,
  /** Usage, config, or anything else that the operator can put right. */
  usage: 2,
  /** Finished, and some users failed, or something differs, or a test sign-in failed. */
  incomplete: 3,
  /** Findings block the plan. */
  blocked: 4,
  /** Interrupted; everything done so far is kept. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT_CODES)[keyof typeof EXIT_CODES];
