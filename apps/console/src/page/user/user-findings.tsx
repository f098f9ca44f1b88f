import type { JSX } from "react";
import type { UserFinding } from "../../contract/users.ts";
import { Advice } from "../shell/advice.tsx";
import { Printable } from "../shell/printable.tsx";
import { TableFrame } from "../shell/table-frame.tsx";

const HEAD = [{ title: "Rule" }, { title: "Severity" }, { title: "About" }, { title: "What to do" }] as const;

/** What the plan found about the user, with what to do. */
export function UserFindings({ findings }: { readonly findings: readonly UserFinding[] }): JSX.Element {
  return (
    <section aria-labelledby="user-findings">
      <h2 id="user-findings">Findings</h2>
      {findings.length === 0 ? (
        <p>The plan found nothing about this user.</p>
      ) : (
        <TableFrame caption="Findings about this user" head={HEAD}>
          {findings.map(({ rule, severity, subject, advice }) => (
            <tr key={`${rule} ${subject ?? ""}`}>
              <th scope="row">
                <code>{rule}</code>
              </th>
              <td className={severity === "blocker" ? "failed" : undefined}>{severity}</td>
              <td>{subject === null ? "–" : <Printable text={subject} />}</td>
              <td>
                <Advice text={advice} />
              </td>
            </tr>
          ))}
        </TableFrame>
      )}
    </section>
  );
}
