import type { JSX } from "react";
import type { FieldProps } from "./field-props.ts";

/** `skip`, or addresses at a domain of one's own. */
export function NoContactField({ rule, value, describedBy, readOnly, onChange }: FieldProps): JSX.Element {
  const domain = (value as { readonly placeholderDomain?: string } | undefined)?.placeholderDomain;
  return (
    <div className="choices">
      <label>
        <input
          type="radio"
          name={rule}
          checked={domain === undefined}
          disabled={readOnly}
          onChange={() => onChange("skip")}
        />
        <span>
          <code>skip</code>: they are left out
        </span>
      </label>
      <label>
        <input
          type="radio"
          name={rule}
          checked={domain !== undefined}
          disabled={readOnly}
          onChange={() => onChange({ placeholderDomain: "" })}
        />
        An address that reaches nobody, at a domain of ours
      </label>
      {domain !== undefined && (
        <label className="stacked">
          Domain
          <input
            type="text"
            value={domain}
            placeholder="users.example.com"
            aria-describedby={describedBy}
            disabled={readOnly}
            spellCheck={false}
            onChange={(event) => onChange({ placeholderDomain: event.target.value })}
          />
        </label>
      )}
    </div>
  );
}
