import { type BucketState, countSettled, qualifiedBucket } from "@cognito-to-descope/core";
import { formatRate } from "../control/parse-rate.ts";
import { displayWidth, fitText, padText } from "../output/display-width.ts";
import { OUTCOME_WORDS } from "../output/print-outcomes.ts";
import { formatCount, formatDuration, printable } from "../output/printable.ts";
import { progressCounts, STEP_TITLES } from "../output/progress-counts.ts";
import type { TextLine } from "../output/text-line.ts";
import { drawBar, type Glyphs } from "./glyphs.ts";
import { keyLines } from "./key-lines.ts";
import type { LiveState } from "./live-state.ts";
import { panelLines } from "./panel-lines.ts";

/** What there is room for. */
export interface LiveSize {
  readonly columns: number;
  readonly rows: number;
}

/** A part of the view. Where there is no room for all, parts go in the order of their rank, the highest first. */
interface Section {
  readonly rank: number;
  readonly lines: readonly TextLine[];
  /** How many lines of a list stay before other parts have to go; all where absent. */
  readonly least?: number;
}

const NARROW = 60;
const LONGEST_BAR = 60;
const BLANK: Section = { rank: 9, lines: [{ text: "" }] };

/** The view as lines that fit: none is wider than the terminal, and there are no more than it has rows. */
export function liveLines(
  state: LiveState,
  { columns, rows }: LiveSize,
  now: number,
  glyphs: Glyphs,
): readonly TextLine[] {
  const width = columns - 1;
  const height = Math.max(1, rows - 1);
  const sections: readonly Section[] = [
    { rank: 0, lines: [stateLine(state, width)] },
    { rank: 1, lines: progressLines(state, width, now, glyphs) },
    BLANK,
    { rank: 4, lines: outcomeLines(state) },
    { rank: 5, lines: bucketLines(state.buckets, width, glyphs) },
    { rank: 7, lines: findingLines(state) },
    BLANK,
    { rank: state.panel === "events" ? 6 : 1, lines: panelLines(state), ...leastOf(state) },
    { rank: 2, lines: state.remark === undefined ? [] : [{ text: state.remark, style: "yellow" }] },
    BLANK,
    { rank: 3, lines: keyLines(state, width) },
  ];
  return fitSections(sections, height).map((line) => ({ ...line, text: fitText(line.text, width) }));
}

/** Lists can be shorter; help and prompts cannot. */
function leastOf({ panel }: LiveState): Pick<Section, "least"> {
  return panel === "events" || panel === "outcomes" ? { least: 4 } : {};
}

function fitSections(sections: readonly Section[], height: number): readonly TextLine[] {
  let kept = withoutDoubleBlanks(sections.filter(({ lines }) => lines.length > 0));
  const list = kept.findIndex(({ least }) => least !== undefined);
  kept = shorten(kept, list, height, kept[list]?.least ?? 0);
  while (heightOf(kept) > height) {
    const rank = Math.max(...kept.map((section) => section.rank));
    const last = kept.findLastIndex((section) => section.rank === rank);
    kept = shorten(kept, last, height, 0).filter(({ lines }) => lines.length > 0);
  }
  return kept.flatMap(({ lines }) => lines);
}

function heightOf(sections: readonly Section[]): number {
  return sections.reduce((sum, { lines }) => sum + lines.length, 0);
}

/** Takes from one section what is too much of all, down to so many lines. Of a list the newest stay, below the heading. */
function shorten(sections: readonly Section[], at: number, height: number, least: number): readonly Section[] {
  return sections.map((section, index) => {
    const { lines } = section;
    const left = Math.max(least, lines.length - (heightOf(sections) - height));
    if (index !== at || left >= lines.length) return section;
    return {
      ...section,
      lines: left >= 2 ? [...lines.slice(0, 1), ...lines.slice(1 - left)] : lines.slice(0, Math.max(0, left)),
    };
  });
}

function withoutDoubleBlanks(sections: readonly Section[]): readonly Section[] {
  return sections.filter((section, index) => section !== BLANK || sections[index + 1] !== BLANK);
}

function stateLine(state: LiveState, width: number): TextLine {
  const { runId, paused, asked, stopping, progress, nextPassAt } = state;
  const run = runId === undefined ? "c2d" : `run ${runId}`;
  const doing = progress === undefined ? "starting" : STEP_TITLES[progress.step][0];
  if (stopping) return { text: `${run}: stopping at the next safe point; Ctrl-C again ends at once`, style: "yellow" };
  if (asked === "pausing") return { text: `${run}: pausing`, style: "yellow" };
  if (asked === "resuming") return { text: `${run}: going on`, style: "yellow" };
  if (paused !== undefined) {
    const since = new Date(paused.since).toISOString().slice(11, 19);
    const text = `${run}: paused since ${since} UTC by ${printable(paused.by)}; p goes on`;
    return { text: displayWidth(text) <= width ? text : `paused; p goes on (${run})`, style: "yellow" };
  }
  if (nextPassAt !== undefined) return { text: `${run}: waiting for the next pass`, style: "bold" };
  return { text: `${run}: ${doing}`, style: "bold" };
}

