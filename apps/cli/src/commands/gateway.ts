import { createGateway, type Gateway, type LogLevel, observeCalls } from "@cognito-to-descope/gateway";
import { createMemoryReplayStore } from "@cognito-to-descope/session";
import type { CliHost } from "../cli-host.ts";
import { usageError } from "../errors.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import { openJit } from "../gateway/open-jit.ts";
import { createGatewayLog, type GatewayLog } from "../gateway/gateway-log.ts";
import { isLoopback, parseListenAddress } from "../gateway/listen-address.ts";
import { startTracing } from "../gateway/start-tracing.ts";
import { openTlsFiles, type TlsFileOptions, type TlsFiles, watchTlsFiles } from "../gateway/tls-files.ts";
import type { Config } from "../config/config.ts";
import type { AfterMigrationConfig } from "../config/jit-config.ts";
import type { Command } from "../invocation.ts";
import { prepareConfig } from "../prepare.ts";
import { systemClock } from "../system.ts";
import { makeExchangeHandler } from "../token/exchange-handler.ts";

interface GatewayOptions extends TlsFileOptions {
  readonly listen?: string;
  readonly metricsListen?: string;
  readonly logLevel?: LogLevel;
  readonly drainDelay?: number;
  readonly stopTimeout?: number;
  readonly exchange?: readonly string[];
  readonly exchangeOrigin?: readonly string[];
  readonly exchangeCookies?: boolean;
  readonly exchangeRevoke?: boolean;
  readonly jit?: boolean;
  readonly console?: boolean;
  readonly consoleReadOnly?: boolean;
  readonly behindProxy?: boolean;
  readonly afterMigration?: AfterMigrationConfig;
}

/** Files with certificates are looked at so often. Whoever cannot wait sends a SIGHUP. */
const CERTIFICATES_EVERY_MS = 60_000;

