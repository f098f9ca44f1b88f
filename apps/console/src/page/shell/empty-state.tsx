import type { JSX, ReactNode } from "react";
import { CommandLine } from "./command-line.tsx";

/** Stands where there is nothing to show: why, and what to do about it. */
export function EmptyState({
  title,
  children,
  command,
}: {
  readonly title: string;
  readonly children: ReactNode;
  readonly command?: string;
}): JSX.Element {
  return (
    <section className="empty">
      <h2>{title}</h2>
      <p>{children}</p>
      {command !== undefined && <CommandLine command={command} />}
    </section>
  );
}