function progressLines(state: LiveState, width: number, now: number, glyphs: Glyphs): readonly TextLine[] {
  const { progress, perSecond, since, paused, nextPassAt } = state;
  const running = `running for ${formatDuration((now - since) / 1000)}`;
  if (nextPassAt !== undefined) {
    return [{ text: `next pass in ${formatDuration(Math.max(0, nextPassAt - now) / 1000)}` }, { text: running }];
  }
  if (progress === undefined) return [{ text: running }];
  const { done, total } = progressCounts(progress);
  const [, noun] = STEP_TITLES[progress.step];
  const share = total > 0 ? Math.min(1, done / total) : 0;
  // A bar is full and a hundred percent are reached when all is done, not a little before.
  const percent = `${Math.floor(share * 100)} %`.padStart(5);
  const of = `${formatCount(done)} of ${formatCount(Math.max(done, total))} ${noun}`;
  const counted = width < NARROW ? percent : `${percent}  ${of}`;
  const columns = Math.min(LONGEST_BAR, Math.max(5, width - displayWidth(counted) - 1));
  const speed: string[] = [];
  if (perSecond > 0 && paused === undefined) {
    speed.push(`${perSecond < 10 ? perSecond.toFixed(1) : formatCount(Math.round(perSecond))}/s`);
    if (total > done) speed.push(`about ${formatDuration((total - done) / perSecond)} left`);
  }
  return [
    { text: `${drawBar(share, columns, glyphs)} ${counted}` },
    ...(width < NARROW ? [{ text: of }] : []),
    { text: [...speed, running].join(", ") },
  ];
}

function outcomeLines({ outcomes, failures }: LiveState): readonly TextLine[] {
  if (outcomes === undefined || countSettled(outcomes) === 0) return [];
  const counts = OUTCOME_WORDS.flatMap(([kind, word]) =>
    kind === "failed" || (kind === "deleted" && outcomes.deleted === 0)
      ? []
      : [`${formatCount(outcomes[kind])} ${word}`],
  );
  const classes = Object.entries(failures).map(([name, count]) => `${formatCount(count)} × ${printable(name)}`);
  const why = classes.length === 0 ? "" : `: ${classes.join(", ")}`;
  return [
    { text: counts.join(", ") },
    ...(outcomes.failed === 0 ? [] : [{ text: `${formatCount(outcomes.failed)} failed${why}`, style: "red" } as const]),
  ];
}

/** Buckets that say something: in use, slowed down, or throttled; the fullest first where not all fit. */
function bucketLines(buckets: readonly BucketState[], width: number, glyphs: Glyphs): readonly TextLine[] {
  const shown = buckets
    .filter(({ inUse, rate, limit, throttles }) => inUse > 0 || rate < limit.requests || throttles > 0)
    .map((state) => ({ name: printable(qualifiedBucket(state.bucket, state.scope)), state }));
  const names = Math.min(
    Math.max(0, ...shown.map(({ name }) => displayWidth(name))),
    Math.max(8, Math.floor(width / 3)),
  );
  const bar = width < NARROW ? 8 : 20;
  return shown.map(({ name, state }) => {
    const { inUse, allowed, throttles } = state;
    const line = `${padText(fitText(name, names), names)} ${drawBar(inUse / Math.max(1, allowed), bar, glyphs)} ${bucketText(state, width)}`;
    return throttles > 0 || allowed < state.limit.requests ? { text: line, style: "yellow" } : { text: line };
  });
}

function bucketText({ limit, rate, allowed, inUse, throttles }: BucketState, width: number): string {
  const uses = `${formatCount(inUse)} of ${formatRate({ requests: allowed, windowMs: limit.windowMs })}`;
  if (width < NARROW) return `${formatCount(inUse)}/${formatCount(allowed)}${throttles > 0 ? " !" : ""}`;
  return [
    uses,
    ...(rate < limit.requests ? [`quota ${formatCount(limit.requests)}`] : []),
    ...(throttles > 0 ? [`throttled ${formatCount(throttles)} ×`] : []),
  ].join(", ");
}

const MOST_FINDINGS = 2;

function findingLines({ findings }: LiveState): readonly TextLine[] {
  const worth = findings.filter(({ severity }) => severity !== "note");
  if (worth.length === 0) return [];
  const lines = worth
    .slice(0, MOST_FINDINGS)
    .map(({ rule, count, message }) => `${formatCount(count)} × ${rule}: ${message}`);
  const more = worth.length - lines.length;
  return [...lines, ...(more > 0 ? [`and ${formatCount(more)} more findings: c2d status, c2d plan`] : [])].map(
    (text) => ({
      text,
      style: "dim",
    }),
  );
}
