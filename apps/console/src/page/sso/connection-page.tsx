import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type JSX, useEffect } from "react";
import { Link, useSearchParams } from "wouter";
import type { checkSsoConnection, readSsoConnection, SsoConnectionDetail } from "../../contract/sso.ts";
import { callApi } from "../shell/api.ts";
import { EmptyState } from "../shell/empty-state.tsx";
import { GateList } from "../shell/gate-list.tsx";
import { PageTitle } from "../shell/page-title.tsx";
import { Printable } from "../shell/printable.tsx";
import { ErrorNotice } from "../shell/problem-notice.tsx";
import { useSession } from "../shell/session.ts";
import { Time } from "../shell/time.tsx";
import { GATE_NAMES } from "./class-names.ts";
import { ConnectionFacts } from "./connection-facts.tsx";
import { HistoryTable } from "./history-table.tsx";
import { StageSteps } from "./stage-steps.tsx";
import { StepActions } from "./step-actions.tsx";
import { useSsoRevision } from "./use-sso-revision.ts";

/** One connection: where it is, what its next step needs, and the way back. */
export default function ConnectionPage(): JSX.Element {
  const [search] = useSearchParams();
  const key = search.get("connection") ?? "";
  const client = useQueryClient();
  const revision = useSsoRevision();
  const { data, error } = useQuery({
    queryKey: ["sso", "connection", key],
    queryFn: ({ signal }) =>
      callApi<typeof readSsoConnection>("get", "/api/v1/sso/connection", { query: { connection: key } }, signal),
    enabled: key !== "",
  });
  useEffect(() => {
    if (revision !== undefined) void client.invalidateQueries({ queryKey: ["sso", "connection", key] });
  }, [client, key, revision]);
  return (
    <>
      <PageTitle>Connection</PageTitle>
      <p>
        <Link href="/sso">All connections</Link>
      </p>
      {error !== null && <ErrorNotice error={error} />}
      {key === "" && <EmptyState title="No connection is named">Choose one in the list of all connections.</EmptyState>}
      {data === undefined ? (
        error === null && key !== "" && <p className="loading">Loading…</p>
      ) : (
        <Shown detail={data} onChanged={(changed) => client.setQueryData(["sso", "connection", key], changed)} />
      )}
    </>
  );
}

interface ShownProps {
  readonly detail: SsoConnectionDetail;
  readonly onChanged: (detail: SsoConnectionDetail) => void;
}

function Shown({ detail, onChanged }: ShownProps): JSX.Element {
  const { connection, step, history, historyExplains } = detail;
  return (
    <>
      <h2 className="wide">
        <Printable text={connection.name} longest={80} />
      </h2>
      {connection.bridge === null || step === null ? (
        <EmptyState title="The bridge does not have this connection" command="c2d sso bridge config">
          Only connections of classes A, B, C and E of a pool with a custom domain are the bridge's; the others move by
          their settings alone. After a change in Cognito the config of the bridge has to be written anew.
        </EmptyState>
      ) : (
        <>
          <section aria-labelledby="cutover">
            <h3 id="cutover">The cut-over</h3>
            <StageSteps stage={connection.bridge.stage} since={connection.bridge.since} />
            {!historyExplains && (
              <div className="banner warn" aria-live="polite">
                <strong>The file of modes was changed by somebody else</strong>
                <p>It says another stage than the last change that was written down. Nobody knows who did it.</p>
              </div>
            )}
            <NextStage detail={detail} onChanged={onChanged} />
            <StepActions detail={detail} onChanged={onChanged} />
          </section>
          <HistoryTable history={history} />
        </>
      )}
      <ConnectionFacts connection={connection} />
    </>
  );
}

function NextStage({ detail, onChanged }: ShownProps): JSX.Element | null {
  const { data: session } = useSession();
  const { connection, step, checks } = detail;
  const check = useMutation({
    mutationFn: () =>
      callApi<typeof checkSsoConnection>("post", "/api/v1/sso/checks", { body: { connection: connection.key } }),
    onSuccess: onChanged,
  });
  if (step === null || step.to === null) return <p>This is the last stage.</p>;
  return (
    <>
      <h4>Gates of the next step</h4>
      <div aria-live="polite">
        <GateList
          gates={step.gates.map(({ gate, state, detail: found }) => ({
            name: GATE_NAMES[gate] ?? gate,
            state,
            reason: <Printable text={`${found.slice(0, 1).toUpperCase()}${found.slice(1)}.`} />,
          }))}
        />
      </div>
      {check.error !== null && <ErrorNotice error={check.error} />}
      <div className="actions">
        {session?.readOnly !== true && (
          <button type="button" disabled={check.isPending} onClick={() => check.mutate()}>
            {check.isPending ? "Testing…" : "Test now"}
          </button>
        )}
        <span className="muted">
          {checks === null ? (
            "Settings and test sign-in were not looked at since the stage began."
          ) : (
            <>
              Tested <Time at={checks.at} />
            </>
          )}
        </span>
      </div>
    </>
  );
}
