/** Exchanges of a gateway, by outcome: `exchanged`, `refused`, … */
export type ExchangeCounts = Readonly<Record<string, number>>;

const LINE = /^c2d_gateway_decisions_total\{([^}]*)\} (\d+(?:\.\d+)?(?:e\+\d+)?)$/;
const LABEL = /(\w+)="((?:[^"\\]|\\.)*)"/g;

/** Whether a text is the metrics of a gateway, in the text format of Prometheus. */
export function areGatewayMetrics(text: string): boolean {
  return /^# TYPE c2d_gateway_decisions_total counter$/m.test(text);
}

/** Reads how many sessions a gateway has exchanged since it was started, out of its metrics. */
export function readExchangeCounts(metrics: string): ExchangeCounts {
  const counts = new Map<string, number>();
  for (const line of metrics.split("\n")) {
    const [, labels = "", value = ""] = LINE.exec(line) ?? [];
    const named = new Map([...labels.matchAll(LABEL)].map(([, name = "", text = ""]) => [name, text]));
    const outcome = named.get("verdict");
    if (named.get("kind") !== "exchange" || outcome === undefined) continue;
    counts.set(outcome, (counts.get(outcome) ?? 0) + Number(value));
  }
  return Object.fromEntries(counts);
}
