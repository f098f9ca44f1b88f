import type { Finding, Severity } from "@cognito-to-descope/core";
import type { Output } from "./output.ts";
import { formatCount, printableName } from "./printable.ts";

const SEVERITIES: readonly (readonly [Severity, string, "red" | "yellow" | "dim"])[] = [
  ["blocker", "blockers: apply refuses until these are settled", "red"],
  ["warning", "warnings", "yellow"],
  ["note", "notes", "dim"],
];

const SHOWN_SUBJECTS = 5;

/** Prints findings by severity, each with how often, what about, and its page. */
export function printFindings(findings: readonly Finding[], output: Output): void {
  for (const [severity, title, style] of SEVERITIES) {
    const found = findings.filter((finding) => finding.severity === severity);
    if (found.length === 0) continue;
    output.line();
    output.line(output.style(style, title));
    for (const { rule, count, message, subjects } of found) {
      output.line(`  ${formatCount(count).padStart(9)}  ${message}`);
      const shown = subjects.slice(0, SHOWN_SUBJECTS).map(printableName).join(", ");
      const more = subjects.length > SHOWN_SUBJECTS ? ", …" : "";
      if (shown !== "") output.line(`${" ".repeat(13)}${output.style("dim", `${shown}${more}`)}`);
      output.line(`${" ".repeat(13)}${output.style("dim", `docs/findings/${rule}.md`)}`);
    }
  }
}
