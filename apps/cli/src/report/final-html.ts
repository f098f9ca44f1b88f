import { countOf, formatCount, formatShare, formatTime } from "./amounts.ts";
import { columns, partsBar, shareBar } from "./charts.ts";
import { renderDocument } from "./document.ts";
import { banner, type Column, facts, list, table, tiles } from "./elements.ts";
import { eventWords } from "./event-words.ts";
import type { FinalPool, FinalReport, TimelineEntry } from "./final-report.ts";
import type { MigrationVerdict } from "./final-verdict.ts";
import { findingsTable } from "./findings-section.ts";
import { foreign, type Html, html, prose } from "./html.ts";
import type { Seal } from "./seal.ts";

const TITLES: Readonly<Record<MigrationVerdict, readonly ["good" | "warn" | "bad", string]>> = {
  complete: ["good", "The migration is complete"],
  open: ["warn", "The migration is applied, with open points"],
  unfinished: ["warn", "The migration is not finished"],
  "taken-back": ["bad", "The migration was taken back"],
  "not-begun": ["warn", "The migration has not begun"],
};

/** The whole migration as one self-contained HTML page, of which the first sheet is for a manager. */
export function renderFinalHtml(report: FinalReport & Partial<Seal>): string {
  const [tone, title] = TITLES[report.verdict];
  return renderDocument(
    "Migration report",
    report,
    html`<h1>Migration report</h1>
      <div class="sheet">
        ${banner(tone, title, report.statement)} ${numbers(report)}
        ${partsBar("Users by what became of them", outcomeParts(report))}
        ${report.openPoints.length > 0 && html`<p>${countOf(report.openPoints.length, "point")} open; see below.</p>`}
        ${facts([
          ["Descope project", html`<code>${foreign(report.projectId)}</code>`],
          ["User pools", formatCount(report.pools.length)],
          ["Runs", formatCount(report.runs.length)],
          ["First run began", period(report.runs.at(-1)?.startedAt)],
          ["Last change", period(report.runs[0]?.updatedAt)],
          ["Main run", report.mainRun === null ? "none" : html`<code>${foreign(report.mainRun)}</code>`],
        ])}
      </div>
      <h2>Open points</h2>
      ${table(
        "What is left to do, the most pressing first",
        report.openPoints,
        [
          { title: "What", kind: "wide", cell: ({ what }) => prose(what) },
          { title: "Next", kind: "wide", cell: ({ next }) => prose(next) },
        ],
        { empty: "Nothing is left to do." },
      )}
      ${poolsSection(report)} ${paceSection(report)} ${notMovedSection(report)} ${definitionsSection(report)}
      ${verificationSection(report)} ${passwordsSection(report)} ${connectionsSection(report)}
      ${sessionsSection(report)}
      <h2>Findings</h2>
      ${findingsBySeverity(report)} ${findingsTable(report.findings)} ${decisionsSection(report)} ${runsSection(report)}
      ${timelineSection(report)} ${peopleSection(report)}`,
  );
}

function numbers({ numbers: { read, moved, leftOut, notYet, discrepancies } }: FinalReport): Html {
  return html`${tiles([
    ["users in the pools", read],
    ["in the project", moved],
    ["left out as planned", leftOut],
    ["failed or not yet", notYet],
    ["discrepancies", discrepancies ?? "not compared"],
  ])}`;
}

function outcomeParts({ users }: FinalReport): Parameters<typeof partsBar>[1] {
  if (users === null) return [];
  return [
    { label: "created", count: users.created, colour: 1 },
    { label: "updated", count: users.updated, colour: 2 },
    { label: "there already", count: users.unchanged, colour: 3 },
    { label: "left out", count: users.skipped, colour: 4 },
    { label: "failed", count: users.failed, colour: 5 },
    { label: "deleted or not yet", count: users.deleted + users.pending, colour: 6 },
  ];
}

function period(at: string | undefined): string {
  return at === undefined ? "–" : formatTime(at);
}

