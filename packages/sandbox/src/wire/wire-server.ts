/** Serves one service over real HTTP: latency, quotas, faults and the request log are made here. */

import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { emitWarning, kill as killProcess } from "node:process";
import { setTimeout as sleep } from "node:timers/promises";

import { answerControl } from "./control.ts";
import type { WireSettings } from "./control.ts";
import { FaultInjector } from "./faults.ts";
import type { Fault } from "./faults.ts";
import { QuotaMeter } from "./quota-meter.ts";
import type { BucketStatistics } from "./quota-meter.ts";
import { readRequest } from "./read-request.ts";
import { RequestLog } from "./request-log.ts";
import type { WireReply, WireRequest, WireService } from "./service.ts";

/** How a service is served. */
export interface WireOptions {
  /** Address to listen on. @defaultValue "127.0.0.1" */
  readonly host?: string;
  /** Port to listen on; 0 takes a free one. @defaultValue 0 */
  readonly port?: number;
  /** Milliseconds from the end of the work to the answer. @defaultValue 0 */
  readonly latencyMs?: number;
  /** `real` refuses what exceeds a quota; `none` only measures. @defaultValue "none" */
  readonly quotas?: "real" | "none";
  /** Largest request body in bytes. @defaultValue 8 MiB */
  readonly maxBodyBytes?: number;
  /** Where requests are logged; a new log when left out. */
  readonly log?: RequestLog;
  /** Faults to suffer; none when left out. */
  readonly faults?: FaultInjector;
  /** The sandbox's clock: milliseconds since the epoch. @defaultValue Date.now */
  readonly now?: () => number;
  /** What `POST /_sandbox/save` does; without it there is no such route. Throws the system's error when it cannot. */
  readonly save?: () => void;
  /** Monotonic milliseconds, for quota windows. @defaultValue performance.now */
  readonly monotonicNow?: () => number;
}

/** A running server. */
export interface WireServer extends AsyncDisposable {
  /** `http://127.0.0.1:<port>`, without a slash at the end. */
  readonly url: string;
  readonly port: number;
  readonly log: RequestLog;
  readonly faults: FaultInjector;
  /** Can be changed at any time. */
  readonly settings: WireSettings;
  /** What each quota bucket has seen. */
  buckets(): readonly BucketStatistics[];
  /** Forgets the log and the quota windows. */
  reset(): void;
  /** Closes every connection and the port. */
  stop(): Promise<void>;
}

/**
 * Starts to serve.
 *
 * @throws Error with one clear line when the port is taken or the address is not this machine's.
 */
