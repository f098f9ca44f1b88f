import type { GatewayMetrics } from "./metrics.ts";
import type { GatewayTracing } from "./tracing.ts";
import type { ObserveCall } from "./upstream-call.ts";

/** Lets metrics and traces see calls of the services, as far as there are any. */
export function observeCalls(
  {
    metrics,
    tracing,
  }: { readonly metrics?: GatewayMetrics | undefined; readonly tracing?: GatewayTracing | undefined },
  monotonic: () => number,
): ObserveCall {
  const traced: ObserveCall = tracing?.call ?? ((_call, run) => run());
  if (metrics === undefined) return traced;
  return async (call, run) => {
    const began = monotonic();
    let succeeded = false;
    try {
      const result = await traced(call, run);
      succeeded = true;
      return result;
    } finally {
      metrics.called(call, succeeded, monotonic() - began);
    }
  };
}
