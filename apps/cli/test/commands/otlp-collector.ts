import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** A span, as it was exported. */
export interface ExportedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly attributes: readonly { readonly key: string; readonly value: Readonly<Record<string, unknown>> }[];
}

/** A collector of traces on the loopback, by OTLP over HTTP in JSON. */
export interface Collector {
  readonly url: string;
  /** Method, path and body of every request. */
  readonly bodies: readonly string[];
  spans(): readonly ExportedSpan[];
  stop(): Promise<void>;
}

interface Exported {
  readonly resourceSpans: readonly { readonly scopeSpans: readonly { readonly spans: readonly ExportedSpan[] }[] }[];
}

/** Starts a collector that takes everything. */
export async function startCollector(): Promise<Collector> {
  const bodies: string[] = [];
  const server = createServer((received, answer) => {
    let body = `${received.method} ${received.url}\n`;
    received.setEncoding("utf8").on("data", (chunk: string) => (body += chunk));
    received.on("end", () => {
      bodies.push(body);
      answer.setHeader("content-type", "application/json").end("{}");
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    bodies,
    spans: () =>
      bodies.flatMap((body) => {
        const { resourceSpans } = JSON.parse(body.slice(body.indexOf("\n"))) as Exported;
        return resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans));
      }),
    async stop() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
