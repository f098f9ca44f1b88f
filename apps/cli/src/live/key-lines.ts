import { displayWidth } from "../output/display-width.ts";
import type { TextLine } from "../output/text-line.ts";
import type { LiveState } from "./live-state.ts";

/** What the keys do now, in one line as far as it fits. */
export function keyLines({ panel, paused, stopping }: LiveState, width: number): readonly TextLine[] {
  if (stopping) return [];
  if (typeof panel === "object") {
    const text = panel.typed === undefined ? "up, down, Enter: choose   Esc: back" : "Enter: set   Esc: back";
    return [{ text, style: "dim" }];
  }
  const keys = [
    `p ${paused === undefined ? "pause" : "go on"}`,
    "q stop",
    "? help",
    "t throttle",
    "+/- faster, slower",
    panel === "outcomes" ? "v events" : "v outcomes",
  ];
  let text = "";
  for (const key of keys) {
    const longer = text === "" ? key : `${text}   ${key}`;
    if (displayWidth(longer) > width) break;
    text = longer;
  }
  return [{ text, style: "dim" }];
}
