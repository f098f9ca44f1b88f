import type { JSX } from "react";

/** Names to choose from in a text field, where the newest run knows some. */
export function KnownNames({ id, names }: { readonly id: string; readonly names: readonly string[] }): JSX.Element {
  return (
    <datalist id={id}>
      {names.slice(0, 200).map((name) => (
        <option key={name} value={name}>
          {name}
        </option>
      ))}
    </datalist>
  );
}
