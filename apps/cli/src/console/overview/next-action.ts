import type { Gate, Overview } from "@cognito-to-descope/console/contract";

const NOTHING_LEFT = /^nothing is left to do/;

/**
 * What the operator does next.
 *
 * @param ofRun - What comes next of the newest run, in words that begin with a command; undefined where there is no run.
 */
export function nextAction(ofRun: string | undefined, gates: readonly Gate[]): Overview["next"] {
  if (ofRun === undefined)
    return { text: "Read the pools and make a plan. Nothing is written by that.", command: "c2d plan" };
  if (!NOTHING_LEFT.test(ofRun)) return { text: ofRun, command: leadingCommand(ofRun) };
  const gate = gates.find(({ state, command }) => state === "closed" && command !== null);
  if (gate !== undefined) return { text: gate.reason, command: gate.command };
  const unknown = gates.find(({ state }) => state === "unknown");
  if (unknown !== undefined) return { text: unknown.reason, command: unknown.command };
  return { text: "Nothing is left to do: Cognito can be switched off.", command: null };
}

/** `c2d apply` of `c2d apply; c2d plan if the project changed since`. */
function leadingCommand(text: string): string | null {
  return /^c2d(?: [\w-]+)+?(?=;|:|,|$| shows| lets| starts)/.exec(text)?.[0] ?? null;
}