export async function startWireServer(service: WireService, options: WireOptions = {}): Promise<WireServer> {
  const host = options.host ?? "127.0.0.1";
  const log = options.log ?? new RequestLog();
  const faults = options.faults ?? new FaultInjector();
  const now = options.now ?? Date.now;
  const meter = new QuotaMeter(options.monotonicNow ?? ((): number => performance.now()));
  const settings: WireSettings = {
    latencyMs: options.latencyMs ?? 0,
    quotas: options.quotas ?? "none",
  };
  const maxBodyBytes = options.maxBodyBytes ?? 8 * 1024 * 1024;
  const previous = new Map<string, WireReply>();
  const local = host === "localhost" || host === "::1" || host.startsWith("127.");

  const serve = async (message: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { request, tooLarge } = await readRequest(message, maxBodyBytes);
    if (request.path.startsWith("/_sandbox/")) {
      send(
        response,
        await answerControl(request, { service, settings, log, meter, faults, save: options.save, local }),
      );
      return;
    }
    const operation = service.operationOf(request);
    const entry = {
      at: now(),
      service: service.name,
      operation,
      method: request.method,
      path: request.path,
      write: isWrite(service, operation, request),
    };
    const refused = meter.arrive(quotasOf(service, operation, request), settings.quotas === "real");
    const fault = faults.strike(service.name, operation, (candidate) =>
      isPossible(candidate, previous.has(operation), faults.clientPid),
    );
    const work = (): WireReply | Promise<WireReply> => {
      if (tooLarge) return service.tooLarge?.(request) ?? { status: 413, body: "" };
      if (refused !== undefined) return service.throttled(request, refused.bucket, refused.retryAfterMs);
      return service.answer(request);
    };
    const outcome = await suffer(fault, {
      service,
      request,
      operation,
      work,
      previous,
      clientPid: faults.clientPid,
    });
    if (
      faults.wantsPreviousAnswers &&
      outcome.reply !== undefined &&
      fault === undefined &&
      outcome.reply.status === 200
    ) {
      previous.set(operation, outcome.reply);
    }
    const struck = fault === undefined ? {} : { fault: fault.kind };
    log.add({
      ...entry,
      ...struck,
      status: outcome.reply === undefined || outcome.cut ? 0 : outcome.reply.status,
    });
    const wait = settings.latencyMs + (fault?.kind === "slow" ? fault.delayMs : 0);
    if (wait > 0) await sleep(wait);
    if (outcome.open) return;
    if (outcome.reply === undefined) {
      reset(message);
      return;
    }
    if (fault?.kind === "clock-skew") response.setHeader("date", new Date(now() + fault.skewMs).toUTCString());
    else if (options.now !== undefined) response.setHeader("date", new Date(now()).toUTCString());
    send(response, outcome.reply, outcome.cut ? message : undefined);
  };

  const server = createServer({ keepAliveTimeout: 60_000, requestTimeout: 120_000 }, (message, response) => {
    serve(message, response).catch((error: unknown) => {
      if (message.destroyed && !message.complete) return;
      emitWarning(`sandbox: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      if (response.headersSent) message.destroy();
      else send(response, service.unavailable(500));
    });
  });
  server.on("clientError", (_error, socket) => {
    if (socket.writable) socket.end("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n");
  });
  await listen(server, options.port ?? 0, host);
  const { port } = server.address() as AddressInfo;

  const stop = async (): Promise<void> => {
    if (!server.listening) return;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeAllConnections();
    await closed;
  };
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${port}`,
    port,
    log,
    faults,
    settings,
    buckets: () => meter.statistics(),
    reset: () => {
      log.reset();
      meter.reset();
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

interface Suffering {
  readonly service: WireService;
  readonly request: WireRequest;
  readonly operation: string;
  readonly work: () => WireReply | Promise<WireReply>;
  readonly previous: ReadonlyMap<string, WireReply>;
  readonly clientPid: number | undefined;
}

/** What the client gets: a reply (perhaps cut), a reset connection (no reply), or silence (`open`). */
interface Outcome {
  readonly reply?: WireReply;
  readonly cut?: boolean;
  readonly open?: boolean;
}

async function suffer(fault: Fault | undefined, on: Suffering): Promise<Outcome> {
  switch (fault?.kind) {
    case undefined:
    case "slow":
    case "clock-skew":
      return { reply: await on.work() };
    case "throttle": {
      const retryAfterMs = fault.retryAfterMs ?? 1000;
      const bucket = on.service.quotaOf(on.operation) ?? {
        name: "fault",
        requests: 0,
        windowMs: 1000,
        penaltyMs: 0,
      };
      return { reply: on.service.throttled(on.request, bucket, retryAfterMs) };
    }
    case "status": {
      if (fault.afterWork === true) await on.work();
      const own = on.service.unavailable(fault.status);
      const headers = { ...own.headers, ...fault.headers };
      return { reply: { status: fault.status, headers, body: fault.body ?? own.body } };
    }
    case "html": {
      if (fault.afterWork === true) await on.work();
      const status = fault.status ?? 502;
      const body = `<html>\n<head><title>${status}</title></head>\n<body><center><h1>${status}</h1></center></body>\n</html>\n`;
      return {
        reply: { status, headers: { "content-type": "text/html", ...fault.headers }, body },
      };
    }
    case "half-open":
      if (fault.afterWork === true) await on.work();
      return { open: true };
    case "reset-before":
      return {};
    case "answer-lost":
      await on.work();
      return {};
    case "truncated": {
      const reply = await on.work();
      if (fault.where === "connection") return { reply, cut: true };
      const body = Buffer.from(reply.body);
      return { reply: { ...reply, body: body.subarray(0, Math.floor(body.length / 2)) } };
    }
    case "duplicate-page": {
      const reply = on.previous.get(on.operation);
      return { reply: reply ?? (await on.work()) };
    }
    case "kill-client": {
      if (fault.when === "after") await on.work();
      const pid = fault.pid ?? on.clientPid;
      if (pid !== undefined) kill(pid);
      return {};
    }
    default:
      return fault satisfies never;
  }
}

function isPossible(fault: Fault, hasPrevious: boolean, clientPid: number | undefined): boolean {
  if (fault.kind === "duplicate-page") return hasPrevious;
  if (fault.kind === "kill-client") return (fault.pid ?? clientPid) !== undefined;
  return true;
}

function kill(pid: number): void {
  try {
    killProcess(pid, "SIGKILL");
  } catch {
    // It died by itself already; that is what was wanted.
  }
}

function quotasOf(
  service: WireService,
  operation: string,
  request: WireRequest,
): ReturnType<NonNullable<WireService["quotasOf"]>> {
  if (service.quotasOf !== undefined) return service.quotasOf(operation, request);
  const bucket = service.quotaOf(operation);
  return bucket === undefined ? [] : [bucket];
}

function isWrite(service: WireService, operation: string, request: WireRequest): boolean {
  if (service.isWrite !== undefined) return service.isWrite(operation, request);
  if (request.method === "GET" || request.method === "HEAD" || request.method === "OPTIONS") return false;
  return !/\/(search|load|list|all|validate)$/.test(request.path);
}

function send(response: ServerResponse, reply: WireReply, cutAt?: IncomingMessage): void {
  const body = typeof reply.body === "string" ? Buffer.from(reply.body, "utf8") : reply.body;
  for (const [name, value] of Object.entries(reply.headers ?? {})) {
    response.setHeader(name, typeof value === "string" ? value : [...value]);
  }
  response.statusCode = reply.status;
  response.setHeader("content-length", body.length);
  if (cutAt === undefined) {
    response.end(body);
    return;
  }
  response.write(body.subarray(0, Math.floor(body.length / 2)), () => cutAt.socket.destroy());
}

function reset(message: IncomingMessage): void {
  if (message.socket.destroyed) return;
  message.socket.resetAndDestroy();
}

async function listen(server: Server, port: number, host: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EADDRINUSE") reject(new Error(`port ${port} on ${host} is in use`, { cause: error }));
      else
        reject(
          new Error(`cannot listen on ${host}:${port} (${error.code ?? "unknown"})`, {
            cause: error,
          }),
        );
    });
    server.listen(port, host, () => resolve());
  });
}
