import type { JSX } from "react";
import { Link } from "wouter";
import type { SsoConnection } from "../../contract/sso.ts";
import { formatCount } from "../shell/format.ts";
import { Printable } from "../shell/printable.tsx";
import { TableFrame } from "../shell/table-frame.tsx";
import { Time } from "../shell/time.tsx";
import { STAGE_NAMES } from "./class-names.ts";

const HEAD = [
  { title: "Connection" },
  { title: "Stage" },
  { title: "Class" },
  { title: "Tenant" },
  { title: "Settings" },
  { title: "At Cognito", number: true },
  { title: "At Descope", number: true },
  { title: "Certificate ends" },
  { title: "Findings", number: true },
] as const;

/** How the settings of a connection in the project stand. */
export const SETTINGS_NAMES = { applying: "Being written", applied: "Written", "rolled-back": "Taken back" } as const;

/** Every connection, with where it is alive. */
export function ConnectionTable({ connections }: { readonly connections: readonly SsoConnection[] }): JSX.Element {
  return (
    <TableFrame caption="Connections, by pool and name" head={HEAD}>
      {connections.map((connection) => (
        <Row key={connection.key} connection={connection} />
      ))}
    </TableFrame>
  );
}

function Row({ connection }: { readonly connection: SsoConnection }): JSX.Element {
  const { key, name, userPoolId, class: kind, tenantId, settings, bridge, assessment } = connection;
  return (
    <tr>
      <th scope="row">
        <Link href={connectionAddress(key)}>
          <Printable text={name} longest={60} />
        </Link>
        <br />
        <span className="muted short">{userPoolId}</span>
      </th>
      <td>{bridge === null ? "No bridge" : STAGE_NAMES[bridge.stage][0]}</td>
      <td>{kind ?? "–"}</td>
      <td>{tenantId === "" ? "–" : <Printable text={tenantId} longest={40} />}</td>
      <td>{settings === null ? "Not written" : SETTINGS_NAMES[settings.state]}</td>
      <td className="number">
        {bridge === null ? "–" : <Side count={bridge.toCognito} last={bridge.lastAtCognito} />}
      </td>
      <td className="number">
        {bridge === null ? "–" : <Side count={bridge.toDescope} last={bridge.lastAtDescope} />}
      </td>
      <td className="short">
        {assessment?.certificateEnds === null || assessment === null ? "–" : dayOf(assessment.certificateEnds)}
      </td>
      <td className="number">{assessment === null ? "–" : formatCount(assessment.findings.length)}</td>
    </tr>
  );
}

function Side({ count, last }: { readonly count: number; readonly last: string | null }): JSX.Element {
  return (
    <>
      {formatCount(count)}
      {last !== null && (
        <span className="muted">
          <br />
          <Time at={last} />
        </span>
      )}
    </>
  );
}

/** The day on which a certificate ends, in UTC as certificates count. */
export function dayOf(time: string): string {
  return time.slice(0, 10);
}

/** Names hold any sign, so they go into the query. */
function connectionAddress(key: string): string {
  return `/sso/connection?${new URLSearchParams({ connection: key }).toString()}`;
}
