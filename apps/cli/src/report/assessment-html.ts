import type { Assessment, PoolGroup } from "@cognito-to-descope/core";
import { countOf, formatCount, formatDuration, formatShare } from "./amounts.ts";
import { partsBar, shareBar } from "./charts.ts";
import { renderDocument } from "./document.ts";
import { type Column, facts, list, table, tiles } from "./elements.ts";
import { findingsTable } from "./findings-section.ts";
import { foreign, type Html, html, type HtmlValue, prose } from "./html.ts";
import { reportFindings } from "./plan-report.ts";
import { poolSettingsSection } from "./pool-settings-section.ts";
import type { AssessmentReport } from "./assessment-report.ts";
import type { Seal } from "./seal.ts";

/** How many groups are listed by name; the largest first. */
const MAX_GROUPS = 100;

/** The assessment of one or more pools as one self-contained HTML page. Holds no personal data. */
export function renderAssessmentHtml(report: AssessmentReport & Partial<Seal>): string {
  const { pools: assessments, findings, totals } = report;
  return renderDocument(
    "User pool assessment",
    report,
    html`<h1>User pool assessment</h1>
      <p>
        ${countOf(totals.users, "user")} in ${countOf(assessments.length, "user pool")}, from one read-only pass.
        Nothing was written to the pool or to the project.
      </p>
      ${
        assessments.length > 1 &&
        table(
          "The pools in short",
          assessments,
          [
            { title: "Pool", cell: ({ pool }) => html`<code>${foreign(pool.userPoolId)}</code> ${foreign(pool.name)}` },
            { title: "Users", kind: "number", cell: ({ observation }) => formatCount(observation.users) },
            { title: "Best fit", cell: ({ strategies }) => bestStrategy(strategies) },
            {
              title: "Time at the quotas",
              cell: ({ durations }) => formatDuration(durations.reduce((sum, { seconds }) => sum + seconds, 0)),
            },
          ],
          { empty: "" },
        )
      }
      ${
        assessments.length > 1 &&
        html`<h2>Findings of all pools together</h2>
          ${findingsTable(findings)}`
      }
      ${assessments.map(poolSection)}`,
  );
}

function poolSection(assessment: Assessment): Html {
  const { pool, observation, cannotMove, findings } = assessment;
  return html`<h2>
      ${foreign(pool.name)} <span class="muted"><code>${foreign(pool.userPoolId)}</code></span>
    </h2>
    ${tiles([
      ["users", observation.users],
      ["native", observation.native],
      ["federated", observation.federated],
      ["linked", observation.linked],
      ["disabled", observation.disabled],
      ["groups", pool.groups.length],
    ])}
    <h3>What cannot move</h3>
    ${list(cannotMove, "Everything can move.")}
    <h3>Which strategy fits</h3>
    ${strategiesTable(assessment)}
    <h3>How long it takes</h3>
    ${durationsTable(assessment)}
    <h3>Users by status</h3>
    ${statusTable(assessment)}
    <h3>Where users come from</h3>
    ${originSection(assessment)}
    <h3>Contact data</h3>
    ${contactTable(assessment)}
    <h3>Second factors</h3>
    ${mfaSection(assessment)}
    <h3>Groups</h3>
    ${groupsSection(assessment)}
    <h3>Attributes</h3>
    ${attributesTable(assessment)} ${poolSettingsSection(pool)}
    <h3>Findings</h3>
    ${findingsTable(reportFindings(findings))}`;
}

const STRATEGY_NAMES: Readonly<Record<Assessment["strategies"][number]["strategy"], string>> = {
  full: "Full migration",
  combined: "Full migration, then passwords just in time",
  "jit-password": "Just in time, password checked by Cognito",
  "jit-oidc": "Just in time, Cognito as OIDC provider",
};

const FIT_ORDER = ["best", "possible", "no"];

function bestStrategy(strategies: Assessment["strategies"]): string {
  const best = strategies.find(({ fits }) => fits === "best");
  return best === undefined ? "none" : STRATEGY_NAMES[best.strategy];
}

