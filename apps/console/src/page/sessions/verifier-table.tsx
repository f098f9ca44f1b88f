import type { JSX } from "react";
import type { RefusedTokens, ReportingVerifier } from "../../contract/sessions.ts";
import { formatCount } from "../shell/format.ts";
import { Printable } from "../shell/printable.tsx";
import { TableFrame } from "../shell/table-frame.tsx";
import { Time } from "../shell/time.tsx";

const HEAD = [
  { title: "Back end" },
  { title: "Processes", number: true },
  { title: "Cognito", number: true },
  { title: "Descope", number: true },
  { title: "Refused", number: true },
  { title: "Last of Cognito" },
  { title: "Last heard of" },
] as const;

const REFUSED_HEAD = [{ title: "Token of" }, { title: "Reason" }, { title: "Tokens", number: true }] as const;

const ISSUERS: Readonly<Record<RefusedTokens["issuer"], string>> = {
  cognito: "Cognito",
  descope: "Descope",
  unknown: "Nobody who is known",
};

/** What each back end counts. */
export function VerifierTable({ verifiers }: { readonly verifiers: readonly ReportingVerifier[] }): JSX.Element {
  return (
    <section aria-labelledby="back-ends">
      <h2 id="back-ends">Back ends</h2>
      <TableFrame caption="Accepted and refused tokens, by back end" head={HEAD}>
        {verifiers.map(({ verifier, instances, accepted, refused, lastCognito, lastHeard }) => (
          <tr key={verifier}>
            <th scope="row">
              <Printable text={verifier} longest={60} />
            </th>
            <td className="number">{formatCount(instances)}</td>
            <td className="number">{formatCount(accepted.cognito)}</td>
            <td className="number">{formatCount(accepted.descope)}</td>
            <td className="number">{formatCount(refused.reduce((sum, { count }) => sum + count, 0))}</td>
            <td className="short">{lastCognito === null ? "never" : <Time at={lastCognito} />}</td>
            <td className="short">
              <Time at={lastHeard} />
            </td>
          </tr>
        ))}
      </TableFrame>
    </section>
  );
}

/** Why tokens were refused. */
export function RefusedTable({ refused }: { readonly refused: readonly RefusedTokens[] }): JSX.Element {
  return (
    <section aria-labelledby="refused">
      <h2 id="refused">Refused tokens</h2>
      {refused.length === 0 ? (
        <p>None was refused.</p>
      ) : (
        <TableFrame caption="By reason, the most frequent first" head={REFUSED_HEAD}>
          {refused.map(({ issuer, reason, count }) => (
            <tr key={`${issuer} ${reason}`}>
              <th scope="row">{ISSUERS[issuer]}</th>
              <td>
                <Printable text={reason} />
              </td>
              <td className="number">{formatCount(count)}</td>
            </tr>
          ))}
        </TableFrame>
      )}
    </section>
  );
}
