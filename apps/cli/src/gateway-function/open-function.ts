import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { GATEWAY_FUNCTION_FILES, type GatewayFunctionSettings, type StateStore } from "@cognito-to-descope/core";
import { createGateway, type Gateway } from "@cognito-to-descope/gateway";
import { createMemoryReplayStore } from "@cognito-to-descope/session";
import { loadConfig } from "../config/load.ts";
import { createGatewayLog } from "../gateway/gateway-log.ts";
import { openJit } from "../gateway/open-jit.ts";
import { systemClock } from "../system.ts";
import { makeExchangeHandler } from "../token/exchange-handler.ts";
import { readSecretVariables } from "./read-secret.ts";

/** What surrounds the function. */
export interface FunctionHost {
  /** Where its files are. */
  readonly directory: string;
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** Takes a line of the log. */
  readonly write: (line: string) => void;
}

/** A gateway without a socket, and what is to be waited for before the function is frozen. */
export interface OpenFunction {
  readonly app: Gateway["app"];
  settled(): Promise<void>;
}

/**
 * Opens what the function serves: the settings and the config beside its code, with the secrets that its variable
 * `C2D_SECRET_ID` names.
 *
 * With the state on PostgreSQL all instances of it count together. Otherwise each counts for itself, and takes no events.
 *
 * @throws MigrationError as the config and the services do.
 */
export async function openFunction({ directory, variables, write }: FunctionHost): Promise<OpenFunction> {
  const text = await readFile(join(directory, GATEWAY_FUNCTION_FILES.settings), "utf8");
  const { jit: checksPasswords, exchange, logLevel = "info" } = JSON.parse(text) as GatewayFunctionSettings;
  const secretId = variables["C2D_SECRET_ID"] ?? "";
  const secrets = secretId === "" ? {} : await readSecretVariables(secretId);
  const config = await loadConfig({
    cwd: directory,
    variables: { ...variables, ...secrets },
    needs: { source: true, target: true, events: "if-set", jit: checksPasswords },
  });
  const log = createGatewayLog({ note: write }, logLevel);
  const { shared } = config.state;
  const [state, limiters] = await Promise.all([
    shared?.openGatewayState(),
    checksPasswords ? shared?.openLimiters() : undefined,
  ]);
  const store: StateStore | undefined = shared === undefined ? undefined : await config.state.open();
  const jit = checksPasswords
    ? await openJit(config, { log, observe: (_call, run) => run(), rates: state?.rates, limiters, store })
    : undefined;
  const gateway = createGateway({
    projectId: config.project?.projectId ?? "",
    userPoolIds: config.sources.map(({ userPoolId }) => userPoolId),
    eventsSecret: store === undefined ? undefined : config.eventsSecret?.reveal(),
    sessionExchange:
      exchange === undefined
        ? undefined
        : makeExchangeHandler(config, {
            ...exchange,
            replay: state?.usedKeys ?? createMemoryReplayStore(),
            onExchange: ({ at, outcome, reason }) => log.event("info", "exchange", at, { outcome, reason }),
          }),
    jit: jit?.options,
    store,
    clock: systemClock,
    onRequest: (entry) => log.request(entry),
  });
  return { app: gateway.app, settled: async () => jit?.settled() };
}
