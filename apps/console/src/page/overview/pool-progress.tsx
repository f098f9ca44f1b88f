import type { JSX } from "react";
import { Link } from "wouter";
import type { PoolProgress, StepName, StepState } from "../../contract/overview.ts";
import { countOf } from "../shell/format.ts";
import { Printable } from "../shell/printable.tsx";

/** What each step is called, and the page that has more to say of it. */
const STEPS: Readonly<Record<StepName, readonly [name: string, page?: string]>> = {
  assess: ["Assess", "/plan"],
  plan: ["Plan", "/plan"],
  apply: ["Apply", "/run"],
  reconcile: ["Reconcile", "/discrepancies"],
  jit: ["Passwords", "/jit"],
  sso: ["SSO", "/sso"],
  sessions: ["Sessions", "/sessions"],
  "cut-over": ["Cut-over"],
};

/** A sign and a word for each state: colour alone tells nobody. */
const STATES: Readonly<Record<StepState, readonly [sign: string, word: string]>> = {
  done: ["✓", "Done"],
  "under-way": ["●", "Under way"],
  ahead: ["○", "Ahead"],
  blocked: ["!", "Blocked"],
  "not-needed": ["–", "Not needed"],
  unknown: ["?", "Unknown"],
};

/** Every pool with its way. */
export function PoolProgressList({ pools }: { readonly pools: readonly PoolProgress[] }): JSX.Element {
  return (
    <section aria-labelledby="pools">
      <h2 id="pools">{pools.length === 1 ? "The pool" : "Pools"}</h2>
      {pools.length === 0 && <p>No pool is named yet: c2d init writes a config that names one.</p>}
      {pools.map((pool) => (
        <article key={pool.userPoolId} className="pool" aria-label={`Pool ${pool.userPoolId}`}>
          <h3>
            <Printable text={pool.name ?? pool.userPoolId} longest={80} />
          </h3>
          <p className="muted">
            {pool.name !== null && <>{pool.userPoolId}</>}
            {pool.users !== null && <> · {countOf(pool.users, "user")}</>}
            {pool.tenant !== null && (
              <>
                {" "}
                · tenant <Printable text={pool.tenant} />
              </>
            )}
          </p>
          <ol className="steps">
            {pool.steps.map(({ step, state, summary }) => {
              const [sign, word] = STATES[state];
              const [name, page] = STEPS[step];
              return (
                <li key={step} className={`step ${state}`}>
                  <span className="step-name">{page === undefined ? name : <Link href={page}>{name}</Link>}</span>
                  <span className="step-state">
                    <span aria-hidden="true">{sign} </span>
                    {word}
                  </span>
                  {summary !== "" && <span className="step-summary">{summary}</span>}
                </li>
              );
            })}
          </ol>
        </article>
      ))}
    </section>
  );
}