function poolsSection({ pools }: FinalReport): Html {
  const sum = (of: (pool: FinalPool) => number): string =>
    formatCount(pools.reduce((total, pool) => total + of(pool), 0));
  return html`<h2>Pools</h2>
    ${table(
      "Users by pool",
      pools,
      [
        {
          title: "Pool",
          cell: ({ userPoolId, name }) => html`<code>${foreign(userPoolId)}</code> ${foreign(name)}`,
        },
        { title: "Tenant", cell: ({ tenant }) => foreign(tenant ?? "") },
        { title: "Read", kind: "number", cell: ({ read }) => formatCount(read) },
        { title: "In the project", kind: "number", cell: ({ moved }) => formatCount(moved) },
        { title: "Chart", cell: ({ moved, read }) => shareBar(moved, read) },
        { title: "Left out", kind: "number", cell: ({ leftOut }) => formatCount(leftOut) },
        { title: "Failed", kind: "number", cell: ({ failed }) => formatCount(failed) },
        { title: "Not yet", kind: "number", cell: ({ pending }) => formatCount(pending) },
      ],
      {
        empty: "No pool was planned yet.",
        foot: [
          "in all",
          "",
          sum(({ read }) => read),
          sum(({ moved }) => moved),
          "",
          sum(({ leftOut }) => leftOut),
          sum(({ failed }) => failed),
          sum(({ pending }) => pending),
        ],
      },
    )}`;
}

function paceSection({ pace }: FinalReport): Html {
  if (pace.length === 0) return html``;
  return html`<h2>Pace</h2>
    ${columns(
      "Users that got an outcome, over time",
      pace.map(({ at, users }) => ({ label: formatTime(at), count: users })),
    )}`;
}

function notMovedSection({ notMoved, numbers: { read } }: FinalReport): Html {
  return html`<h2>What did not move, and why</h2>
    ${table(
      "Users that are not in the project by the main run, by reason",
      notMoved,
      [
        { title: "Reason", kind: "wide", cell: ({ reason }) => foreign(reason) },
        { title: "Outcome", cell: ({ outcome }) => html`<span class="tag ${outcome}">${outcome}</span>` },
        { title: "Users", kind: "number", cell: ({ users }) => formatCount(users) },
        { title: "Share", kind: "number", cell: ({ users }) => formatShare(users, read) },
      ],
      { empty: "Nobody: every user that was read is in the project, or has had no turn yet." },
    )}
    <p>
      Passwords, second factors, passkeys and sessions are not among it: Cognito gives them to nobody. Passwords move
      one by one at a sign-in, or are set anew; second factors and passkeys are enrolled again.
    </p>`;
}

function definitionsSection({ definitions }: FinalReport): Html {
  if (definitions === null) return html``;
  return html`<h2>Definitions</h2>
    ${table(
      "Definitions that the users need",
      Object.entries(definitions),
      [
        { title: "Kind", cell: ([kind]) => (kind === "attributes" ? "custom attributes" : kind) },
        { title: "Created", kind: "number", cell: ([, { created }]) => formatCount(created) },
        { title: "In the project before", kind: "number", cell: ([, { unchanged }]) => formatCount(unchanged) },
      ],
      { empty: "" },
    )}`;
}

function verificationSection({ verification, signIns }: FinalReport): Html {
  return html`<h2>Verification</h2>
    ${
      verification === null
        ? html`<p>The project was not compared with the plan yet.</p>`
        : html`${facts([
            ["Compared", formatTime(verification.at)],
            ["Users", formatCount(verification.checked)],
            ["Values", formatCount(verification.fields)],
            ["Discrepancies", formatCount(verification.discrepancies)],
            ["Users not compared", formatCount(verification.notCompared)],
          ])}
          ${
            verification.discrepancies > 0 &&
            table(
              "Discrepancies by field",
              Object.entries(verification.byField),
              [
                { title: "Field", cell: ([field]) => html`<code>${foreign(field)}</code>` },
                { title: "Discrepancies", kind: "number", cell: ([, count]) => formatCount(count) },
              ],
              { empty: "" },
            )
          }`
    }
    <h3>Sign-in tests</h3>
    ${
      signIns === null
        ? html`<p>None were made.</p>`
        : html`<p>
            ${countOf(signIns.tested, "sign-in")} tested by <code>${signIns.method}</code> at ${formatTime(signIns.at)},
            ${formatCount(signIns.failed)} with problems.
          </p>`
    }`;
}

function passwordsSection({ passwords }: FinalReport): Html {
  if (passwords === null) {
    return html`<h2>Passwords</h2>
      <p>No password was checked just in time.</p>`;
  }
  const { captured, passwordUsers, forecast, byDay } = passwords;
  return html`<h2>Passwords</h2>
    ${facts([
      ["Captured", formatCount(captured)],
      ["Users with a password in the pools", passwordUsers === null ? "not known" : formatCount(passwordUsers)],
      [
        "Forecast",
        forecast.model === "none"
          ? `none: ${forecast.reason.replaceAll("-", " ")}`
          : `${formatShare(forecast.share, 1)} of ${formatCount(forecast.activeUsers)} active users by ${forecast.date} (${forecast.earliest} to ${forecast.latest ?? "never"})`,
      ],
    ])}
    ${columns(
      "Passwords captured by day",
      byDay.map(({ date, users }) => ({ label: date, count: users })),
    )}`;
}

