import { CONNECTION_CLASSES, type SsoPlanItem, VENDOR_NAMES } from "@cognito-to-descope/core";
import { countOf, formatCount } from "./amounts.ts";
import { renderDocument } from "./document.ts";
import { facts, table, tiles } from "./elements.ts";
import { findingsTable } from "./findings-section.ts";
import { foreign, type Html, html, prose } from "./html.ts";
import type { SsoReport } from "./sso-report.ts";

/** The assessment of the pools' connections as one self-contained HTML page. Holds no secret and no personal data. */
export function renderSsoHtml(report: SsoReport): string {
  const { connections, classes, pools, findings } = report;
  const nobody = connections.filter(({ classification }) => classification.actions.every(({ who }) => who === "you"));
  return renderDocument(
    "SSO assessment",
    report,
    html`<h1>SSO assessment</h1>
      <p>
        ${countOf(connections.length, "connection")} of ${countOf(pools.length, "user pool")}, from one read-only pass.
        For ${formatCount(nobody.length)} of them nobody but you has to do anything.
      </p>
      ${tiles(Object.entries(classes).map(([name, count]) => [`class ${name}`, count] as const))}
      ${pools.map(
        ({ userPoolId, customDomain, prefixHost }) =>
          html`<h2><code>${foreign(userPoolId)}</code></h2>
            ${facts([
              ["Custom domain", customDomain === undefined ? "none" : foreign(customDomain.host)],
              [
                "Stands behind it",
                customDomain === undefined ? "nothing" : foreign(customDomain.cloudFrontDistribution || "not known"),
              ],
              ["Prefix domain", prefixHost === undefined ? "none" : foreign(prefixHost)],
            ])}`,
      )}
      <h2>What each class means</h2>
      ${table(
        "Classes of connections",
        Object.entries(CONNECTION_CLASSES),
        [
          { title: "Class", cell: ([name]) => name },
          { title: "Meaning", kind: "wide", cell: ([, meaning]) => prose(meaning) },
          { title: "Connections", kind: "number", cell: ([name]) => formatCount(classes[name] ?? 0) },
        ],
        { empty: "" },
      )}
      <h2>Connections</h2>
      ${connectionsTable(connections)}
      <h2>Findings</h2>
      ${findingsTable(findings)}`,
  );
}

function connectionsTable(connections: readonly SsoPlanItem[]): Html {
  return table(
    "Each connection with who must do what",
    connections,
    [
      { title: "Connection", cell: ({ label }) => foreign(label) },
      { title: "Class", kind: "short", cell: ({ connection }) => connection.class },
      { title: "Protocol", cell: ({ connection }) => connection.protocol },
      { title: "Provider", cell: ({ vendor }) => (vendor === "other" ? "not known" : VENDOR_NAMES[vendor]) },
      { title: "Tenant", cell: ({ connection }) => foreign(connection.tenantId || "–") },
      { title: "Risk", kind: "short", cell: ({ classification }) => classification.risk },
      {
        title: "Why, and who acts",
        kind: "wide",
        cell: ({ classification }) =>
          html`${classification.reasons.map((reason) => html`${prose(reason)}<br />`)}${classification.actions.map(
            ({ who, what }) => html`<span class="muted">${who}: ${prose(what)}</span><br />`,
          )}`,
      },
    ],
    { empty: "The pools have no connections." },
  );
}