function strategiesTable({ strategies }: Assessment): Html {
  return table(
    "Ways to migrate, the best fit first",
    [...strategies].sort((a, b) => FIT_ORDER.indexOf(a.fits) - FIT_ORDER.indexOf(b.fits)),
    [
      { title: "Strategy", cell: ({ strategy }) => STRATEGY_NAMES[strategy] },
      { title: "Fit", kind: "short", cell: ({ fits }) => (fits === "no" ? "does not fit" : fits) },
      { title: "Why", kind: "wide", cell: ({ reasons }) => lines(reasons) },
    ],
    { empty: "None fits." },
  );
}

const STEP_NAMES: Readonly<Record<Assessment["durations"][number]["step"], string>> = {
  "read-users": "Read the users",
  "read-groups": "Read the members of groups",
  "write-users": "Create the users",
};

function durationsTable({ durations }: Assessment): Html {
  const requests = durations.reduce((sum, step) => sum + step.requests, 0);
  const seconds = durations.reduce((sum, step) => sum + step.seconds, 0);
  return table(
    "Time of each step at the configured quotas, network latency left out",
    durations,
    [
      { title: "Step", cell: ({ step }) => STEP_NAMES[step] },
      { title: "Requests", kind: "number", cell: (step) => formatCount(step.requests) },
      { title: "Time", cell: (step) => formatDuration(step.seconds) },
      { title: "Quota that decides", cell: ({ quota }) => quota },
    ],
    {
      empty: "No step takes any time.",
      foot: ["One after another", formatCount(requests), formatDuration(seconds), ""],
    },
  );
}

const STATUS_MEANINGS: Readonly<Record<string, string>> = {
  CONFIRMED: "enabled",
  UNCONFIRMED: "as the rule `unconfirmed` says",
  FORCE_CHANGE_PASSWORD: "enabled, must set a password",
  RESET_REQUIRED: "enabled, must set a password",
  EXTERNAL_PROVIDER: "enabled, signs in through its connection",
};

function statusTable({ observation }: Assessment): Html {
  const { byStatus, users } = observation;
  return table(
    "Users by Cognito status; users that are disabled stay disabled whatever their status",
    byCount(byStatus),
    [
      { title: "Status", cell: ([status]) => html`<code>${foreign(status)}</code>` },
      { title: "Users", kind: "number", cell: ([, count]) => formatCount(count) },
      { title: "Share", kind: "number", cell: ([, count]) => formatShare(count, users) },
      { title: "Chart", cell: ([, count]) => shareBar(count, users) },
      { title: "Becomes", cell: ([status]) => prose(STATUS_MEANINGS[status] ?? "disabled, with a finding") },
    ],
    { empty: "The pool has no users.", foot: ["in all", formatCount(users), "", "", ""] },
  );
}

function originSection({ observation }: Assessment): Html {
  const { native, federated, linked, byConnection, users } = observation;
  return html`${partsBar("Users by origin", [
    { label: "native", count: native, colour: 1 },
    { label: "federated", count: federated, colour: 2 },
    { label: "native with a linked identity", count: linked, colour: 4 },
  ])}
  ${table(
    "External identities by identity provider; a user may have several",
    byCount(byConnection),
    [
      { title: "Identity provider", cell: ([name]) => foreign(name) },
      { title: "Identities", kind: "number", cell: ([, count]) => formatCount(count) },
      { title: "Chart", cell: ([, count]) => shareBar(count, users) },
    ],
    { empty: "No user has an external identity." },
  )}`;
}

