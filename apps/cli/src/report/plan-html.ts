import { countOf, formatCount, formatTime } from "./amounts.ts";
import { partsBar } from "./charts.ts";
import { definitionsSection } from "./definitions-section.ts";
import { renderDocument } from "./document.ts";
import { banner, facts, table, tiles } from "./elements.ts";
import { findingsTable } from "./findings-section.ts";
import { foreign, type Html, html } from "./html.ts";
import type { PlanReport } from "./plan-report.ts";
import type { Seal } from "./seal.ts";

/** How many pools are named in one line; the table of pools names all. */
const MAX_NAMED_POOLS = 5;

/** The plan of a run, its users left out, as one self-contained HTML page. Holds no personal data. */
export function renderPlanHtml(report: PlanReport & Partial<Seal>): string {
  const { counts } = report;
  return renderDocument(
    "Migration plan",
    report,
    html`<h1>Migration plan</h1>
      ${summary(report)}
      ${facts([
        ["Run", html`<code>${foreign(report.run)}</code>`],
        ["State", report.state],
        ["Plan hash", html`<code>${report.planHash}</code>`],
        ["Config hash", html`<code>${report.configHash}</code>`],
        ["Descope project", html`<code>${foreign(report.projectId)}</code>`],
        [
          report.userPoolIds.length === 1 ? "User pool" : "User pools",
          report.userPoolIds.length > MAX_NAMED_POOLS
            ? formatCount(report.userPoolIds.length)
            : report.userPoolIds.map((id, index) => html`${index > 0 && ", "}<code>${foreign(id)}</code>`),
        ],
        ["Run started", formatTime(report.startedAt)],
      ])}
      <h2>Users</h2>
      ${tiles([
        ["read", counts.read],
        ["to create", counts.create],
        ["to patch", counts.patch],
        ...(counts.delete > 0 ? [["to delete", counts.delete] as const] : []),
        ["nothing to change", counts.none],
        ["left out", counts.skip],
      ])}
      ${partsBar("Users by operation", [
        { label: "create", count: counts.create, colour: 1 },
        { label: "patch", count: counts.patch, colour: 2 },
        { label: "delete", count: counts.delete, colour: 5 },
        { label: "nothing to change", count: counts.none, colour: 3 },
        { label: "leave out", count: counts.skip, colour: 4 },
      ])}
      <p>
        ${countOf(counts.read, "user")} read = ${formatCount(counts.create)} to create + ${formatCount(counts.patch)} to
        patch${counts.delete > 0 && ` + ${formatCount(counts.delete)} to delete`} + ${formatCount(counts.none)} with
        nothing to change + ${formatCount(counts.skip)} left out.
        <code>c2d plan -v</code> lists every user with its operation and reason.
      </p>
      ${sourcesSection(report)}
      <h2>Findings</h2>
      ${findingsTable(report.findings)}
      <h2>Definitions</h2>
      ${definitionsSection(report.definitions, "is created")}`,
  );
}

function sourcesSection({ sources, counts }: PlanReport): Html {
  if (sources.length < 2) return html``;
  return html`<h2>Pools</h2>
    ${table(
      "Users by pool and operation; merged users are among those left out",
      sources,
      [
        { title: "Pool", cell: ({ userPoolId }) => html`<code>${foreign(userPoolId)}</code>` },
        { title: "Tenant", cell: ({ tenant }) => foreign(tenant ?? "") },
        { title: "Read", kind: "number", cell: ({ read }) => formatCount(read) },
        { title: "Create", kind: "number", cell: ({ create }) => formatCount(create) },
        { title: "Patch", kind: "number", cell: ({ patch }) => formatCount(patch) },
        { title: "Nothing to change", kind: "number", cell: ({ none }) => formatCount(none) },
        { title: "Left out", kind: "number", cell: ({ skip }) => formatCount(skip) },
        { title: "Merged", kind: "number", cell: ({ merged }) => formatCount(merged) },
      ],
      {
        empty: "",
        foot: [
          "in all",
          "",
          ...[counts.read, counts.create, counts.patch, counts.none, counts.skip].map(formatCount),
          formatCount(sources.reduce((sum, { merged }) => sum + merged, 0)),
        ],
      },
    )}`;
}

function summary({ findings, counts }: PlanReport): Html {
  const blockers = findings.filter(({ severity }) => severity === "blocker");
  const warnings = findings.filter(({ severity }) => severity === "warning");
  if (blockers.length > 0) {
    return banner(
      "bad",
      `Blocked by ${countOf(blockers.length, "finding")}`,
      "Nothing can be applied before the blockers are settled. Change the config and plan again.",
    );
  }
  const writes = counts.create + counts.patch + counts.delete;
  const title = writes === 0 ? "No user needs a change" : `${countOf(writes, "user")} will be written`;
  return warnings.length === 0
    ? banner("good", title, "No warning. Nothing has been written to the project yet.")
    : banner(
        "warn",
        title,
        `${countOf(warnings.length, "warning")} to look at. Nothing has been written to the project yet.`,
      );
}
