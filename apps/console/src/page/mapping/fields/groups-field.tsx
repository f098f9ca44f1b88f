import type { JSX } from "react";
import type { FieldProps } from "./field-props.ts";
import { KnownNames } from "./known-names.tsx";

interface GroupRule {
  readonly group: string;
  readonly role?: true | string;
  readonly tenant?: string;
}

/** Rules in an order: the first that matches a group counts. */
export function GroupsField({ value, known, readOnly, onChange }: FieldProps): JSX.Element {
  const rules = (Array.isArray(value) ? value : []) as readonly GroupRule[];
  const change = (index: number, rule: GroupRule): void => onChange(rules.with(index, rule));
  const move = (from: number, to: number): void => {
    const rule = rules[from];
    if (rule !== undefined) onChange(rules.toSpliced(from, 1).toSpliced(to, 0, rule));
  };
  return (
    <>
      <KnownNames id="known-groups" names={known.groups} />
      {rules.length > 0 && (
        <ol className="rows">
          {rules.map((rule, index) => (
            // oxlint-disable-next-line react/no-array-index-key -- rules have no name but their place, which is what counts
            <li key={index}>
              <label className="stacked">
                Group, or a pattern with *
                <input
                  type="text"
                  list="known-groups"
                  value={rule.group}
                  disabled={readOnly}
                  spellCheck={false}
                  onChange={(event) => change(index, { ...rule, group: event.target.value })}
                />
              </label>
              <label className="stacked">
                Role
                <select
                  value={roleKind(rule)}
                  disabled={readOnly}
                  onChange={(event) => change(index, withRole(rule, event.target.value))}
                >
                  <option value="own">of the group's name</option>
                  <option value="named">of another name</option>
                  <option value="none">none</option>
                </select>
              </label>
              {typeof rule.role === "string" && (
                <label className="stacked">
                  Name of the role
                  <input
                    type="text"
                    value={rule.role}
                    disabled={readOnly}
                    spellCheck={false}
                    onChange={(event) => change(index, { ...rule, role: event.target.value })}
                  />
                </label>
              )}
              <label className="stacked">
                Tenant, if any
                <input
                  type="text"
                  value={rule.tenant ?? ""}
                  disabled={readOnly}
                  spellCheck={false}
                  onChange={(event) => change(index, withTenant(rule, event.target.value))}
                />
              </label>
              <span className="row-buttons">
                <button
                  type="button"
                  className="small"
                  disabled={readOnly || index === 0}
                  aria-label={`Move rule ${index + 1} up`}
                  onClick={() => move(index, index - 1)}
                >
                  ↑
                </button>
                <button
                  type="button"
                  className="small"
                  disabled={readOnly || index === rules.length - 1}
                  aria-label={`Move rule ${index + 1} down`}
                  onClick={() => move(index, index + 1)}
                >
                  ↓
                </button>
                <button
                  type="button"
                  className="small"
                  disabled={readOnly}
                  onClick={() => onChange(rules.toSpliced(index, 1))}
                >
                  Remove<span className="visually-hidden"> rule {index + 1}</span>
                </button>
              </span>
            </li>
          ))}
        </ol>
      )}
      <div className="actions">
        <button type="button" disabled={readOnly} onClick={() => onChange([...rules, { group: "", role: true }])}>
          Add a rule for groups
        </button>
      </div>
    </>
  );
}

function roleKind({ role }: GroupRule): string {
  if (role === undefined) return "none";
  return role === true ? "own" : "named";
}

function withRole({ role: _role, ...rest }: GroupRule, kind: string): GroupRule {
  if (kind === "none") return rest;
  return { ...rest, role: kind === "own" ? true : rest.group.replaceAll("*", "") };
}

function withTenant({ tenant: _tenant, ...rest }: GroupRule, tenant: string): GroupRule {
  return tenant === "" ? rest : { ...rest, tenant };
}
