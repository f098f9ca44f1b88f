import type { LastChange, NoForecast } from "@cognito-to-descope/core";
import { countOf, formatCount, printable } from "../output/printable.ts";
import type { TextLine } from "../output/text-line.ts";
import type { ProgressDocument } from "./progress-document.ts";

/** Days that are shown one by one. */
const SHOWN_DAYS = 14;

const BAR = 30;

const NO_FORECAST: Readonly<Record<NoForecast, string>> = {
  "too-few-days": "there are too few whole days yet: 7 with --active-users, 14 without",
  "too-few-users": "fewer than 50 users came in the last 7 days: chance would decide",
  "not-fading":
    "the last 7 days brought as many as the 7 before; with --active-users there is a forecast as long as users come",
  reached: "as many have signed in already",
};

const LAST_CHANGES: readonly (readonly [LastChange, string])[] = [
  ["30-days", "30 days"],
  ["90-days", "90 days"],
  ["365-days", "a year"],
];

/** How far capturing passwords is, in words. */
export function progressLines(progress: ProgressDocument): readonly TextLine[] {
  const { captured, projectId } = progress;
  return [
    { text: `${countOf(captured, "password")} captured in project ${projectId}`, style: "bold" },
    ...shareLines(progress),
    ...dayLines(progress),
    ...forecastLines(progress),
    ...leftLines(progress),
    ...verdictLines(progress),
    ...tokenLines(progress),
    ...readyLines(progress),
  ];
}

/** The same in one line, for a log. */
export function progressSummary({ captured, active, forecast }: ProgressDocument): string {
  const parts = [`${countOf(captured, "password")} captured`];
  if (active.basis !== "unknown") parts.push(`${percent(active.share)} of ${formatCount(active.users)}`);
  if (forecast.model !== "none") parts.push(`${percent(forecast.share)} about ${forecast.date}`);
  return parts.join("; ");
}

function shareLines({ active, captured, passwordUsers }: ProgressDocument): readonly TextLine[] {
  if (active.basis === "given") {
    const share: TextLine = {
      text: `  ${percent(active.share)} of the ${formatCount(active.users)} users who sign in at all`,
    };
    const tooFew: TextLine = {
      text: "  more have come already than --active-users says: the number is too small",
      style: "yellow",
    };
    return captured > active.users ? [share, tooFew] : [share];
  }
  if (passwordUsers === null || active.basis === "unknown") {
    return [
      { text: "  how many users there are is not known: no run has read the pools, and --active-users is not given" },
    ];
  }
  return [
    {
      text: `  ${percent(active.share)} of the ${formatCount(passwordUsers)} users with a password; how many of them sign in at all is not known: see --active-users`,
    },
  ];
}

function dayLines({ byDay }: ProgressDocument): readonly TextLine[] {
  const shown = byDay.slice(-SHOWN_DAYS);
  const most = Math.max(1, ...shown.map(({ users }) => users));
  const width = Math.max(0, ...shown.map(({ users }) => formatCount(users).length));
  return shown.map(({ date, users }) => ({
    text: `  ${date}  ${formatCount(users).padStart(width)} ${"#".repeat(Math.round((users / most) * BAR))}`.trimEnd(),
  }));
}

function forecastLines({ forecast }: ProgressDocument): readonly TextLine[] {
  const share = percent(forecast.share);
  if (forecast.model === "none") {
    return [{ text: `  no forecast for ${share}: ${NO_FORECAST[forecast.reason]}`, style: "dim" }];
  }
  const { date, earliest, latest, activeUsers, model } = forecast;
  const range = latest === null ? `from ${earliest} on` : `${earliest} to ${latest}`;
  const assumed =
    model === "steady-chance"
      ? "if whoever is left comes with the same chance each day as in the last 7 days"
      : `if each week brings the same share of the week before, which makes ${formatCount(activeUsers)} active users`;
  return [{ text: `  ${share} about ${date} (${range})` }, { text: `    ${assumed}`, style: "dim" }];
}

function leftLines({ left }: ProgressDocument): readonly TextLine[] {
  if (left === null) return [];
  const statuses = Object.entries(left.byStatus).sort(([, a], [, b]) => b - a);
  const lines: TextLine[] = [
    { text: `  left: ${countOf(left.users, "user")}, as they were last read` },
    ...statuses.map(([status, users]) => ({ text: `    ${formatCount(users)} ${printable(status)}` })),
  ];
  if (left.disabled > 0) lines.push({ text: `    ${formatCount(left.disabled)} of them disabled` });
  const changes = LAST_CHANGES.map(([key, words]) => `${formatCount(left.byLastChange[key])} within ${words}`);
  const longer = left.byLastChange["longer-ago"] + left.byLastChange.unknown;
  lines.push(
    { text: `    entries of those with a password last changed: ${changes.join(", ")}, ${formatCount(longer)} before` },
    { text: "    Cognito does not tell when a user last signed in; a changed entry is a weak hint", style: "dim" },
  );
  return lines;
}

function verdictLines({ verdicts }: ProgressDocument): readonly TextLine[] {
  if (verdicts.length === 0) return [];
  return [
    { text: "  checks" },
    ...verdicts.map(({ verdict, reason, count }) => ({ text: `    ${formatCount(count)} ${verdict} (${reason})` })),
  ];
}

function tokenLines({ tokens }: ProgressDocument): readonly TextLine[] {
  if (tokens === null) return [];
  const { accepted, lastCognito, verifiers } = tokens;
  const last = lastCognito === null ? "none of Cognito" : `the last of Cognito at ${lastCognito}`;
  return [
    {
      text: `  tokens accepted by ${countOf(verifiers, "back end")}: ${formatCount(accepted.cognito)} of Cognito, ${formatCount(accepted.descope)} of Descope; ${last}`,
    },
  ];
}

function readyLines({ ready, active }: ProgressDocument): readonly TextLine[] {
  if (ready === null) return [];
  const required = percent(ready.required);
  if (ready.reached) return [{ text: `  ready: ${required} is reached`, style: "bold" }];
  const why = active.basis === "unknown" ? "the share is not known" : `${percent(active.share)} is not ${required}`;
  return [{ text: `  not ready: ${why}`, style: "yellow" }];
}

/** Rounded down, so that nothing looks reached that is not. */
function percent(share: number): string {
  return `${Math.floor(share * 1000) / 10} %`;
}
