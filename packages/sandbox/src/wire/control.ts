/**
 * The control routes of a sandbox's port, for other processes:
 *
 * - `GET /_sandbox/requests?service=&operation=&write=&limit=` – the latest log entries
 * - `GET /_sandbox/stats` – counts by operation, quota buckets, faults
 * - `GET /_sandbox/faults`, `POST` a list of rules to add them, `DELETE` to remove all
 * - `GET /_sandbox/settings`, `POST {"latencyMs"?, "quotas"?, "clientPid"?}`
 * - `POST /_sandbox/reset` – forgets log, counters and quota windows
 * - `POST /_sandbox/save` – saves the state to the file that the sandbox was started with
 *
 * Writing needs `content-type: application/json`, so that no web page can do it behind its visitor's back.
 */

import { isProcessId, parseFaultRules } from "./faults.ts";
import type { FaultInjector } from "./faults.ts";
import type { QuotaMeter } from "./quota-meter.ts";
import type { RequestLog, RequestQuery } from "./request-log.ts";
import type { WireReply, WireRequest, WireService } from "./service.ts";

/** What can be changed while a server runs. */
export interface WireSettings {
  latencyMs: number;
  quotas: "real" | "none";
}

/** What the control routes show and change. */
export interface ControlParts {
  readonly service: WireService;
  readonly settings: WireSettings;
  readonly log: RequestLog;
  readonly meter: QuotaMeter;
  readonly faults: FaultInjector;
  readonly save?: (() => void) | undefined;
  /** Whether only this machine reaches the server: nobody else may have processes of it killed. */
  readonly local: boolean;
}

/** Answers a request under `/_sandbox/`. */
export async function answerControl(request: WireRequest, parts: ControlParts): Promise<WireReply> {
  const writing = request.method !== "GET" && request.method !== "HEAD";
  const contentType = request.headers["content-type"] ?? "";
  if (writing && request.method !== "DELETE" && !contentType.startsWith("application/json")) {
    return json(415, { error: "control routes take application/json only" });
  }
  const route = `${request.method} ${request.path.slice("/_sandbox".length)}`;
  try {
    switch (route) {
      case "GET /requests":
        return json(200, { requests: listEntries(request, parts.log) });
      case "GET /stats":
        return json(200, statistics(parts));
      case "POST /reset":
        parts.log.reset();
        parts.meter.reset();
        return json(200, {});
      case "POST /save":
        if (parts.save === undefined) return json(404, { error: "the sandbox was started without a file to save to" });
        return json(...saved(parts.save));
      case "GET /faults":
        return json(200, {
          faults: parts.faults.reports(),
          neverHappened: parts.faults.neverHappened(),
        });
      case "POST /faults":
        addFaults(JSON.parse(request.body.toString("utf8")), parts);
        return json(200, { faults: parts.faults.reports() });
      case "DELETE /faults":
        parts.faults.clear();
        return json(200, {});
      case "GET /settings":
        return json(200, settingsOf(parts));
      case "POST /settings":
        changeSettings(JSON.parse(request.body.toString("utf8")), parts);
        return json(200, settingsOf(parts));
      default:
        break;
    }
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return json(400, { error: error.message });
    throw error;
  }
  const own = request.path.startsWith(`/_sandbox/${parts.service.name}/`)
    ? await parts.service.control?.(request)
    : undefined;
  return own ?? json(404, { error: "no such control route" });
}

/** A JSON answer. */
export function json(status: number, body: unknown): WireReply {
  return { status, headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
}

function saved(save: () => void): [number, object] {
  try {
    save();
    return [200, {}];
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (typeof code !== "string") throw error;
    return [500, { error: `the file cannot be written (${code})` }];
  }
}

function listEntries(request: WireRequest, log: RequestLog): unknown {
  const { query } = request;
  const service = query.get("service");
  const operation = query.get("operation");
  const write = query.get("write");
  const limit = Number(query.get("limit") ?? 1000);
  if (service !== null && service !== "cognito" && service !== "descope") throw new TypeError("no such service");
  if (!Number.isInteger(limit) || limit < 1) throw new TypeError('"limit" must be a positive integer');
  const asked: RequestQuery = {
    ...(service === null ? {} : { service }),
    ...(operation === null ? {} : { operation }),
    ...(write === null ? {} : { write: write === "true" }),
  };
  return log.entries(asked).slice(-limit);
}

function statistics({ log, meter, faults }: ControlParts): unknown {
  return {
    requests: log.count(),
    writes: log.count({ write: true }),
    operations: log.counts(),
    buckets: meter.statistics(),
    faults: faults.reports(),
    neverHappened: faults.neverHappened(),
  };
}

function addFaults(wanted: unknown, { faults, local }: ControlParts): void {
  const rules = parseFaultRules(wanted);
  if (!local && rules.some(({ fault }) => fault.kind === "kill-client")) throw new TypeError(killsAreLocal);
  faults.add(rules);
}

const killsAreLocal = "processes are killed only where the sandbox listens on a loopback address";

function settingsOf({ settings, faults }: ControlParts): unknown {
  return {
    ...settings,
    ...(faults.clientPid === undefined ? {} : { clientPid: faults.clientPid }),
  };
}

function changeSettings(wanted: unknown, { settings, faults, local }: ControlParts): void {
  if (typeof wanted !== "object" || wanted === null) throw new TypeError("settings must be an object");
  const { latencyMs, quotas, clientPid, ...rest } = wanted as Record<string, unknown>;
  const unknownKey = Object.keys(rest)[0];
  if (unknownKey !== undefined) throw new TypeError(`no such setting: ${unknownKey}`);
  if (latencyMs !== undefined && !(typeof latencyMs === "number" && latencyMs >= 0)) {
    throw new TypeError('"latencyMs" must be milliseconds');
  }
  if (quotas !== undefined && quotas !== "real" && quotas !== "none") {
    throw new TypeError('"quotas" must be "real" or "none"');
  }
  if (clientPid !== undefined && !isProcessId(clientPid))
    throw new TypeError('"clientPid" must be a process id above 1');
  if (clientPid !== undefined && !local) throw new TypeError(killsAreLocal);
  if (latencyMs !== undefined) settings.latencyMs = latencyMs;
  if (quotas !== undefined) settings.quotas = quotas;
  if (clientPid !== undefined) faults.clientPid = clientPid;
}
