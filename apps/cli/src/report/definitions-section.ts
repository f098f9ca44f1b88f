import type { DefinitionPlan, PlanDefinitions, Role } from "@cognito-to-descope/core";
import { formatCount } from "./amounts.ts";
import { table } from "./elements.ts";
import { foreign, type Html, html, type HtmlValue } from "./html.ts";

/** How many definitions of a kind are listed by name. */
const MAX_LISTED = 500;

/** Attribute definitions, roles and tenants: what is created, and what the project has. */
export function definitionsSection({ attributes, roles, tenants }: PlanDefinitions, created: string): Html {
  const described = [...roles.create, ...roles.unchanged].some(({ description }) => description !== "");
  const ofTenants = [...roles.create, ...roles.unchanged].some(({ tenantId }) => tenantId !== undefined);
  return html`<h3>Custom attributes</h3>
    ${definitionTable("Definitions of user custom attributes", attributes, created, "No custom attribute is needed.", [
      { title: "Name", cell: ({ name }) => html`<code>${foreign(name)}</code>` },
      { title: "Type", cell: ({ type }) => type },
      { title: "Shown as", cell: ({ displayName }) => foreign(displayName) },
    ])}
    <h3>Roles</h3>
    ${definitionTable("Roles of the project", roles, created, "No role is needed.", [
      { title: "Name", cell: ({ name }) => foreign(name) },
      ...(ofTenants ? [{ title: "Tenant", cell: ({ tenantId }: Role) => foreign(tenantId ?? "") }] : []),
      ...(described ? [{ title: "Description", cell: ({ description }: Role) => foreign(description) }] : []),
    ])}
    <h3>Tenants</h3>
    ${definitionTable("Tenants of the project", tenants, created, "No tenant is needed.", [
      { title: "ID", cell: ({ id }) => html`<code>${foreign(id)}</code>` },
      { title: "Name", cell: ({ name }) => foreign(name) },
    ])}`;
}

function definitionTable<T>(
  caption: string,
  { create, unchanged }: DefinitionPlan<T>,
  created: string,
  empty: string,
  columns: readonly { readonly title: string; readonly cell: (one: T) => HtmlValue }[],
): Html {
  const rows = [
    ...create.map((one) => ({ one, what: created })),
    ...unchanged.map((one) => ({ one, what: "in the project already" })),
  ];
  const listed = table(
    caption,
    rows.slice(0, MAX_LISTED),
    [
      ...columns.map(({ title, cell }) => ({ title, cell: ({ one }: { readonly one: T }) => cell(one) })),
      { title: "What happens", kind: "short", cell: ({ what }) => what },
    ],
    { empty },
  );
  return html`${listed}${
    rows.length > MAX_LISTED && html`<p>${formatCount(MAX_LISTED)} of ${formatCount(rows.length)} are listed here.</p>`
  }`;
}
