import { useMutation, useQuery } from "@tanstack/react-query";
import { type JSX, useState } from "react";
import { Link, useParams } from "wouter";
import type { readUser, revealUser, UserDetail } from "../../contract/users.ts";
import { ApiProblem, callApi } from "../shell/api.ts";
import { EmptyState } from "../shell/empty-state.tsx";
import { PageTitle } from "../shell/page-title.tsx";
import { ErrorNotice } from "../shell/problem-notice.tsx";
import { useSession } from "../shell/session.ts";
import { UserFindings } from "./user-findings.tsx";
import { UserHistory } from "./user-history.tsx";
import { UserSides } from "./user-sides.tsx";
import { UserSource } from "./user-source.tsx";
import { UserSummary } from "./user-summary.tsx";
import "./user.css";

type AsOf = "read" | "now";

/** One user's whole story: both sides, what the rules made of it, what became of it in every run. */
export default function UserPage(): JSX.Element {
  const { run, seq } = useParams<{ run: string; seq: string }>();
  // Another user begins with nothing revealed.
  return <OfUser key={`${run}/${seq}`} run={run} seq={seq} />;
}

function OfUser({ run, seq }: { readonly run: string; readonly seq: string }): JSX.Element {
  const [asOf, setAsOf] = useState<AsOf>("read");
  const params = { run, seq };
  const { data, error, isFetching } = useQuery<UserDetail>({
    queryKey: ["user", run, seq, asOf],
    queryFn: ({ signal }) =>
      callApi<typeof readUser>("get", "/api/v1/runs/{run}/users/{seq}", { params, query: { asOf } }, signal),
    // The other side comes when it comes; what is known stays to be read meanwhile.
    placeholderData: (before) => before,
    retry: false,
  });
  // What is revealed stays in this component, and goes with it.
  const reveal = useMutation({
    mutationFn: () =>
      callApi<typeof revealUser>("post", "/api/v1/runs/{run}/users/{seq}/reveal", { params, query: { asOf } }),
    gcTime: 0,
  });
  const user = reveal.data ?? data;
  return (
    <>
      <PageTitle>{`User ${seq}`}</PageTitle>
      <p>
        <Link href={`/plan/${encodeURIComponent(user?.run ?? run)}`}>Plan of run {user?.run ?? run}</Link>
      </p>
      {user === undefined && error !== null && <Failed error={error} />}
      {user === undefined && error === null && <p className="loading">Loading…</p>}
      {user !== undefined && (
        <>
          <Actions
            user={user}
            asOf={asOf}
            busy={isFetching || reveal.isPending}
            onReveal={() => reveal.mutate()}
            onHide={() => reveal.reset()}
            onAsk={() => {
              reveal.reset();
              setAsOf("now");
            }}
          />
          {reveal.error !== null && <ErrorNotice error={reveal.error} />}
          {error !== null && <ErrorNotice error={error} />}
          <UserSummary user={user} />
          <UserFindings findings={user.findings} />
          <UserSides user={user} />
          <UserSource user={user} />
          <UserHistory user={user} />
        </>
      )}
    </>
  );
}

function Failed({ error }: { readonly error: Error }): JSX.Element {
  if (!(error instanceof ApiProblem) || error.problem.code !== "not-found") return <ErrorNotice error={error} />;
  return (
    <EmptyState title="No such user">
      The plan of this run has no user of this number. Plans are made anew by each run: search for the user in the
      newest one.
    </EmptyState>
  );
}

function Actions({
  user,
  asOf,
  busy,
  onReveal,
  onHide,
  onAsk,
}: {
  readonly user: UserDetail;
  readonly asOf: AsOf;
  readonly busy: boolean;
  readonly onReveal: () => void;
  readonly onHide: () => void;
  readonly onAsk: () => void;
}): JSX.Element {
  const { data: session } = useSession();
  return (
    <>
      <p className="actions">
        {user.masked ? (
          <button type="button" disabled={busy || session?.readOnly === true} onClick={onReveal}>
            Reveal personal values
          </button>
        ) : (
          <button type="button" onClick={onHide}>
            Hide personal values
          </button>
        )}
        <button type="button" disabled={busy || asOf === "now"} onClick={onAsk}>
          {asOf === "now" ? "Asked Descope" : "Ask Descope now"}
        </button>
      </p>
      <p className="muted" aria-live="polite">
        {session?.readOnly === true
          ? "Personal values are masked. A console that only shows reveals none, because that is written down."
          : user.masked
            ? "Personal values are masked. Revealing them is written down in the run, with your name."
            : "Personal values are shown. That you asked for them is written down."}
      </p>
    </>
  );
}
