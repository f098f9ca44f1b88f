import type { JSX } from "react";
import type { UserDetail } from "../../contract/users.ts";
import { Masked } from "../shell/masked.tsx";
import { Printable } from "../shell/printable.tsx";
import { TableFrame } from "../shell/table-frame.tsx";
import { Time } from "../shell/time.tsx";

const HEAD = [{ title: "Attribute" }, { title: "Value" }] as const;

/** The user as Cognito had it, attribute by attribute. */
export function UserSource({ user: { source } }: { readonly user: UserDetail }): JSX.Element {
  return (
    <section aria-labelledby="source">
      <h2 id="source">In Cognito</h2>
      {source === null ? (
        <p>
          The user is gone from the pool, or a later run has read the pool anew, after which only what was planned is
          kept.
        </p>
      ) : (
        <>
          <p>
            {source.status}, {source.enabled ? "enabled" : "disabled"}
            {source.createdAt !== null && (
              <>
                , created <Time at={source.createdAt} />
              </>
            )}
            {source.modifiedAt !== null && (
              <>
                , last changed <Time at={source.modifiedAt} />
              </>
            )}
          </p>
          <TableFrame caption="Attributes in Cognito" head={HEAD}>
            {source.attributes.map(({ name, value, masked }) => (
              <tr key={name}>
                <th scope="row">
                  <Printable text={name} />
                </th>
                <td>
                  {value === "" ? <span className="muted">empty</span> : <Masked value={value} masked={masked} />}
                </td>
              </tr>
            ))}
          </TableFrame>
        </>
      )}
    </section>
  );
}
