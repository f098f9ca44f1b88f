import { pageDirectory, preparePage } from "@cognito-to-descope/console/page";
import { API_BASE } from "@cognito-to-descope/console/contract";
import type { GatewayConsole } from "@cognito-to-descope/gateway";
import type { Config } from "../config/config.ts";
import { PAGE_BASE, readAssets } from "../console/assets.ts";
import { createOperatorAuthentication } from "../console/auth/operator-authentication.ts";
import { parseOperators } from "../console/auth/operators.ts";
import { createConsoleStore } from "../console/console-store.ts";
import { createConsole } from "../console/create-console.ts";
import { readScriptToken } from "../console/script-token.ts";
import { ConfigInvalid } from "../errors.ts";
import { configuredPlaces } from "../sessions/statistics-places.ts";
import { stateClock } from "../state/state-location.ts";
import { systemClock } from "../system.ts";
import { packageVersion } from "../version.ts";
import type { GatewayLog } from "./gateway-log.ts";

/** How the console of a gateway is opened. */
export interface OpenConsoleOptions {
  readonly cwd: string;
  /** The page is reached over TLS, whoever ends it. */
  readonly secure: boolean;
  readonly readOnly: boolean;
  readonly log: GatewayLog;
  readonly onBuild: () => void;
}

/** A console that a gateway serves. */
export interface OpenConsole extends GatewayConsole, AsyncDisposable {
  /** Path of the page. */
  readonly page: string;
  /** Ends the streams of open pages, which would hold a gateway up that stops. */
  endStreams(): void;
}

/**
 * Opens the console behind the login of named operators.
 *
 * @throws ConfigInvalid when there are no operators.
 */
export async function openConsole(config: Config, options: OpenConsoleOptions): Promise<OpenConsole> {
  const { cwd, secure, readOnly, log, onBuild } = options;
  const operators = parseOperators(config.console?.operators?.reveal() ?? "");
  if (operators === undefined) {
    throw new ConfigInvalid("the environment", [
      {
        path: "C2D_CONSOLE_OPERATORS",
        message: "must hold what `c2d console operator <name>` prints, with commas between several",
      },
    ]);
  }
  const scriptToken = readScriptToken(config);
  await preparePage(onBuild);
  const clock = (await config.state.exists()) ? await stateClock(config.state) : systemClock;
  const store = createConsoleStore(config.state);
  const console = createConsole(
    {
      config,
      store,
      clock: { ...systemClock, now: () => clock.now() },
      cwd,
      verifierStatistics: configuredPlaces(config, undefined, cwd),
      authentication: createOperatorAuthentication(operators, scriptToken, systemClock),
      readOnly,
      version: packageVersion(),
      onDefect: (error) => {
        log.event("error", "console", systemClock.now(), { error: error instanceof Error ? error.name : typeof error });
      },
    },
    await readAssets(pageDirectory()),
    { secure },
  );
  return {
    paths: [PAGE_BASE, API_BASE],
    page: `${PAGE_BASE}/`,
    fetch: (request, env) => console.app.fetch(request, env),
    endStreams: () => console.endStreams(),
    async [Symbol.asyncDispose]() {
      console.endStreams();
      await store[Symbol.asyncDispose]();
    },
  };
}
