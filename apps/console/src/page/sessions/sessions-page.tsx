import { useQuery } from "@tanstack/react-query";
import type { JSX } from "react";
import type { readSessions, TokensInUse } from "../../contract/sessions.ts";
import { callApi } from "../shell/api.ts";
import { EmptyState } from "../shell/empty-state.tsx";
import { countOf, formatCount } from "../shell/format.ts";
import { GateList } from "../shell/gate-list.tsx";
import { PageTitle } from "../shell/page-title.tsx";
import { Printable } from "../shell/printable.tsx";
import { ErrorNotice } from "../shell/problem-notice.tsx";
import { TableFrame } from "../shell/table-frame.tsx";
import { Time } from "../shell/time.tsx";
import { TokenCharts } from "./token-charts.tsx";
import { RefusedTable, VerifierTable } from "./verifier-table.tsx";

const GATES: Readonly<Record<TokensInUse["switchOff"]["gates"][number]["gate"], string>> = {
  "back-ends-heard": "All back ends heard",
  "descope-accepted": "Descope tokens accepted",
  "cognito-quiet": "Cognito quiet",
};

/** Back ends add a line a minute. */
const REFETCH_MS = 10_000;

/** Which tokens back ends get, and whether Cognito may be switched off. */
export default function SessionsPage(): JSX.Element {
  const { data, error } = useQuery({
    queryKey: ["sessions"],
    queryFn: ({ signal }) => callApi<typeof readSessions>("get", "/api/v1/sessions", undefined, signal),
    refetchInterval: REFETCH_MS,
  });
  return (
    <>
      <PageTitle>Sessions</PageTitle>
      {error !== null && <ErrorNotice error={error} />}
      {data === undefined ? error === null && <p className="loading">Loading…</p> : <Shown tokens={data} />}
    </>
  );
}

function Shown({ tokens }: { readonly tokens: TokensInUse }): JSX.Element {
  if (!tokens.configured) {
    return (
      <EmptyState title="No statistics yet" command="c2d console --verifier-statistics statistics">
        Verifiers of both tokens count what they accept and refuse. Let each back end add its statistics to a file every
        minute, and name the files, their directory or a URL as sessions.statistics in the config;
        docs/dual-validation.md has the few lines for it.
      </EmptyState>
    );
  }
  const { switchOff, verifiers, refused, unread } = tokens;
  return (
    <>
      {unread.length > 0 && (
        <div className="banner warn" aria-live="polite">
          <strong>
            {unread.length === 1 ? "One place says nothing" : `${formatCount(unread.length)} places say nothing`}
          </strong>
          <ul>
            {unread.map(({ place, problem }) => (
              <li key={place}>
                <Printable text={place} />:{" "}
                {problem === "unreadable" ? "cannot be read" : "no statistics of a verifier"}
              </li>
            ))}
          </ul>
        </div>
      )}
      <section aria-labelledby="switch-off">
        <h2 id="switch-off">May Cognito be switched off?</h2>
        <p aria-live="polite">
          <strong>{switchOff.allowed ? "As far as tokens tell, yes." : "Not yet."}</strong> Tokens outlive sign-ins: see
          the pages Passwords and SSO too.
        </p>
        <GateList
          gates={switchOff.gates.map(({ gate, open, detail }) => ({
            name: GATES[gate],
            state: open ? "open" : "closed",
            reason: `${detail.slice(0, 1).toUpperCase()}${detail.slice(1)}.`,
          }))}
        />
        <p>
          Last token of Cognito: {tokens.lastCognito === null ? "none is known of" : <Time at={tokens.lastCognito} />}
        </p>
      </section>
      {verifiers.length === 0 ? (
        <EmptyState title="No back end has reported yet">
          The places are named, and hold no statistics so far. They are looked at every ten seconds.
        </EmptyState>
      ) : (
        <>
          <TokenCharts days={tokens.days} hours={tokens.hours} />
          <VerifierTable verifiers={verifiers} />
          <RefusedTable refused={refused} />
        </>
      )}
      {tokens.exchanges !== null && <Exchanges exchanges={tokens.exchanges} />}
      {tokens.unreadableLines > 0 && (
        <p className="muted">
          {countOf(tokens.unreadableLines, "line")} of the files cannot be read, and count for nothing.
        </p>
      )}
    </>
  );
}

const EXCHANGE_HEAD = [{ title: "Outcome" }, { title: "Exchanges", number: true }] as const;

function Exchanges({ exchanges }: { readonly exchanges: NonNullable<TokensInUse["exchanges"]> }): JSX.Element {
  const outcomes = Object.entries(exchanges).sort(([, a], [, b]) => b - a);
  return (
    <section aria-labelledby="exchanges">
      <h2 id="exchanges">Exchanged sessions</h2>
      {outcomes.length === 0 ? (
        <p>No gateway has exchanged a session since it was started.</p>
      ) : (
        <TableFrame caption="Since the gateways were started" head={EXCHANGE_HEAD}>
          {outcomes.map(([outcome, count]) => (
            <tr key={outcome}>
              <th scope="row">
                <Printable text={outcome} />
              </th>
              <td className="number">{formatCount(count)}</td>
            </tr>
          ))}
        </TableFrame>
      )}
    </section>
  );
}
