import type { JSX } from "react";
import type { Plan, PlannedDefinitions } from "../../contract/plan.ts";
import { formatCount } from "../shell/format.ts";
import { Printable } from "../shell/printable.tsx";

const KINDS = [
  ["roles", "Roles"],
  ["tenants", "Tenants"],
  ["attributes", "Attributes"],
] as const;

/** Roles, tenants and attributes that an apply makes before any user. */
export function PlanDefinitions({ definitions }: { readonly definitions: Plan["definitions"] }): JSX.Element {
  return (
    <section aria-labelledby="definitions">
      <h2 id="definitions">Definitions</h2>
      <p>An apply creates these before any user.</p>
      {KINDS.map(([kind, title]) => (
        <Kind key={kind} title={title} definitions={definitions[kind]} />
      ))}
    </section>
  );
}

function Kind({
  title,
  definitions: { create, createCount, unchangedCount, removeCount },
}: {
  readonly title: string;
  readonly definitions: PlannedDefinitions;
}): JSX.Element {
  const summary = [
    `${formatCount(createCount)} to create`,
    `${formatCount(unchangedCount)} there already`,
    ...(removeCount > 0 ? [`${formatCount(removeCount)} to remove`] : []),
  ].join(", ");
  return (
    <div>
      <h3>{title}</h3>
      {create.length === 0 ? (
        <p>{summary}.</p>
      ) : (
        <details>
          <summary>{summary}</summary>
          <ul>
            {create.map((name) => (
              <li key={name}>
                <Printable text={name} />
              </li>
            ))}
          </ul>
          {createCount > create.length && <p>And {formatCount(createCount - create.length)} more.</p>}
        </details>
      )}
    </div>
  );
}
