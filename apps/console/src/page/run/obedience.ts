import type { ControlDocument } from "../../contract/control.ts";

/**
 * Who does what was said.
 *
 * @param what - What a process then does: `sends nothing more`.
 */
export function obedience({ workers, obeyed }: ControlDocument, what: string): string {
  if (workers === 0) return "Nobody is working on the run now: this is kept and applies when it goes on.";
  if (obeyed < workers)
    return `${obeyed} of ${workers} processes at work confirmed it so far: each looks once a second.`;
  return workers === 1 ? `The process at work ${what}.` : `Each of the ${workers} processes at work ${what}.`;
}