/** Serves until a signal comes, and says in one JSON line where. Each request and exchange is one JSON line on standard error. */
export const gateway: Command<GatewayOptions> = async (invocation) => {
  const { host, output, options } = invocation;
  const listen = parseListenAddress(options.listen ?? "127.0.0.1:8420", "--listen");
  const metricsListen =
    options.metricsListen === undefined ? undefined : parseListenAddress(options.metricsListen, "--metrics-listen");
  const { exchange: clientIds, exchangeOrigin: origins = [], exchangeCookies, exchangeRevoke } = options;
  if (clientIds === undefined && (origins.length > 0 || exchangeCookies === true || exchangeRevoke === true)) {
    throw usageError("nothing is exchanged", "name the app clients with --exchange");
  }
  const checksPasswords = options.jit === true;
  if (!checksPasswords && options.afterMigration !== undefined) {
    throw usageError("no passwords are checked", "give --jit too");
  }
  const servesConsole = options.console === true;
  if (!servesConsole && (options.consoleReadOnly === true || options.behindProxy === true)) {
    throw usageError("there is no console", "give --console too");
  }
  const config = await prepareConfig(
    invocation,
    clientIds === undefined && !checksPasswords
      ? { source: true, target: false, project: true, events: servesConsole ? "if-set" : true }
      : { source: true, target: true, events: "if-set", jit: checksPasswords },
  );
  const tlsFiles = await openTlsFiles(host.cwd, options);
  if (servesConsole && tlsFiles === undefined && options.behindProxy !== true && !isLoopback(listen)) {
    throw usageError(
      "passphrases of operators would travel in plain HTTP",
      "give --tls-cert and --tls-key, or --behind-proxy where TLS ends in front of the gateway",
    );
  }
  const log = createGatewayLog(output, options.logLevel ?? "info");
  await using tracing = await startTracing(host);
  const metrics =
    metricsListen === undefined
      ? undefined
      : (await import("@cognito-to-descope/gateway/metrics")).createPrometheusMetrics();
  const observe = observeCalls({ metrics, tracing: tracing?.tracing }, () => systemClock.monotonic());
  // Replicas that share a state store share what was exchanged; one by itself remembers it itself.
  await using shared =
    clientIds === undefined && !checksPasswords ? undefined : await config.state.shared?.openGatewayState();
  const sessionExchange =
    clientIds === undefined
      ? undefined
      : makeExchangeHandler(config, {
          clientIds,
          origins,
          cookies: exchangeCookies ?? false,
          revoke: exchangeRevoke ?? false,
          replay: shared?.usedKeys ?? createMemoryReplayStore(),
          onExchange({ at, outcome, reason }) {
            log.event("info", "exchange", at, { outcome, reason });
            metrics?.decided({ kind: "exchange", verdict: outcome, reason });
          },
        });
  await using store = await config.state.open();
  await using limiters = checksPasswords ? await config.state.shared?.openLimiters() : undefined;
  await using jit = checksPasswords
    ? await openJit(withAfterMigration(config, options.afterMigration), {
        log,
        observe,
        rates: shared?.rates,
        limiters,
        store,
      })
    : undefined;
  await using console = servesConsole
    ? await (
        await import("../gateway/open-console.ts")
      ).openConsole(config, {
        cwd: host.cwd,
        secure: tlsFiles !== undefined || options.behindProxy === true,
        readOnly: options.consoleReadOnly ?? false,
        log,
        onBuild: () => output.note("note: building the page of the console, which takes a few seconds"),
      })
    : undefined;
  await using service = createGateway({
    projectId: config.project?.projectId ?? "",
    userPoolIds: config.sources.map(({ userPoolId }) => userPoolId),
    eventsSecret: config.eventsSecret?.reveal(),
    sessionExchange,
    jit: jit?.options,
    store,
    console,
    clock: systemClock,
    listen,
    metricsListen,
    metrics,
    tracing: tracing?.tracing,
    tls: tlsFiles?.certificates,
    drainDelayMs: (options.drainDelay ?? 0) * 1000,
    stopTimeoutMs: (options.stopTimeout ?? 10) * 1000,
    onRequest: (entry) => log.request(entry),
  });
  const url = await service.start();
  if (tlsFiles === undefined && !isLoopback(listen)) {
    output.note("note: this is plain HTTP: let TLS end in front of it, or give --tls-cert and --tls-key");
  }
  const { metricsUrl } = service;
  await output.data(
    `${JSON.stringify({ url, ...(metricsUrl === undefined ? {} : { metrics: `${metricsUrl}/metrics` }), ...(console === undefined ? {} : { console: `${url}${console.page}` }) })}\n`,
  );
  await untilSignal(host, service, tlsFiles, log);
  // They would hold the gateway up until its time is over.
  console?.endStreams();
  return EXIT_CODES.done;
};

/** The option counts before the file. */
function withAfterMigration(config: Config, afterMigration: AfterMigrationConfig | undefined): Config {
  const { jit } = config;
  return jit === undefined || afterMigration === undefined ? config : { ...config, jit: { ...jit, afterMigration } };
}

/** Resolves with the first signal. Until then certificates are taken as they change. */
async function untilSignal(
  { signal, onHangup }: CliHost,
  service: Gateway,
  files: TlsFiles | undefined,
  log: GatewayLog,
): Promise<void> {
  if (signal.aborted) return;
  if (files === undefined) {
    await new Promise<void>((ended) => signal.addEventListener("abort", () => ended(), { once: true }));
    return;
  }
  await watchTlsFiles(files, {
    clock: systemClock,
    everyMs: CERTIFICATES_EVERY_MS,
    signal,
    onHangup,
    onChanged(certificates) {
      service.setCertificates(certificates);
      log.event("info", "certificates", systemClock.now(), { outcome: "replaced" });
    },
    onFailed(error) {
      const code = (error as { readonly code?: unknown }).code;
      log.event("error", "certificates", systemClock.now(), { outcome: "kept", code });
    },
  });
}
