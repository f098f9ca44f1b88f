import { countOf, formatCount, formatTime } from "./amounts.ts";
import { partsBar } from "./charts.ts";
import { definitionsSection } from "./definitions-section.ts";
import { renderDocument } from "./document.ts";
import { banner, type Column, facts, list, table, tiles } from "./elements.ts";
import { findingsTable } from "./findings-section.ts";
import { foreign, type Html, html, prose } from "./html.ts";
import type { Seal } from "./seal.ts";
import type { CutList, ReconcileReport, ReportedDiscrepancy } from "./reconcile-report.ts";

/** How many pools are named in one line; the table of pools names all. */
const MAX_NAMED_POOLS = 5;

/** The reconcile of a run as one self-contained HTML page. Shows the values that the report holds, and no others. */
export function renderReconcileHtml(report: ReconcileReport & Partial<Seal>): string {
  return renderDocument(
    "Reconcile report",
    report,
    html`<h1>Reconcile report</h1>
      ${verdictBanner(report)}
      ${facts([
        ["Run", html`<code>${foreign(report.run)}</code>`],
        ["Plan hash", html`<code>${report.planHash}</code>`],
        ["Config hash", html`<code>${report.configHash}</code>`],
        ["Descope project", html`<code>${foreign(report.projectId)}</code>`],
        [
          report.pools.length === 1 ? "User pool" : "User pools",
          report.pools.length > MAX_NAMED_POOLS
            ? formatCount(report.pools.length)
            : report.pools.map(
                ({ userPoolId, name, region }, index) =>
                  html`${index > 0 && html`<br />`}<code>${foreign(userPoolId)}</code> ${foreign(name)}, ${region}`,
              ),
        ],
        ["Run started", formatTime(report.times.started)],
        ["Compared", formatTime(report.times.reconciled)],
        ["Report made", formatTime(report.createdAt)],
        ["Tool version", report.toolVersion],
        ["State of the run", report.state],
      ])}
      ${usersSection(report)} ${sourcesSection(report)}
      <h2>What was checked</h2>
      ${list(report.checked.map(prose), "Nothing.")}
      <h2>What was not checked</h2>
      ${list(report.notChecked.map(prose), "Nothing was left unchecked.")} ${discrepanciesSection(report)}
      ${notComparedSection(report)} ${signInsSection(report)}
      <h2>Findings of the plan</h2>
      ${findingsTable(report.findings)}
      <h2>Definitions</h2>
      ${definitionsSection(report.definitions, "created by this run")}`,
  );
}

function verdictBanner({ verdict, users, compared, discrepancies, signIns }: ReconcileReport): Html {
  const compare = `${countOf(compared.users, "user")} and ${countOf(compared.values, "value")} compared`;
  if (verdict === "matches") {
    return banner("good", "The project is as planned", `${compare}: 0 discrepancies, 0 failed users.`);
  }
  if (verdict === "differs") {
    const failed =
      signIns === undefined || signIns.failed === 0 ? "" : `, ${countOf(signIns.failed, "failed sign-in test")}`;
    return banner(
      "bad",
      "The project differs from the plan",
      `${compare}: ${countOf(discrepancies.total, "discrepancy", "discrepancies")}${failed}, ${countOf(users.failed, "failed user")}.`,
    );
  }
  return banner(
    "warn",
    "What was compared is as planned, but not every user is in the project",
    `${compare}: 0 discrepancies. ${countOf(users.failed, "user")} failed, ${countOf(users.pending, "user")} had no turn yet.`,
  );
}

function usersSection({ users }: ReconcileReport): Html {
  const parts = [
    { label: "created", count: users.created, colour: 1 },
    { label: "updated", count: users.updated, colour: 2 },
    { label: "unchanged", count: users.unchanged, colour: 3 },
    ...(users.deleted > 0 ? [{ label: "deleted", count: users.deleted, colour: 6 } as const] : []),
    { label: "skipped", count: users.skipped, colour: 4 },
    { label: "failed", count: users.failed, colour: 5 },
    ...(users.pending > 0 ? [{ label: "pending", count: users.pending, colour: 6 } as const] : []),
  ] as const;
  return html`<h2>Users</h2>
    ${tiles([["read", users.read], ...parts.map(({ label, count }) => [label, count] as const)])}
    ${partsBar("Users by outcome", parts)}
    <p>
      ${parts.map(({ label, count }, index) => html`${index > 0 && " + "}${formatCount(count)} ${label}`)} =
      ${formatCount(users.read)} read.
    </p>`;
}

function sourcesSection({ sources, pools, users }: ReconcileReport): Html {
  if (sources.length < 2) return html``;
  const poolOf = new Map(pools.map((pool) => [pool.userPoolId, pool]));
  return html`<h2>Pools</h2>
    ${table(
      "Users by pool and outcome; merged users are among those skipped",
      sources,
      [
        {
          title: "Pool",
          cell: ({ userPoolId }) =>
            html`<code>${foreign(userPoolId)}</code> ${foreign(poolOf.get(userPoolId)?.name ?? "")}`,
        },
        { title: "Tenant", cell: ({ tenant }) => foreign(tenant ?? "") },
        { title: "Read", kind: "number", cell: ({ read }) => formatCount(read) },
        { title: "Created", kind: "number", cell: ({ created }) => formatCount(created) },
        { title: "Updated", kind: "number", cell: ({ updated }) => formatCount(updated) },
        { title: "Unchanged", kind: "number", cell: ({ unchanged }) => formatCount(unchanged) },
        { title: "Skipped", kind: "number", cell: ({ skipped }) => formatCount(skipped) },
        { title: "Merged", kind: "number", cell: ({ merged }) => formatCount(merged) },
        { title: "Failed", kind: "number", cell: ({ failed }) => formatCount(failed) },
        { title: "Pending", kind: "number", cell: ({ pending }) => formatCount(pending) },
      ],
      {
        empty: "",
        foot: [
          "in all",
          "",
          ...[users.read, users.created, users.updated, users.unchanged, users.skipped].map(formatCount),
          formatCount(sources.reduce((sum, { merged }) => sum + merged, 0)),
          ...[users.failed, users.pending].map(formatCount),
        ],
      },
    )}`;
}

