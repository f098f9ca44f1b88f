import { createGateway } from "@cognito-to-descope/gateway";
import { usageError } from "../errors.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import type { Command } from "../invocation.ts";
import { parseListen } from "../parse-listen.ts";
import { prepareConfig } from "../prepare.ts";
import { systemClock } from "../system.ts";
import { makeExchangeHandler } from "../token/exchange-handler.ts";

interface GatewayOptions {
  readonly listen?: string;
  readonly exchange?: readonly string[];
  readonly exchangeOrigin?: readonly string[];
  readonly exchangeCookies?: boolean;
  readonly exchangeRevoke?: boolean;
}

const LOOPBACK: ReadonlySet<string> = new Set(["127.0.0.1", "::1", "localhost"]);

/** Serves until a signal comes, and says in one JSON line where. Each request and exchange is one JSON line on standard error. */
export const gateway: Command<GatewayOptions> = async (invocation) => {
  const { host, output, options } = invocation;
  const listen = parseListen(options.listen ?? "127.0.0.1:8420");
  const { exchange: clientIds, exchangeOrigin: origins = [], exchangeCookies, exchangeRevoke } = options;
  if (clientIds === undefined && (origins.length > 0 || exchangeCookies === true || exchangeRevoke === true)) {
    throw usageError("nothing is exchanged", "name the app clients with --exchange");
  }
  const config = await prepareConfig(
    invocation,
    clientIds === undefined
      ? { source: true, target: false, project: true, events: true }
      : { source: true, target: true, events: "if-set" },
  );
  const sessionExchange =
    clientIds === undefined
      ? undefined
      : makeExchangeHandler(config, {
          clientIds,
          origins,
          cookies: exchangeCookies ?? false,
          revoke: exchangeRevoke ?? false,
          onExchange: ({ at, ...event }) => output.note(JSON.stringify({ at: new Date(at).toISOString(), ...event })),
        });
  const store = await config.state.open();
  try {
    const service = createGateway({
      projectId: config.project?.projectId ?? "",
      userPoolIds: config.sources.map(({ userPoolId }) => userPoolId),
      eventsSecret: config.eventsSecret?.reveal(),
      sessionExchange,
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
