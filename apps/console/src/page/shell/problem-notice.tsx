import type { JSX } from "react";
import type { Problem } from "../../contract/problem.ts";
import { ApiProblem } from "./api.ts";

/** What each trouble means to whoever looks at the page. What is not here says it itself. */
const MEANINGS: Readonly<Record<string, { readonly title: string; readonly advice: string }>> = {
  ERR_STORE_LOCKED: {
    title: "The state is locked",
    advice: "Another process writes a lot at once. The page asks again by itself; nothing has to be done.",
  },
  ERR_STORE_NEWER: {
    title: "The state is of a newer version",
    advice: "A newer c2d has worked with this state. Install that version, and start the console again.",
  },
  ERR_STORE_CORRUPT: {
    title: "The state file is damaged",
    advice: "Stop what works with it, keep a copy, and follow the runbook for a lost state.",
  },
  ERR_STORE_UNREADABLE: {
    title: "The state cannot be read",
    advice: "See whether the file belongs to this account, or whether the database answers.",
  },
  ERR_RUN_ACTIVE: {
    title: "Another c2d is at work",
    advice: "Wait until it has finished, or pause it on the page of the run.",
  },
};

/** A problem document in words: what is the matter, and what to do. */
export function ProblemNotice({ problem }: { readonly problem: Problem }): JSX.Element {
  const meaning = MEANINGS[problem.code];
  return (
    <div className="banner bad" role="alert">
      <strong>{meaning?.title ?? sentence(problem.title)}</strong>
      <p>{meaning?.advice ?? (problem.suggestion === undefined ? "" : sentence(problem.suggestion))}</p>
      <p className="muted">
        {problem.code}
        {meaning !== undefined && `: ${problem.title}`}
      </p>
    </div>
  );
}

/** The same of whatever a query failed with. */
export function ErrorNotice({ error }: { readonly error: unknown }): JSX.Element {
  if (error instanceof ApiProblem) return <ProblemNotice problem={error.problem} />;
  return (
    <div className="banner bad" role="alert">
      <strong>The server does not answer</strong>
      <p>
        See whether <code>c2d console</code> still runs in its terminal. Runs go on without it.
      </p>
    </div>
  );
}

function sentence(text: string): string {
  const first = `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
  return /[.:!?]$/.test(first) ? first : `${first}.`;
}
