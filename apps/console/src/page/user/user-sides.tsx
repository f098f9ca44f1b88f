import type { JSX } from "react";
import type { UserDetail, UserField } from "../../contract/users.ts";
import { Masked } from "../shell/masked.tsx";
import { TableFrame } from "../shell/table-frame.tsx";

const AS_OF = { plan: "before the run", reconcile: "as reconciled", now: "now" } as const;

/** Each field in Cognito, as the rules made it, and in Descope; where Descope has something else is marked. */
export function UserSides({ user }: { readonly user: UserDetail }): JSX.Element {
  const { fields, targetAsOf } = user;
  const head = [
    { title: "Field" },
    { title: "Cognito" },
    { title: "Planned" },
    { title: targetAsOf === null ? "Descope" : `Descope, ${AS_OF[targetAsOf]}` },
    { title: "Differs" },
  ];
  const differing = fields.filter(({ differs }) => differs).length;
  return (
    <section aria-labelledby="sides" className="sides">
      <h2 id="sides">Field by field</h2>
      <p>
        {targetAsOf === null
          ? "What Descope has was not read: a reconcile reads it, and so does “Ask Descope now”."
          : differing === 0
            ? "Descope has what was planned."
            : `Descope differs from the plan in ${differing} of ${fields.length} fields.`}
      </p>
      <TableFrame caption="The user in Cognito, as planned, and in Descope" head={head}>
        {fields.map((field) => (
          <tr key={field.field} className={field.differs ? "differs" : undefined}>
            <th scope="row">
              <code>{field.field}</code>
            </th>
            {(["source", "planned", "target"] as const).map((side) => (
              <td key={side}>
                <Values field={field} values={field[side]} />
              </td>
            ))}
            <td>{field.differs ? <strong className="failed">≠ differs</strong> : ""}</td>
          </tr>
        ))}
      </TableFrame>
    </section>
  );
}

function Values({
  field: { masked },
  values,
}: {
  readonly field: UserField;
  readonly values: readonly string[] | null;
}): JSX.Element {
  if (values === null) return <span className="muted">–</span>;
  if (values.length === 0) return <span className="muted">none</span>;
  return (
    <>
      {values.map((value, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- masked values may be alike, and never move
        <div key={index}>
          {value === "" ? <span className="muted">empty</span> : <Masked value={value} masked={masked} />}
        </div>
      ))}
    </>
  );
}
