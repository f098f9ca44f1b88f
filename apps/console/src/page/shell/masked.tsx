import type { JSX } from "react";
import { Printable } from "./printable.tsx";

/**
 * A value that may be personal. The server masks it (`a…@e…`) and hands it out when it is asked to, so there is nothing to reveal in the
 * page itself.
 */
export function Masked({ value, masked }: { readonly value: string; readonly masked: boolean }): JSX.Element {
  if (!masked) return <Printable text={value} />;
  return (
    <span className="masked">
      <span className="visually-hidden">Masked: </span>
      <Printable text={value} />
    </span>
  );
}
