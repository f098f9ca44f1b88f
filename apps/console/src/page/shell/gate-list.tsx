import type { JSX, ReactNode } from "react";

/** One condition, as every page shows it. */
export interface ShownGate {
  readonly name: string;
  readonly state: "open" | "closed" | "unknown";
  /** Why. */
  readonly reason: ReactNode;
}

const STATES: Readonly<Record<ShownGate["state"], readonly [sign: string, word: string]>> = {
  open: ["✓", "Open"],
  closed: ["✕", "Closed"],
  unknown: ["?", "Unknown"],
};

/** Conditions with their reasons. A sign and a word for each state: colour alone tells nobody. */
export function GateList({ gates }: { readonly gates: readonly ShownGate[] }): JSX.Element {
  return (
    <ul className="gates">
      {gates.map(({ name, state, reason }) => {
        const [sign, word] = STATES[state];
        return (
          <li key={name} className={`gate ${state}`}>
            <span className="sign" aria-hidden="true">
              {sign}
            </span>
            <div>
              <p>
                <strong>{name}</strong> <span className="gate-state">{word}</span>
              </p>
              <p className="wide">{reason}</p>
            </div>
          </li>
        );
      })}
    </ul>
  );
}