function discrepanciesSection(report: ReconcileReport): Html {
  const { discrepancies, discrepanciesByField, showsValues } = report;
  if (discrepancies.total === 0) {
    return html`<h2>Discrepancies</h2>
      <p>None.</p>`;
  }
  return html`<h2>Discrepancies</h2>
    <p>
      ${
        showsValues
          ? "Values are shown as JSON. They are personal data: keep this report accordingly."
          : html`Values are left out. With <code>-v</code> they are put into the report.`
      }
    </p>
    ${table(
      "Discrepancies by field",
      Object.entries(discrepanciesByField).sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)),
      [
        { title: "Field", cell: ([field]) => html`<code>${foreign(field)}</code>` },
        { title: "Discrepancies", kind: "number", cell: ([, count]) => formatCount(count) },
      ],
      { empty: "None.", foot: ["in all", formatCount(discrepancies.total)] },
    )}
    ${table(
      "Discrepancies one by one, users by their Cognito sub",
      discrepancies.listed,
      [
        { title: "User", cell: ({ sub }) => (sub === undefined ? "(definition)" : html`<code>${foreign(sub)}</code>`) },
        { title: "Field", cell: ({ field }) => html`<code>${foreign(field)}</code>` },
        ...(showsValues ? VALUE_COLUMNS : []),
      ],
      { empty: "None are listed." },
    )}
    ${rest(discrepancies)}`;
}

const VALUE_COLUMNS: readonly Column<ReportedDiscrepancy>[] = [
  { title: "Planned", kind: "wide", cell: ({ expected }) => value(expected) },
  { title: "In the project", kind: "wide", cell: ({ actual }) => value(actual) },
];

function value(json: string | undefined): Html {
  return html`<code>${foreign(json ?? "")}</code>`;
}

function notComparedSection(report: ReconcileReport): Html {
  const { notCompared, notComparedByReason, failuresByClass } = report;
  if (notCompared.total === 0) {
    return html`<h2>Users that were not compared</h2>
      <p>None: every user that was read is in the project.</p>`;
  }
  return html`<h2>Users that were not compared</h2>
    ${table(
      "Failed users by class",
      Object.entries(failuresByClass),
      [
        { title: "Class", cell: ([name]) => html`<code>${name}</code>` },
        { title: "Users", kind: "number", cell: ([, count]) => formatCount(count) },
        { title: "What it means", kind: "wide", cell: ([name]) => FAILURE_MEANING[name] ?? "" },
      ],
      { empty: "No user failed." },
    )}
    ${table(
      "Users without a comparison by reason",
      Object.entries(notComparedByReason),
      [
        { title: "Reason", kind: "wide", cell: ([reason]) => foreign(reason) },
        { title: "Users", kind: "number", cell: ([, count]) => formatCount(count) },
      ],
      { empty: "None.", foot: ["in all", formatCount(notCompared.total)] },
    )}
    ${table(
      "Users without a comparison one by one, by their Cognito sub",
      notCompared.listed,
      [
        { title: "User", cell: ({ sub }) => html`<code>${foreign(sub)}</code>` },
        { title: "Outcome", cell: ({ outcome }) => html`<span class="tag ${outcome}">${outcome}</span>` },
        {
          title: "Reason",
          kind: "wide",
          cell: ({ reason, detail }) =>
            html`${foreign(reason)}${detail !== undefined && html`<br />${foreign(detail)}`}`,
        },
      ],
      { empty: "None are listed." },
    )}
    ${rest(notCompared)}`;
}

const FAILURE_MEANING: Readonly<Record<string, string>> = {
  "login-id-taken": "A login ID belongs to another user of the project.",
  refused: "The project refused the user's data.",
  "target-error": "The project kept failing on this user, and not on others.",
};

function signInsSection({ signIns }: ReconcileReport): Html {
  if (signIns === undefined) {
    return html`<h2>Sign-in tests</h2>
      <p>None were made.</p>`;
  }
  return html`<h2>Sign-in tests</h2>
    <p>
      ${countOf(signIns.tested, "sign-in")} tested, ${formatCount(signIns.failed)} with problems.
      ${
        signIns.method === "management"
          ? "Real users were signed in by the management API; a disabled user must be refused. Users whose first sign-in would enable them were tried by a test user of the same shape."
          : "Test users of the same shape were signed in and removed again."
      }
    </p>
    ${table(
      "Sign-in tests",
      signIns.tests,
      [
        { title: "User", cell: ({ sub }) => html`<code>${foreign(sub)}</code>` },
        { title: "Kind", cell: ({ kind }) => kind },
        { title: "Method", cell: ({ method }) => method },
        {
          title: "Result",
          kind: "wide",
          cell: ({ problems }) =>
            problems.length === 0
              ? "as planned"
              : html`<span class="tag failed">problem</span> ${foreign(problems.join("; "))}`,
        },
      ],
      { empty: "No user could be tested." },
    )}`;
}

function rest({ total, listed }: CutList<unknown>): Html {
  if (listed.length >= total) return html``;
  return html`<p>
    ${formatCount(listed.length)} of ${formatCount(total)} are listed here. All are in the state store.
  </p>`;
}