function connectionsSection({ connections }: FinalReport): Html {
  return html`<h2>SSO connections</h2>
    ${table(
      "Connections that were written",
      connections,
      [
        { title: "Connection", cell: ({ name }) => foreign(name) },
        { title: "Pool", cell: ({ userPoolId }) => html`<code>${foreign(userPoolId)}</code>` },
        { title: "Tenant", cell: ({ tenantId }) => foreign(tenantId || "–") },
        { title: "State", cell: ({ state }) => state },
        { title: "Since", kind: "short", cell: ({ at }) => formatTime(at) },
        { title: "Sign-ins go to", cell: ({ cutOver }) => cutOver ?? "not on record" },
      ],
      { empty: "None were written." },
    )}`;
}

function sessionsSection({ sessions }: FinalReport): Html {
  return html`<h2>Sessions</h2>
    ${
      sessions === null
        ? html`<p>
            Back ends were not asked which tokens they still accept: <code>--verifier-statistics</code> asks them.
          </p>`
        : html`${partsBar("Tokens that back ends accepted", [
            { label: "of Cognito", count: sessions.cognito, colour: 4 },
            { label: "of Descope", count: sessions.descope, colour: 2 },
          ])}
          ${facts([
            ["Back ends asked", formatCount(sessions.verifiers)],
            ["Last token of Cognito", sessions.lastCognito === null ? "none" : formatTime(sessions.lastCognito)],
          ])}`
    }`;
}

function findingsBySeverity({ findings }: FinalReport): Html {
  const count = (severity: string): number => findings.filter((finding) => finding.severity === severity).length;
  return partsBar("Findings by severity", [
    { label: "blockers", count: count("blocker"), colour: 5 },
    { label: "warnings", count: count("warning"), colour: 4 },
    { label: "notes", count: count("note"), colour: 3 },
  ]);
}

function decisionsSection({ decisions }: FinalReport): Html {
  return html`<h2>Decisions</h2>
    ${
      decisions === null
        ? html`<p>The config that the main run was planned with is not at hand.</p>`
        : table(
            "Rules that the main run was planned with",
            decisions,
            [
              { title: "Rule", cell: ({ rule }) => html`<code>${foreign(rule)}</code>` },
              { title: "Value", kind: "wide", cell: ({ value }) => html`<code>${foreign(value)}</code>` },
              { title: "Origin", cell: ({ isDefault }) => (isDefault ? "default" : "chosen") },
            ],
            { empty: "None." },
          )
    }`;
}

function runsSection({ runs }: FinalReport): Html {
  return html`<h2>Runs</h2>
    ${table(
      "Runs of the project, the newest first",
      runs,
      [
        { title: "Run", cell: ({ run }) => html`<code>${foreign(run)}</code>` },
        {
          title: "Kind",
          cell: ({ kind, rollsBack, rolledBackBy }) =>
            html`${kind}${rollsBack !== null && html`<br />takes back ${foreign(rollsBack)}`}${
              rolledBackBy !== null && html`<br />taken back by ${foreign(rolledBackBy)}`
            }`,
        },
        { title: "State", cell: ({ state }) => state },
        { title: "Began", kind: "short", cell: ({ startedAt }) => formatTime(startedAt) },
        {
          title: "Users",
          kind: "wide",
          cell: ({ users }) => eventWords({ type: "apply-ended", data: { ...users } }).replace("applied: ", ""),
        },
      ],
      { empty: "None." },
    )}`;
}

const RUN_COLUMN: Column<TimelineEntry> = {
  title: "Run",
  kind: "short",
  cell: ({ run }) => html`<code>${foreign(run)}</code>`,
};

function timelineSection({ timeline, runs }: FinalReport): Html {
  return html`<h2>Timeline</h2>
    ${table(
      "What happened, in order",
      timeline,
      [
        { title: "When", kind: "short", cell: ({ at }) => formatTime(at) },
        ...(runs.length > 1 ? [RUN_COLUMN] : []),
        { title: "What", kind: "wide", cell: ({ what }) => foreign(what) },
        { title: "Who", kind: "short", cell: ({ who }) => foreign(who ?? "") },
      ],
      { empty: "Nothing is on record." },
    )}`;
}

function peopleSection({ people }: FinalReport): Html {
  return html`<h2>People</h2>
    ${list(
      people.map(
        ({ operator, events, first, last }) =>
          html`${foreign(operator)}: ${countOf(events, "event")}, ${formatTime(first)} to ${formatTime(last)}`,
      ),
      "Nobody is named on record.",
    )}`;
}
