import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const BIN = fileURLToPath(new URL("../../bin/c2d.mjs", import.meta.url));

/** A gateway in a process of its own. Killed when it is disposed of, if it still runs. */
export interface RunningGateway extends Disposable {
  readonly url: string;
  /** Where its metrics are; empty without `--metrics-listen`. */
  readonly metrics: string;
  readonly child: ChildProcess;
  readonly printed: () => string;
  /** Entries of its log. */
  readonly entries: () => readonly Readonly<Record<string, unknown>>[];
  /** Ends it as a service manager would; gives its exit code. */
  stop(): Promise<unknown>;
}

/** Starts `c2d gateway` on a free port, with an environment that has nothing else in it. */
export async function startGateway(
  cwd: string,
  env: Readonly<Record<string, string>>,
  ...more: readonly string[]
): Promise<RunningGateway> {
  const { PATH = "", HOME = "" } = process.env;
  const child = spawn(process.execPath, [BIN, "gateway", "--listen", "127.0.0.1:0", ...more], {
    cwd,
    env: { PATH, HOME, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let printed = "";
  child.stderr.on("data", (chunk: Buffer) => (printed += String(chunk)));
  const lines = createInterface({ input: child.stdout });
  lines.on("line", (line) => (printed += `${line}\n`));
  const ended = once(child, "exit").then(() => {
    throw new Error(`the gateway ended: ${printed}`);
  });
  ended.catch(() => undefined);
  const [line] = (await Promise.race([once(lines, "line"), ended])) as [string];
  const { url, metrics = "" } = JSON.parse(line) as { readonly url: string; readonly metrics?: string };
  return {
    url,
    metrics,
    child,
    printed: () => printed,
    entries: () =>
      printed
        .split("\n")
        .filter((text) => text.startsWith('{"at"'))
        .map((text) => JSON.parse(text) as Readonly<Record<string, unknown>>),
    async stop() {
      const exit = once(child, "exit");
      child.kill("SIGTERM");
      return ((await exit) as unknown[])[0];
    },
    [Symbol.dispose]: () => void child.kill("SIGKILL"),
  };
}
