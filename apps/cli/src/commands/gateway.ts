import { createGateway, type ListenAddress } from "@cognito-to-descope/gateway";
import { usageError } from "../errors.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import type { Command } from "../invocation.ts";
import { prepareConfig } from "../prepare.ts";
import { systemClock } from "../system.ts";

interface GatewayOptions {
  readonly listen?: string;
}

const LOOPBACK: ReadonlySet<string> = new Set(["127.0.0.1", "::1", "localhost"]);

/** Serves until a signal comes, and says in one JSON line where. Each request is one JSON line on standard error. */
export const gateway: Command<GatewayOptions> = async (invocation) => {
  const { host, output, options } = invocation;
  const listen = parseListen(options.listen ?? "127.0.0.1:8420");
  const config = await prepareConfig(invocation, { source: true, target: false, project: true, events: true });
  const store = await config.state.open();
  try {
    const service = createGateway({
      projectId: config.project?.projectId ?? "",
      userPoolIds: config.sources.map(({ userPoolId }) => userPoolId),
      eventsSecret: config.eventsSecret?.reveal() ?? "",
      store,
      clock: systemClock,
      listen,
      onRequest: ({ at, ...entry }) => output.note(JSON.stringify({ at: new Date(at).toISOString(), ...entry })),
    });
    const url = await service.start();
    try {
      if (!LOOPBACK.has(listen.host)) output.note("note: this is plain HTTP: let TLS end in front of it");
      await output.data(`${JSON.stringify({ url })}\n`);
      if (!host.signal.aborted) {
        await new Promise<void>((ended) => host.signal.addEventListener("abort", () => ended(), { once: true }));
      }
    } finally {
      await service.stop();
    }
    return EXIT_CODES.done;
  } finally {
    await store[Symbol.asyncDispose]();
  }
};

/** `host:port`, with an IPv6 address in brackets. */
function parseListen(text: string): ListenAddress {
  const [, bracketed, plain, port = ""] = /^(?:\[([0-9a-f:.]+)\]|([^:[\]\s]+)):(\d{1,5})$/i.exec(text) ?? [];
  const address = bracketed ?? plain;
  if (address === undefined || Number(port) > 65_535) {
    throw usageError("--listen takes an address and a port", "write it as 127.0.0.1:8420 or [::1]:8420");
  }
  return { host: address, port: Number(port) };
}
