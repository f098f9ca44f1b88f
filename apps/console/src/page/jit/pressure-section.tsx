import type { JSX } from "react";
import type { LockOutPressure } from "../../contract/jit.ts";
import { countOf, formatCount } from "../shell/format.ts";
import { CHECK_NAMES } from "./check-names.ts";

const LEVELS: Readonly<Record<LockOutPressure["level"], readonly [look: string, words: string]>> = {
  none: ["", "Nobody was checked since yesterday."],
  calm: ["good", "Nobody is near a lock-out."],
  watch: ["warn", "Look at this."],
  act: ["bad", "Cognito locks users out."],
};

const REASONS: Readonly<Record<LockOutPressure["reasons"][number], string>> = {
  "cognito-locks":
    "Users were locked by Cognito. The gateway stops before that, so somebody tries elsewhere too: in the live app, or by other names of the same user.",
  guessing: "One check of a hundred or more was stopped after too many wrong passwords: somebody may be guessing.",
  "many-wrong":
    "Three checks of ten or more had a wrong password: the flow may ask users who are in none of the pools, or a pool is not asked.",
  quota: "One check of a hundred or more found a quota used up: c2d jit plan says what fits.",
  "no-answers": "One check of a hundred or more got no answer of Cognito or Descope.",
};

const SHOWN = ["wrong", "stopped", "locked", "throttled", "unavailable"] as const;

/** How near users are to being locked out. */
export function PressureSection({ pressure }: { readonly pressure: LockOutPressure }): JSX.Element {
  const { level, reasons, checks, byKind, triesPerUser, windowSeconds } = pressure;
  const [look, words] = LEVELS[level];
  return (
    <section aria-labelledby="pressure">
      <h2 id="pressure">Lock-out pressure</h2>
      <div className={`banner ${look}`} aria-live="polite">
        <strong>{words}</strong>
        {reasons.map((reason) => (
          <p key={reason}>{REASONS[reason]}</p>
        ))}
        <p>
          {countOf(checks, "check")} today and yesterday (UTC). The gateway stops a name after {triesPerUser} failed{" "}
          {triesPerUser === 1 ? "try" : "tries"} in {formatCount(Math.round(windowSeconds / 60))} minutes; Cognito locks
          a user after 5.
        </p>
      </div>
      {checks > 0 && (
        <ul className="tiles">
          {SHOWN.map((kind) => (
            <li key={kind}>
              <b>{formatCount(byKind[kind])}</b> {CHECK_NAMES[kind][0]}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
