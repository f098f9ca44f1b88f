import { createInterface } from "node:readline";
import { pageDirectory, preparePage } from "@cognito-to-descope/console/page";
import { startNodeServer } from "@cognito-to-descope/gateway";
import type { CliHost } from "../cli-host.ts";
import type { Config } from "../config/config.ts";
import { PAGE_BASE, readAssets } from "../console/assets.ts";
import { createLinkAuthentication } from "../console/auth/link-authentication.ts";
import { mappingServices } from "../console/mapping/mapping-services.ts";
import { createConsoleStore } from "../console/console-store.ts";
import { createConsole } from "../console/create-console.ts";
import { type CommandStarter, createCommandStarter } from "../console/started/command-starter.ts";
import { startedDirectory } from "../console/started/started-directory.ts";
import { openBrowser } from "../console/open-browser.ts";
import { readScriptToken } from "../console/script-token.ts";
import { thisOperator } from "../control/this-process.ts";
import { showError } from "../errors.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import type { Command, Invocation } from "../invocation.ts";
import { prepareConfig } from "../prepare.ts";
import { configuredPlaces } from "../sessions/statistics-places.ts";
import { stateClock } from "../state/state-location.ts";
import { systemClock } from "../system.ts";
import { packageVersion } from "../version.ts";

interface ConsoleOptions {
  readonly port?: number;
  readonly open?: boolean;
  readonly readOnly?: boolean;
  readonly verifierStatistics?: readonly string[];
}

/** Only this machine reaches it. */
const HOST = "127.0.0.1";
const DEFAULT_PORT = 8421;
/** Requests under way when the console ends. */
const STOP_TIMEOUT_MS = 2000;

/** Serves the page on loopback until a signal comes, and prints links to it. */
export const console: Command<ConsoleOptions> = async (invocation) => {
  const { host, output, options } = invocation;
  const config = await prepareConfig(invocation, { source: false, target: false });
  const scriptToken = readScriptToken(config);
  await preparePage(() => output.note("note: building the page of the console, which takes a few seconds"));
  const assets = await readAssets(pageDirectory());
  const clock = (await config.state.exists()) ? await stateClock(config.state) : systemClock;
  await using store = createConsoleStore(config.state);
  const authentication = createLinkAuthentication(thisOperator(), scriptToken);
  let port = 0;
  using served = createConsole(
    {
      config,
      store,
      clock: { ...systemClock, now: () => clock.now() },
      cwd: host.cwd,
      verifierStatistics: configuredPlaces(config, options.verifierStatistics, host.cwd),
      mapping: mappingServices(invocation),
      authentication,
      starter: starterOf(invocation, config),
      readOnly: options.readOnly ?? false,
      version: packageVersion(),
      isOwnHost: (name) => isOwnHost(name, port),
      onDefect: (error) => {
        const { code, message } = showError(error);
        output.note(`${code}: ${message}`);
        if (options.debug === true && error instanceof Error) output.note(error.stack ?? "");
      },
    },
    assets,
    { secure: false },
  );
  const server = await startNodeServer(served.app, {
    listen: { host: HOST, port: options.port ?? DEFAULT_PORT },
    clock: systemClock,
  });
  // An address has no port where it is the one of its scheme.
  port = Number(new URL(server.url).port || 80);
  const link = (): string => `${server.url}${PAGE_BASE}/#token=${authentication.newToken()}`;
  const print = async (): Promise<string> => {
    const url = link();
    if (output.json) await output.data(`${JSON.stringify({ url })}\n`);
    else output.line(`console: ${url}`);
    return url;
  };
  const stopPrinting = printOnDemand(host, () => void print());
  try {
    const url = await print();
    output.note(
      `The link works once; ${host.stdin.isTTY === true ? "Enter prints another, " : ""}Ctrl-C ends the console.`,
    );
    if (options.open === true && host.stdout.isTTY === true) openBrowser(url);
    await untilSignal(host.signal);
  } finally {
    stopPrinting();
    served.endStreams();
    await server.stop(STOP_TIMEOUT_MS);
  }
  return EXIT_CODES.done;
};

/** Starts commands with the config, the state store and the environment that the console has. */
function starterOf({ host, options }: Invocation<ConsoleOptions>, config: Config): CommandStarter | undefined {
  if (host.self === undefined) return undefined;
  const { C2D_CONSOLE_TOKEN: _secret, ...variables } = host.variables;
  return createCommandStarter({
    program: [
      ...host.self,
      ...(options.config === undefined ? [] : ["--config", options.config]),
      ...(options.state === undefined ? [] : ["--state", options.state]),
    ],
    cwd: host.cwd,
    variables,
    directory: startedDirectory(config, host.cwd),
    clock: systemClock,
  });
}

/** Names under which a browser of this machine reaches it. Any other was made to lead here by somebody else. */
function isOwnHost(name: string, port: number): boolean {
  return [HOST, "localhost", "[::1]"].some((own) => name.toLowerCase() === (port === 80 ? own : `${own}:${port}`));
}

/** Calls back when somebody presses Enter, or sends SIGUSR2. Gives what ends that. */
function printOnDemand({ stdin, onUserSignal }: CliHost, print: () => void): () => void {
  const stopListening = onUserSignal?.(print);
  const lines = stdin.isTTY === true ? createInterface({ input: stdin }) : undefined;
  lines?.on("line", print);
  return () => {
    stopListening?.();
    lines?.close();
  };
}

async function untilSignal(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((ended) => signal.addEventListener("abort", () => ended(), { once: true }));
}