function contactTable({ observation }: Assessment): Html {
  const { users, verifiedEmail, unverifiedEmail, verifiedPhone, unverifiedPhone, noContact } = observation;
  return table(
    "Users by valid email address and phone number",
    [
      ["verified email address", verifiedEmail],
      ["email address that is not verified", unverifiedEmail],
      ["verified phone number", verifiedPhone],
      ["phone number that is not verified", unverifiedPhone],
      ["neither: left out unless a placeholder domain is configured", noContact],
    ] as const,
    [
      { title: "Contact", cell: ([label]) => label },
      { title: "Users", kind: "number", cell: ([, count]) => formatCount(count) },
      { title: "Share", kind: "number", cell: ([, count]) => formatShare(count, users) },
      { title: "Chart", cell: ([, count]) => shareBar(count, users) },
    ],
    { empty: "" },
  );
}

function mfaSection({ pool: { mfa } }: Assessment): Html {
  const offered = [
    mfa.sms && "SMS",
    mfa.totp && "authenticator app (TOTP)",
    mfa.email && "email",
    mfa.passkeys && "passkeys",
  ].filter((name) => name !== false);
  return html`${facts([
      ["MFA in the pool", html`<code>${mfa.configuration}</code>`],
      ["Factors offered", offered.length === 0 ? "none" : offered.join(", ")],
    ])}
    <p>
      How many users enrolled which factor is not counted: Cognito tells it one user at a time, by a call that makes the
      user billable.
    </p>`;
}

interface GroupRow {
  readonly group: PoolGroup;
  /** Absent when its members were not read. */
  readonly members: number | undefined;
}

function groupsSection({ pool, groupSizes, observation }: Assessment): Html {
  const groups: readonly GroupRow[] = pool.groups
    .map((group) => ({ group, members: groupSizes[group.name] }))
    .sort((a, b) => (b.members ?? 0) - (a.members ?? 0) || (a.group.name < b.group.name ? -1 : 1));
  const description: readonly Column<GroupRow>[] = groups.some(({ group }) => group.description !== "")
    ? [{ title: "Description", kind: "wide", cell: ({ group }) => foreign(group.description) }]
    : [];
  return html`${
    groups.length > 0 &&
    html`<p>
      ${countOf(observation.memberships, "membership")} in ${countOf(groups.length, "group")}; the most that one user
      has is ${formatCount(observation.mostGroupsOfOneUser)}.
    </p>`
  }
  ${table(
    "Groups, the largest first",
    groups.slice(0, MAX_GROUPS),
    [
      { title: "Group", cell: ({ group }) => foreign(group.name) },
      {
        title: "Members",
        kind: "number",
        cell: ({ members }) => (members === undefined ? "not read" : formatCount(members)),
      },
      ...description,
      { title: "Stays behind", cell: ({ group }) => lines(whatStaysBehind(group)) },
    ],
    { empty: "The pool has no groups." },
  )}
  ${groups.length > MAX_GROUPS && html`<p>${countOf(groups.length - MAX_GROUPS, "more group")} not listed here.</p>`}`;
}

function whatStaysBehind({ precedence, roleArn }: PoolGroup): readonly Html[] {
  return [
    ...(precedence === undefined ? [] : [html`precedence ${precedence}`]),
    ...(roleArn === undefined ? [] : [html`IAM role <code>${foreign(roleArn)}</code>`]),
  ];
}

function attributesTable({ attributes, observation }: Assessment): Html {
  return table(
    "Attributes of the pool and where they go",
    attributes,
    [
      { title: "In Cognito", cell: ({ source }) => html`<code>${foreign(source)}</code>` },
      { title: "In Descope", cell: ({ target }) => html`<code>${foreign(target)}</code>` },
      { title: "Type", cell: ({ type }) => type },
      { title: "Users", kind: "number", cell: ({ users }) => formatCount(users) },
      { title: "Chart", cell: ({ users }) => shareBar(users, observation.users) },
    ],
    { empty: "No attribute beyond email address and phone number is in use." },
  );
}

function lines(items: readonly HtmlValue[]): Html {
  return html`${items.map((item, index) => html`${index > 0 && html`<br />`}${item}`)}`;
}

function byCount(counts: Readonly<Record<string, number>>): readonly (readonly [string, number])[] {
  return Object.entries(counts).sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
}
