import type { JSX } from "react";
import type { RunDocument } from "../../contract/run.ts";
import { formatCount } from "../shell/format.ts";
import { TableFrame } from "../shell/table-frame.tsx";
import { formatRate } from "./rates.ts";

const SERVICES = { cognito: "Cognito", descope: "Descope" } as const;

/** How the quotas stand, and what the services were asked. */
export function Buckets({ run: { buckets, services } }: { readonly run: RunDocument }): JSX.Element {
  const used = buckets.filter(({ inUse, throttles, chosen }) => inUse > 0 || throttles > 0 || chosen !== null);
  return (
    <section aria-labelledby="quotas">
      <h2 id="quotas">Quotas</h2>
      {used.length === 0 ? (
        <p>No quota is in use now.</p>
      ) : (
        <TableFrame
          caption="Quotas in use, or with a rate of your choice"
          head={[
            { title: "Bucket" },
            { title: "Service" },
            { title: "Taken", number: true },
            { title: "Allowed now" },
            { title: "Quota" },
            { title: "Chosen" },
            { title: "Throttled", number: true },
          ]}
        >
          {used.map(({ bucket, service, quota, chosen, allowed, inUse, throttles }) => (
            <tr key={bucket}>
              <th scope="row">
                <code>{bucket}</code>
              </th>
              <td>{SERVICES[service]}</td>
              <td className="number">{formatCount(inUse)}</td>
              <td>
                {formatRate({ requests: allowed, windowMs: quota.windowMs })}{" "}
                <meter
                  min={0}
                  max={Math.max(1, allowed)}
                  value={Math.min(inUse, allowed)}
                  aria-label={`${bucket} in use`}
                />
              </td>
              <td>{formatRate(quota)}</td>
              <td>{chosen === null ? "–" : formatRate(chosen)}</td>
              <td className="number">{formatCount(throttles)}</td>
            </tr>
          ))}
        </TableFrame>
      )}
      {services.length > 0 && (
        <TableFrame
          caption="Requests in the last minute"
          head={[
            { title: "Service" },
            { title: "Requests", number: true },
            { title: "Sent again", number: true },
            { title: "Throttled", number: true },
            { title: "Median", number: true },
            { title: "95 % within", number: true },
          ]}
        >
          {services.map(({ service, requests, retries, throttles, p50, p95 }) => (
            <tr key={service}>
              <th scope="row">{SERVICES[service]}</th>
              <td className="number">{formatCount(requests)}</td>
              <td className="number">{formatCount(retries)}</td>
              <td className="number">{formatCount(throttles)}</td>
              <td className="number">{formatMs(p50)}</td>
              <td className="number">{formatMs(p95)}</td>
            </tr>
          ))}
        </TableFrame>
      )}
    </section>
  );
}

/** Milliseconds, or a dash where nothing was measured. */
export function formatMs(ms: number | null): string {
  return ms === null ? "–" : `${formatCount(Math.round(ms))} ms`;
}
