import { type JSX, useState } from "react";
import type { FieldProps } from "./field-props.ts";
import { KnownNames } from "./known-names.tsx";

/** A tenant for each connection that gives its users one. */
export function ConnectionTenantsField({ value, known, readOnly, onChange }: FieldProps): JSX.Element {
  const [added, setAdded] = useState("");
  const tenants = Object.entries((value ?? {}) as Readonly<Record<string, string>>);
  return (
    <>
      {tenants.length > 0 && (
        <ul className="rows">
          {tenants.map(([connection, tenant]) => (
            <li key={connection}>
              <bdi className="row-name">{connection}</bdi>
              <label>
                <span className="visually-hidden">Tenant of {connection}</span>
                <input
                  type="text"
                  value={tenant}
                  disabled={readOnly}
                  spellCheck={false}
                  onChange={(event) =>
                    onChange(
                      Object.fromEntries(
                        tenants.map(([name, old]) => [name, name === connection ? event.target.value : old]),
                      ),
                    )
                  }
                />
              </label>
              <button
                type="button"
                className="small"
                disabled={readOnly}
                onClick={() => onChange(Object.fromEntries(tenants.filter(([name]) => name !== connection)))}
              >
                Remove<span className="visually-hidden"> {connection}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
      <div className="actions">
        <label className="stacked">
          Connection of the pool
          <input
            type="text"
            list="known-connections"
            value={added}
            disabled={readOnly}
            spellCheck={false}
            onChange={(event) => setAdded(event.target.value)}
          />
        </label>
        <KnownNames id="known-connections" names={known.connections} />
        <button
          type="button"
          disabled={readOnly || added === ""}
          onClick={() => {
            onChange(Object.fromEntries([...tenants, [added, ""]]));
            setAdded("");
          }}
        >
          Add a tenant
        </button>
      </div>
    </>
  );
}
