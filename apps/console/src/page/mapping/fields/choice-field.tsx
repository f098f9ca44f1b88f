import type { JSX } from "react";
import type { FieldProps } from "./field-props.ts";

/** One of a few values. */
export function ChoiceField({
  rule,
  value,
  describedBy,
  readOnly,
  onChange,
  choices,
}: FieldProps & { readonly choices: readonly (string | boolean)[] }): JSX.Element {
  return (
    <div className="choices">
      {choices.map((choice) => (
        <label key={String(choice)}>
          <input
            type="radio"
            name={rule}
            aria-describedby={describedBy}
            checked={value === choice}
            disabled={readOnly}
            onChange={() => onChange(choice)}
          />
          <code>{String(choice)}</code>
        </label>
      ))}
    </div>
  );
}
