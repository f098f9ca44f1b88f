import type { JSX } from "react";
import { Link } from "wouter";
import type { PlannedPool } from "../../contract/plan.ts";
import { formatCount } from "../shell/format.ts";
import { Printable } from "../shell/printable.tsx";
import { TableFrame } from "../shell/table-frame.tsx";
import { writeFilters } from "./search-filters.ts";

const HEAD = [
  { title: "Pool" },
  { title: "Tenant" },
  { title: "Read", number: true },
  { title: "Create", number: true },
  { title: "Patch", number: true },
  { title: "Unchanged", number: true },
  { title: "Left out", number: true },
  { title: "Of these merged", number: true },
] as const;

/** What the plan does with the users of each pool. */
export function PlanPools({
  pools,
  path,
}: {
  readonly pools: readonly PlannedPool[];
  readonly path: string;
}): JSX.Element {
  return (
    <section aria-labelledby="plan-pools">
      <h2 id="plan-pools">Pools</h2>
      <TableFrame caption="Users of each pool by what the plan does with them" head={HEAD}>
        {pools.map(({ userPoolId, name, tenant, counts, merged }, source) => (
          <tr key={userPoolId}>
            <th scope="row">
              <Link href={`${path}?${writeFilters({ source: String(source) }).toString()}#users`}>
                <code>{userPoolId}</code>
              </Link>
              {name !== null && (
                <>
                  {" "}
                  <Printable text={name} />
                </>
              )}
            </th>
            <td>{tenant === null ? "–" : <Printable text={tenant} />}</td>
            {([counts?.read, counts?.create, counts?.patch, counts?.none, counts?.skip, merged] as const).map(
              (count, column) => (
                <td className="number" key={HEAD[column + 2]?.title}>
                  {count === undefined ? "–" : formatCount(count)}
                </td>
              ),
            )}
          </tr>
        ))}
      </TableFrame>
    </section>
  );
}
