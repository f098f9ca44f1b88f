import type { GatewayTracing } from "@cognito-to-descope/gateway";
import type { CliHost } from "../cli-host.ts";
import { usageError } from "../errors.ts";

/** Traces that are exported, until they are disposed of: what is left is sent then. */
export interface ExportedTracing extends AsyncDisposable {
  readonly tracing: GatewayTracing;
}

const ENDPOINTS = ["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"] as const;

/**
 * Exports traces by OTLP over HTTP where OpenTelemetry's variables say to; loads nothing where they do not.
 *
 * The exporter reads its other variables itself: headers, time-out, certificates, name and attributes of the service. A share of
 * the traces is kept with `OTEL_TRACES_SAMPLER_ARG`, from 0 to 1; a caller's own decision counts before it.
 *
 * @throws MigrationError `ERR_USAGE` when the share is none.
 */
export async function startTracing({ variables }: Pick<CliHost, "variables">): Promise<ExportedTracing | undefined> {
  if (ENDPOINTS.every((name) => (variables[name] ?? "") === "")) return undefined;
  const share = Number(variables["OTEL_TRACES_SAMPLER_ARG"] ?? 1);
  if (!(share >= 0 && share <= 1)) {
    throw usageError("OTEL_TRACES_SAMPLER_ARG is no share", "write it as a number from 0 to 1, such as 0.05");
  }
  const [api, sdk, otlp, hooks, resources, { createOpenTelemetryTracing }] = await Promise.all([
    import("@opentelemetry/api"),
    import("@opentelemetry/sdk-trace"),
    import("@opentelemetry/exporter-trace-otlp-http"),
    import("@opentelemetry/context-async-hooks"),
    import("@opentelemetry/resources"),
    import("@cognito-to-descope/gateway/tracing"),
  ]);
  const provider = new sdk.TracerProvider({
    sampler: new sdk.ParentBasedSampler({ root: new sdk.TraceIdRatioBasedSampler(share) }),
    resource: resources
      .resourceFromAttributes({ "service.name": "c2d-gateway" })
      .merge(resources.detectResources({ detectors: [resources.envDetector] })),
    spanProcessors: [new sdk.BatchSpanProcessor({ exporter: new otlp.OTLPTraceExporter() })],
  });
  api.context.setGlobalContextManager(new hooks.AsyncLocalStorageContextManager().enable());
  return {
    tracing: createOpenTelemetryTracing(provider.getTracer("cognito-to-descope/gateway")),
    // A collector that is away must not hold the process up.
    [Symbol.asyncDispose]: () => provider.shutdown().catch(() => undefined),
  };
}
