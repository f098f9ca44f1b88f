import type { JSX } from "react";
import type { Gate, GateName } from "../../contract/overview.ts";
import { CommandLine } from "../shell/command-line.tsx";

const NAMES: Readonly<Record<GateName, string>> = {
  "pools-read": "Pools read",
  "no-blockers": "No blockers",
  "no-failed-users": "No failed users",
  "no-discrepancies": "No discrepancies",
  "passwords-captured": "Passwords captured",
  "connections-cut-over": "Connections cut over",
  "no-cognito-tokens": "No Cognito tokens in use",
};

const STATES: Readonly<Record<Gate["state"], readonly [sign: string, word: string]>> = {
  open: ["✓", "Open"],
  closed: ["✕", "Closed"],
  unknown: ["?", "Unknown"],
};

/** What has to be true before Cognito can be left. */
export function Gates({ gates }: { readonly gates: readonly Gate[] }): JSX.Element {
  const open = gates.filter(({ state }) => state === "open").length;
  return (
    <section aria-labelledby="gates">
      <h2 id="gates">Readiness for the cut-over</h2>
      <p aria-live="polite">
        {open} of {gates.length} gates are open.
      </p>
      <ul className="gates">
        {gates.map(({ gate, state, reason, command }) => {
          const [sign, word] = STATES[state];
          return (
            <li key={gate} className={`gate ${state}`}>
              <span className="sign" aria-hidden="true">
                {sign}
              </span>
              <div>
                <p>
                  <strong>{NAMES[gate]}</strong> <span className="gate-state">{word}</span>
                </p>
                <p>{reason}</p>
                {command !== null && <CommandLine command={command} />}
              </div>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
