import { addLatencies, type LatencyCounts, latencyStep } from "./latency.ts";

/** A service that a run talks to. */
export type ServiceName = "cognito" | "descope";

/** What one service was asked, and how it answered. Without personal data. */
export interface ServiceTraffic {
  /** Requests that were sent, each try on its own. */
  readonly requests: number;
  /** Requests that are sent again because they failed. */
  readonly retries: number;
  /** Requests that were refused for their rate. */
  readonly throttles: number;
  readonly latency: LatencyCounts;
}

/** Traffic by service; a service that was not asked is left out. */
export type Traffic = Readonly<Partial<Record<ServiceName, ServiceTraffic>>>;

const NONE: ServiceTraffic = { requests: 0, retries: 0, throttles: 0, latency: {} };

/** Adds traffic up, of several processes or of several stretches of time. */
export function addTraffic(one: Traffic, other: Traffic): Traffic {
  const sum: Partial<Record<ServiceName, ServiceTraffic>> = { ...one };
  for (const name of Object.keys(other) as ServiceName[]) {
    const [before, more] = [sum[name] ?? NONE, other[name] ?? NONE];
    sum[name] = {
      requests: before.requests + more.requests,
      retries: before.retries + more.retries,
      throttles: before.throttles + more.throttles,
      latency: addLatencies(before.latency, more.latency),
    };
  }
  return sum;
}

/** Counts what a process sends. */
export interface TrafficMeter {
  /** @param ms - From when the request was sent until its answer was there, or it was given up. */
  answered(service: ServiceName, ms: number): void;
  retried(service: ServiceName): void;
  throttled(service: ServiceName): void;
  /** What was counted since the last time this was asked. */
  take(): Traffic;
}

/** Makes a meter that has counted nothing. */
export function createTrafficMeter(): TrafficMeter {
  interface Counting {
    requests: number;
    retries: number;
    throttles: number;
    readonly latency: Record<string, number>;
  }
  let counting: Partial<Record<ServiceName, Counting>> = {};
  const of = (service: ServiceName): Counting =>
    (counting[service] ??= { requests: 0, retries: 0, throttles: 0, latency: {} });
  return {
    answered(service, ms) {
      const counted = of(service);
      const step = latencyStep(ms);
      counted.requests += 1;
      counted.latency[step] = (counted.latency[step] ?? 0) + 1;
    },
    retried: (service) => void (of(service).retries += 1),
    throttled: (service) => void (of(service).throttles += 1),
    take() {
      const taken = counting;
      counting = {};
      return taken;
    },
  };
}
