import type { JSX } from "react";
import type { FieldProps } from "./field-props.ts";

const SOURCES = ["email", "phone", "username", "preferred_username"] as const;

/** `auto`, or a list in an order. */
export function LoginIdsField({ rule, value, readOnly, onChange }: FieldProps): JSX.Element {
  const list = Array.isArray(value) ? (value as readonly string[]) : [];
  const isAuto = value === "auto";
  const move = (from: number, to: number): void => {
    const moved = list.toSpliced(from, 1).toSpliced(to, 0, list[from] ?? "");
    onChange(moved);
  };
  const left = SOURCES.filter((source) => !list.includes(source));
  return (
    <>
      <div className="choices">
        <label>
          <input type="radio" name={rule} checked={isAuto} disabled={readOnly} onChange={() => onChange("auto")} />
          <span>
            <code>auto</code>, as people sign in today
          </span>
        </label>
        <label>
          <input type="radio" name={rule} checked={!isAuto} disabled={readOnly} onChange={() => onChange(["email"])} />
          A list of my own
        </label>
      </div>
      {!isAuto && (
        <ol className="ordered">
          {list.map((source, index) => (
            <li key={source}>
              <code>{source}</code>
              <button
                type="button"
                className="small"
                disabled={readOnly || index === 0}
                aria-label={`Move ${source} up`}
                onClick={() => move(index, index - 1)}
              >
                ↑
              </button>
              <button
                type="button"
                className="small"
                disabled={readOnly || index === list.length - 1}
                aria-label={`Move ${source} down`}
                onClick={() => move(index, index + 1)}
              >
                ↓
              </button>
              <button
                type="button"
                className="small"
                disabled={readOnly || list.length === 1}
                onClick={() => onChange(list.toSpliced(index, 1))}
              >
                Take out<span className="visually-hidden"> {source}</span>
              </button>
            </li>
          ))}
        </ol>
      )}
      {!isAuto && (
        <div className="actions">
          {left.map((source) => (
            <button
              key={source}
              type="button"
              className="small"
              disabled={readOnly}
              onClick={() => onChange([...list, source])}
            >
              Add {source}
            </button>
          ))}
        </div>
      )}
    </>
  );
}
