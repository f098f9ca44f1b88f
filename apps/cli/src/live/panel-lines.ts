import { qualifiedBucket } from "@cognito-to-descope/core";
import { formatRate } from "../control/parse-rate.ts";
import { padText } from "../output/display-width.ts";
import { printable } from "../output/printable.ts";
import type { TextLine } from "../output/text-line.ts";
import type { LiveState } from "./live-state.ts";
import type { ThrottlePrompt } from "./throttle-prompt.ts";

const MOST_EVENTS = 6;
const MOST_OUTCOMES = 12;

const HELP: readonly string[] = [
  "p        pause the run, and let it go on",
  "t        choose the rate of a bucket",
  "+  -     a tenth of the quota faster or slower, for the fullest bucket",
  "v        the last outcomes, with masked login IDs; again: what happened",
  "q        stop at the next safe point; the same command goes on from there",
  "Ctrl-C   the same; a second time: at once, which loses nothing either",
  "Ctrl-Z   stop the process until `fg`",
  "?        this help, and back",
];

/** The lower part of the view: what happened, the last outcomes, help, or a prompt. The newest lines are last. */
export function panelLines(state: LiveState): readonly TextLine[] {
  const { panel, events, recent } = state;
  if (panel === "help") return [{ text: "keys", style: "bold" }, ...HELP.map((text) => ({ text: `  ${text}` }))];
  if (panel === "outcomes") {
    const rows = recent.slice(-MOST_OUTCOMES).map(({ outcome, who, why }) => ({
      text: `  ${outcome.padEnd(9)}  ${padText(printable(who), 16)}  ${printable(why)}`,
    }));
    return [{ text: "last outcomes", style: "bold" }, ...(rows.length > 0 ? rows : [{ text: "  none yet" }])];
  }
  if (typeof panel === "object") return promptLines(panel);
  if (events.length === 0) return [];
  return [
    { text: "events", style: "bold" },
    ...events.slice(-MOST_EVENTS).map(({ at, text, times }) => ({
      text: `  ${new Date(at).toISOString().slice(11, 19)}  ${printable(text)}${times > 1 ? ` (${times} ×)` : ""}`,
    })),
  ];
}

function promptLines({ buckets, at, typed, problem }: ThrottlePrompt): readonly TextLine[] {
  const chosen = buckets[at];
  if (typed === undefined || chosen === undefined) {
    const names = buckets.map(({ bucket, scope }) => printable(qualifiedBucket(bucket, scope)));
    const width = Math.max(0, ...names.map((name) => name.length));
    return [
      { text: "throttle which bucket?", style: "bold" },
      ...buckets.map(({ limit, rate }, index): TextLine => {
        const line = `${index === at ? ">" : " "} ${index + 1} ${padText(names[index] ?? "", width)}  ${formatRate({ requests: rate, windowMs: limit.windowMs })}`;
        return index === at ? { text: line, style: "bold" } : { text: line };
      }),
    ];
  }
  return [
    {
      text: `rate of ${printable(qualifiedBucket(chosen.bucket, chosen.scope))}, quota ${formatRate(chosen.limit)}`,
      style: "bold",
    },
    { text: "  50/60s, 50%, 50 (requests in the window) or reset" },
    { text: `> ${typed}_` },
    ...(problem === undefined ? [] : [{ text: `  ${problem}`, style: "red" } as const]),
  ];
}
