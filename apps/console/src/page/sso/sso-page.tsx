import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type JSX, useEffect } from "react";
import type { assessSso, readSso, SsoOverview } from "../../contract/sso.ts";
import { callApi } from "../shell/api.ts";
import { EmptyState } from "../shell/empty-state.tsx";
import { NextStep } from "../shell/next-step.tsx";
import { PageTitle } from "../shell/page-title.tsx";
import { ErrorNotice } from "../shell/problem-notice.tsx";
import { useSession } from "../shell/session.ts";
import { Time } from "../shell/time.tsx";
import { CLASS_NAMES } from "./class-names.ts";
import { ConnectionTable } from "./connection-table.tsx";
import { useSsoRevision } from "./use-sso-revision.ts";

/** The connections of all pools. */
export default function SsoPage(): JSX.Element {
  const client = useQueryClient();
  const revision = useSsoRevision();
  const { data, error } = useQuery({
    queryKey: ["sso"],
    queryFn: ({ signal }) => callApi<typeof readSso>("get", "/api/v1/sso", undefined, signal),
  });
  useEffect(() => {
    if (revision !== undefined) void client.invalidateQueries({ queryKey: ["sso"] });
  }, [client, revision]);
  return (
    <>
      <PageTitle>SSO</PageTitle>
      {error !== null && <ErrorNotice error={error} />}
      {data === undefined ? error === null && <p className="loading">Loading…</p> : <Shown overview={data} />}
    </>
  );
}

function Shown({ overview }: { readonly overview: SsoOverview }): JSX.Element {
  const { connections, next, bridge, classes } = overview;
  return (
    <>
      {connections.length === 0 ? (
        <EmptyState title="No connection is known yet" command="c2d sso assess">
          Nothing was planned or written, and there is no config of a bridge in this directory. Reading the pools shows
          their SAML, OIDC and social providers, and what moving each takes.
        </EmptyState>
      ) : (
        <>
          <NextStep next={next} />
          <section aria-labelledby="connections">
            <h2 id="connections">Connections</h2>
            <ConnectionTable connections={connections} />
          </section>
          <section aria-labelledby="classes">
            <h2 id="classes">By class</h2>
            <dl className="facts">
              {Object.entries(classes).map(([name, count]) => (
                <ClassRow key={name} name={name} count={count} />
              ))}
            </dl>
          </section>
        </>
      )}
      <AssessmentSection overview={overview} />
      <section aria-labelledby="bridge">
        <h2 id="bridge">The bridge</h2>
        {bridge.state === "absent" && (
          <p>There is no config of a bridge in this directory: c2d sso bridge config writes it.</p>
        )}
        {bridge.state === "unreadable" && (
          <p>The config of the bridge cannot be read: write it anew with c2d sso bridge config.</p>
        )}
        <dl className="facts">
          <dt>Config</dt>
          <dd>{bridge.config}</dd>
          <dt>Modes</dt>
          <dd>{bridge.modes}</dd>
          <dt>Who changed them</dt>
          <dd>{bridge.history}</dd>
          <dt>Decisions</dt>
          <dd>{bridge.decisions.join(", ")}</dd>
        </dl>
        {bridge.unreadableDecisions > 0 && (
          <p className="muted">
            {bridge.unreadableDecisions} lines of the decisions cannot be read, and count for nothing.
          </p>
        )}
      </section>
    </>
  );
}

function ClassRow({ name, count }: { readonly name: string; readonly count: number }): JSX.Element {
  return (
    <>
      <dt>
        Class {name}: {count}
      </dt>
      <dd>{CLASS_NAMES[name] ?? ""}</dd>
    </>
  );
}

function AssessmentSection({ overview: { assessment } }: { readonly overview: SsoOverview }): JSX.Element {
  const client = useQueryClient();
  const { data: session } = useSession();
  const assess = useMutation({
    mutationFn: () => callApi<typeof assessSso>("post", "/api/v1/sso/assessment", { body: {} }),
    onSuccess: (overview) => client.setQueryData(["sso"], overview),
  });
  const { state, at, fromPlan, problem } = assessment;
  return (
    <section aria-labelledby="assessment">
      <h2 id="assessment">What pools and providers say</h2>
      <p aria-live="polite">
        {state === "reading" && "Reading the pools and their providers…"}
        {state !== "reading" &&
          at === null &&
          "Findings, certificates and who must do what are shown once they were read."}
        {state !== "reading" && at !== null && (
          <>
            {fromPlan ? "By the plan of " : "Read "}
            <Time at={at} />
          </>
        )}
      </p>
      {problem !== null && <ErrorBanner code={problem.code} title={problem.title} suggestion={problem.suggestion} />}
      {assess.error !== null && <ErrorNotice error={assess.error} />}
      {session?.readOnly !== true && (
        <div className="actions">
          <button type="button" disabled={state === "reading" || assess.isPending} onClick={() => assess.mutate()}>
            Read the pools now
          </button>
        </div>
      )}
    </section>
  );
}

function ErrorBanner({
  code,
  title,
  suggestion,
}: {
  readonly code: string;
  readonly title: string;
  readonly suggestion: string;
}): JSX.Element {
  return (
    <div className="banner bad" role="alert">
      <strong>{title}</strong>
      <p>{suggestion}</p>
      <p className="muted">{code}</p>
    </div>
  );
}
