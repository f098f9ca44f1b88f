import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { type JSX, useDeferredValue } from "react";
import type { checkMapping, Mapping, MappingProblem, readMapping } from "../../contract/mapping.ts";
import { callApi } from "../shell/api.ts";
import { CommandLine } from "../shell/command-line.tsx";
import { formatCount } from "../shell/format.ts";
import { PageTitle } from "../shell/page-title.tsx";
import { ErrorNotice } from "../shell/problem-notice.tsx";
import { useSession } from "../shell/session.ts";
import { EffectSection } from "./effect-section.tsx";
import { RULE_GROUPS } from "./rule-groups.ts";
import { RuleField } from "./rule-field.tsx";
import { SaveSection } from "./save-section.tsx";
import { TrySection } from "./try-section.tsx";
import { useDraft } from "./use-draft.ts";
import "./mapping.css";

/** The mapping rules: to be read, changed, tried and saved. */
export default function MappingPage(): JSX.Element {
  const { data, error } = useQuery({
    queryKey: ["mapping"],
    queryFn: ({ signal }) => callApi<typeof readMapping>("get", "/api/v1/mapping", undefined, signal),
  });
  return (
    <>
      <PageTitle>Mapping</PageTitle>
      {error !== null && data === undefined && <ErrorNotice error={error} />}
      {data === undefined && error === null && <p className="loading">Loading…</p>}
      {data !== undefined && <Editor mapping={data} />}
    </>
  );
}

function Editor({ mapping }: { readonly mapping: Mapping }): JSX.Element {
  const { data: session } = useSession();
  const readOnly = session?.readOnly !== false;
  const draft = useDraft(mapping);
  const { rules, isChanged, set, reset } = draft;
  const checked = useDeferredValue(rules);
  const check = useQuery({
    queryKey: ["mapping-check", checked],
    queryFn: ({ signal }) =>
      callApi<typeof checkMapping>("post", "/api/v1/mapping/check", { body: { mapping: checked } }, signal),
    enabled: !readOnly,
    placeholderData: keepPreviousData,
    gcTime: 0,
  });
  const problems = check.data?.problems ?? [];
  const ready = !readOnly && problems.length === 0;
  return (
    <>
      <Standing mapping={mapping} readOnly={readOnly} />
      {mapping.hasTransform && (
        <p className="banner">
          <strong>The config has a transform</strong> It is code that changes users after all rules. It stays, and
          counts in everything below.
        </p>
      )}
      <Unplaced problems={problems} />
      {RULE_GROUPS.map((group) => (
        <section key={group.title} aria-label={group.title}>
          <h2>{group.title}</h2>
          {group.rules.map(({ rule, title }) => (
            <RuleField
              key={rule}
              rule={rule}
              title={title}
              mapping={mapping}
              value={rules[rule]}
              problems={problems.filter(({ path }) => ruleOf(path) === rule)}
              readOnly={readOnly}
              onChange={(value) => set(rule, value)}
            />
          ))}
        </section>
      ))}
      {isChanged && (
        <div className="actions">
          <button type="button" onClick={reset}>
            Forget what I changed
          </button>
        </div>
      )}
      {mapping.run !== null && <TrySection rules={rules} ready={ready} />}
      {mapping.run !== null && <EffectSection rules={rules} ready={ready} />}
      <SaveSection mapping={mapping} rules={rules} isChanged={isChanged} ready={ready} onSaved={reset} />
    </>
  );
}

function Standing({ mapping, readOnly }: { readonly mapping: Mapping; readonly readOnly: boolean }): JSX.Element {
  const { file, run } = mapping;
  return (
    <>
      <p>
        {file === null
          ? "No config file: the defaults hold."
          : `Rules of ${file}, and the defaults where it says nothing.`}
        {readOnly && " This console only shows them."}
      </p>
      {run === null ? (
        <div className="banner warn">
          <strong>No run has read the pools yet</strong>
          <p>Rules can be tried on real users once there is a plan.</p>
          <CommandLine command="c2d plan" />
        </div>
      ) : (
        <p className="muted">
          Tried on the {formatCount(run.users)} users of run {run.run}.
        </p>
      )}
      {run?.isStale === true && (
        <div className="banner warn">
          <strong>The newest plan was made by other rules</strong>
          <p>Apply refuses it until there is a new one.</p>
          <CommandLine command="c2d plan" />
        </div>
      )}
    </>
  );
}

/** Problems of no rule that the page shows. */
function Unplaced({ problems }: { readonly problems: readonly MappingProblem[] }): JSX.Element | null {
  const shown = new Set(RULE_GROUPS.flatMap(({ rules }) => rules.map(({ rule }) => rule)));
  const others = problems.filter(({ path }) => !shown.has(ruleOf(path)));
  if (others.length === 0) return null;
  return (
    <ul className="problems" role="alert">
      {others.map(({ path, message }) => (
        <li key={`${path} ${message}`}>
          <code>{path}</code> {message}
        </li>
      ))}
    </ul>
  );
}

function ruleOf(path: string): string {
  return /^[^.[]*/.exec(path)?.[0] ?? "";
}
