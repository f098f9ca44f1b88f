import { type JSX, useState } from "react";
import type { FieldProps } from "./field-props.ts";
import { KnownNames } from "./known-names.tsx";

type Rule = false | { readonly name: string; readonly type?: string } | { readonly field: string };

const FIELDS = ["name", "givenName", "middleName", "familyName", "picture"] as const;
const TYPES = ["", "string", "number", "boolean"] as const;

/** A table of attributes, each with what becomes of it. */
export function AttributesField({ value, known, readOnly, onChange }: FieldProps): JSX.Element {
  const [added, setAdded] = useState("");
  const rules = Object.entries((value ?? {}) as Readonly<Record<string, Rule>>);
  const change = (name: string, rule: Rule | undefined): void => {
    const others = rules.map(([other, old]) => [other, other === name ? rule : old] as const);
    onChange(Object.fromEntries(others.filter(([, kept]) => kept !== undefined)));
  };
  const add = (): void => {
    if (added === "" || rules.some(([name]) => name === added)) return;
    onChange(Object.fromEntries([...rules, [added, { name: legalName(added) }]]));
    setAdded("");
  };
  return (
    <>
      {rules.length > 0 && (
        <ul className="rows">
          {rules.map(([name, rule]) => (
            <li key={name}>
              <bdi className="row-name">{name}</bdi>
              <label>
                <span className="visually-hidden">What becomes of {name}</span>
                <select
                  value={kindOf(rule)}
                  disabled={readOnly}
                  onChange={(event) => change(name, ruleOf(event.target.value, name))}
                >
                  <option value="attribute">custom attribute</option>
                  <option value="field">built-in field</option>
                  <option value="nothing">left out</option>
                </select>
              </label>
              {rule !== false && "name" in rule && (
                <>
                  <label>
                    <span className="visually-hidden">Name of the custom attribute for {name}</span>
                    <input
                      type="text"
                      value={rule.name}
                      disabled={readOnly}
                      spellCheck={false}
                      onChange={(event) => change(name, { ...rule, name: event.target.value })}
                    />
                  </label>
                  <label>
                    <span className="visually-hidden">Type of the custom attribute for {name}</span>
                    <select
                      value={rule.type ?? ""}
                      disabled={readOnly}
                      onChange={(event) =>
                        change(
                          name,
                          event.target.value === ""
                            ? { name: rule.name }
                            : { name: rule.name, type: event.target.value },
                        )
                      }
                    >
                      {TYPES.map((type) => (
                        <option key={type} value={type}>
                          {type === "" ? "type of the pool" : type}
                        </option>
                      ))}
                    </select>
                  </label>
                </>
              )}
              {rule !== false && "field" in rule && (
                <label>
                  <span className="visually-hidden">Built-in field for {name}</span>
                  <select
                    value={rule.field}
                    disabled={readOnly}
                    onChange={(event) => change(name, { field: event.target.value })}
                  >
                    {FIELDS.map((field) => (
                      <option key={field}>{field}</option>
                    ))}
                  </select>
                </label>
              )}
              <button type="button" className="small" disabled={readOnly} onClick={() => change(name, undefined)}>
                Remove<span className="visually-hidden"> the rule for {name}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
      <div className="actions">
        <label className="stacked">
          Attribute of the pool
          <input
            type="text"
            list="known-attributes"
            value={added}
            disabled={readOnly}
            spellCheck={false}
            onChange={(event) => setAdded(event.target.value)}
          />
        </label>
        <KnownNames id="known-attributes" names={known.attributes} />
        <button type="button" disabled={readOnly || added === ""} onClick={add}>
          Add a rule
        </button>
      </div>
    </>
  );
}

function kindOf(rule: Rule): string {
  if (rule === false) return "nothing";
  return "field" in rule ? "field" : "attribute";
}

function ruleOf(kind: string, name: string): Rule {
  if (kind === "nothing") return false;
  return kind === "field" ? { field: "name" } : { name: legalName(name) };
}

/** A name that Descope takes, made of the pool's. */
function legalName(name: string): string {
  return name
    .replace(/^(dev:)?custom:/, "")
    .replaceAll(/[^\w-]/g, "_")
    .slice(0, 20);
}
