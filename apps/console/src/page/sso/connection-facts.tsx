import type { JSX } from "react";
import type { ConnectionAssessment, SsoConnection } from "../../contract/sso.ts";
import { Printable } from "../shell/printable.tsx";
import { TableFrame } from "../shell/table-frame.tsx";
import { Time } from "../shell/time.tsx";
import { CLASS_NAMES } from "./class-names.ts";
import { dayOf, SETTINGS_NAMES } from "./connection-table.tsx";

const PROTOCOLS: Readonly<Record<SsoConnection["protocol"], string>> = {
  saml: "SAML",
  oidc: "OIDC",
  social: "Social provider",
};

const FINDING_HEAD = [{ title: "Severity" }, { title: "Finding" }, { title: "What to do" }] as const;

/** What is known of a connection beside its cut-over. */
export function ConnectionFacts({ connection }: { readonly connection: SsoConnection }): JSX.Element {
  const { userPoolId, protocol, class: kind, tenantId, domains, settings, bridge, assessment } = connection;
  return (
    <section aria-labelledby="facts">
      <h3 id="facts">What is known</h3>
      <dl className="facts">
        <dt>Pool</dt>
        <dd>{userPoolId}</dd>
        <dt>Kind</dt>
        <dd>
          {PROTOCOLS[protocol]}
          {kind !== null && `, class ${kind}. ${CLASS_NAMES[kind] ?? ""}`}
        </dd>
        <dt>Tenant</dt>
        <dd>{tenantId === "" ? "None" : <Printable text={tenantId} />}</dd>
        <dt>Domains</dt>
        <dd>{domains.length === 0 ? "None" : <Printable text={domains.join(", ")} />}</dd>
        <dt>Settings in the project</dt>
        <dd>
          {settings === null ? (
            "Not written: c2d sso apply"
          ) : (
            <>
              {SETTINGS_NAMES[settings.state]} since <Time at={settings.at} />
            </>
          )}
        </dd>
        {bridge !== null && (
          <>
            <dt>Host</dt>
            <dd>{bridge.host}</dd>
            <dt>Begun at the provider</dt>
            <dd>{bridge.begunAtIdentityProvider} responses</dd>
            <dt>Taken by Descope</dt>
            <dd>
              {bridge.acceptedByDescope} of {bridge.toDescope}
            </dd>
          </>
        )}
        {assessment !== null && (
          <>
            <dt>Risk</dt>
            <dd>{assessment.risk}</dd>
            <dt>Certificate ends</dt>
            <dd>{assessment.certificateEnds === null ? "Not known" : dayOf(assessment.certificateEnds)}</dd>
          </>
        )}
      </dl>
      {assessment !== null && <Assessed assessment={assessment} />}
    </section>
  );
}

function Assessed({
  assessment: { reasons, actions, findings },
}: {
  readonly assessment: ConnectionAssessment;
}): JSX.Element {
  return (
    <>
      <h4>Why it is of this class</h4>
      <ul>
        {reasons.map((reason) => (
          <li key={reason}>
            <Printable text={reason} />
          </li>
        ))}
      </ul>
      <h4>Who must do what</h4>
      <ul>
        {actions.map(({ who, what }) => (
          <li key={`${who} ${what}`}>
            <strong>{who}</strong>: <Printable text={what} />
          </li>
        ))}
      </ul>
      <h4>Findings</h4>
      {findings.length === 0 ? (
        <p>None.</p>
      ) : (
        <TableFrame caption="Findings about this connection" head={FINDING_HEAD}>
          {findings.map(({ rule, severity, message, detail, advice }) => (
            <tr key={`${rule} ${detail}`}>
              <th scope="row">{severity}</th>
              <td>
                {message}
                {detail !== "" && (
                  <>
                    : <Printable text={detail} />
                  </>
                )}
                <br />
                <code>{rule}</code>
              </td>
              <td>{advice}</td>
            </tr>
          ))}
        </TableFrame>
      )}
    </>
  );
}
