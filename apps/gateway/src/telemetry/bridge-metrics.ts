import type { DecisionEntry } from "@cognito-to-descope/core";
import { collectDefaultMetrics, Counter, Gauge, Registry } from "prom-client";

/** Counts what a bridge does. */
export interface BridgeMetrics {
  decided(entry: DecisionEntry): void;
  /** A request was passed through and answered; 499 when the client went away before. */
  passed(host: string, status: number): void;
  /** All counts, in the text format of Prometheus. */
  render(): Promise<{ readonly contentType: string; readonly text: string }>;
}

/**
 * Counts for Prometheus. Connections are labels: they are those of the config, so their number has an end. Which of them
 * are alive on which side is what the gauge tells.
 */
export function createBridgeMetrics(): BridgeMetrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const decisions = new Counter({
    name: "c2d_bridge_decisions_total",
    help: "Responses of identity providers, and requests of the bridge's own endpoints, by where they went.",
    labelNames: ["connection", "to", "reason", "mode", "accepted"],
    registers,
  });
  const lastSeen = new Gauge({
    name: "c2d_bridge_last_response_timestamp_seconds",
    help: "When a response of the connection last went to a side.",
    labelNames: ["connection", "to"],
    registers,
  });
  const passed = new Counter({
    name: "c2d_bridge_passed_through_total",
    help: "Requests that were passed through to Cognito.",
    labelNames: ["host", "status"],
    registers,
  });
  return {
    decided({ at, connection = "", to, reason, mode = "", accepted }) {
      decisions.inc({ connection, to, reason, mode, accepted: accepted === undefined ? "" : String(accepted) });
      if (connection !== "" && to !== "bridge") lastSeen.set({ connection, to }, at / 1000);
    },
    passed: (host, status) => passed.inc({ host, status: `${Math.floor(status / 100)}xx` }),
    render: async () => ({ contentType: registry.contentType, text: await registry.metrics() }),
  };
}
