import type { JSX } from "react";
import { Link } from "wouter";
import type { PlanFinding } from "../../contract/plan.ts";
import { countOf, formatCount } from "../shell/format.ts";
import { Printable } from "../shell/printable.tsx";
import { Advice } from "../shell/advice.tsx";
import { writeFilters } from "./search-filters.ts";

const SIGNS: Readonly<Record<PlanFinding["severity"], readonly [sign: string, word: string]>> = {
  blocker: ["✕", "Blocker"],
  warning: ["!", "Warning"],
  note: ["i", "Note"],
};

/** What the plan found, with what to do about each, and the way to whom it is about. */
export function PlanFindings({
  findings,
  path,
}: {
  readonly findings: readonly PlanFinding[];
  readonly path: string;
}): JSX.Element {
  const count = (severity: PlanFinding["severity"]): number =>
    findings.filter((finding) => finding.severity === severity).length;
  return (
    <section aria-labelledby="findings">
      <h2 id="findings">Findings</h2>
      <p>
        {findings.length === 0
          ? "The plan found nothing to know about."
          : `${count("blocker")} that block, ${count("warning")} to look at, ${count("note")} good to know.`}
      </p>
      <List findings={findings.filter(({ severity }) => severity !== "note")} path={path} />
      {count("note") > 0 && (
        <details>
          <summary>{countOf(count("note"), "note")}</summary>
          <List findings={findings.filter(({ severity }) => severity === "note")} path={path} />
        </details>
      )}
    </section>
  );
}

function List({
  findings,
  path,
}: {
  readonly findings: readonly PlanFinding[];
  readonly path: string;
}): JSX.Element | null {
  if (findings.length === 0) return null;
  return (
    <ul className="findings">
      {findings.map((finding) => (
        <Finding key={finding.rule} finding={finding} path={path} />
      ))}
    </ul>
  );
}

function Finding({ finding, path }: { readonly finding: PlanFinding; readonly path: string }): JSX.Element {
  const { rule, severity, count, message, advice, subjects, ofUsers } = finding;
  const [sign, word] = SIGNS[severity];
  return (
    <li className={`finding ${severity}`}>
      <span className="sign" aria-hidden="true">
        {sign}
      </span>
      <div>
        <h3>
          <span className="finding-severity">{word}</span> <code>{rule}</code>{" "}
          <span className="muted">× {formatCount(count)}</span>
        </h3>
        <p>
          <Advice text={sentence(message)} />
        </p>
        <p>
          <strong>What to do:</strong> <Advice text={advice} />
        </p>
        {subjects.length > 0 && (
          <p className="muted">
            About{" "}
            {subjects.map((subject, index) => (
              <span key={subject}>
                {index > 0 && ", "}
                <Printable text={subject} />
              </span>
            ))}
          </p>
        )}
        <p>
          {ofUsers && count > 0 && (
            <Link href={`${path}?${writeFilters({ rule }).toString()}#users`}>
              Show these users<span className="visually-hidden">: {rule}</span>
            </Link>
          )}{" "}
          <span className="muted">
            The whole story: <code>docs/findings/{rule}.md</code>
          </span>
        </p>
      </div>
    </li>
  );
}

function sentence(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`;
}
