import { spawn, spawnSync } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** An emulator that runs as a process of its own. */
export interface Emulator extends AsyncDisposable {
  readonly url: string;
}

/** Whether this machine's Python has moto with its server. */
export function hasMoto(): boolean {
  const found = spawnSync("python3", ["-c", "import moto.server, flask"], { stdio: "ignore", timeout: 30_000 });
  return found.status === 0;
}

/** Starts moto's server on a free port. */
export async function startMoto(): Promise<Emulator> {
  const port = await freePort();
  return await start("python3", ["-m", "moto.server", "-H", "127.0.0.1", "-p", String(port)], port, {});
}

/** Starts cognito-local on a free port. */
export async function startCognitoLocal(): Promise<Emulator> {
  const port = await freePort();
  const script = createRequire(import.meta.url).resolve("cognito-local/lib/bin/start.js");
  return await start(process.execPath, [script], port, { HOST: "127.0.0.1", PORT: String(port) });
}

async function start(
  command: string,
  args: readonly string[],
  port: number,
  env: Record<string, string>,
): Promise<Emulator> {
  const cwd = await mkdtemp(join(tmpdir(), "c2d-emulator-"));
  const { NODE_OPTIONS: _nodeOptions, ...inherited } = process.env;
  const child = spawn(command, args, { cwd, env: { ...inherited, ...env }, stdio: "ignore" });
  const url = `http://127.0.0.1:${port}`;
  const stop = async (): Promise<void> => {
    await end(child);
    await rm(cwd, { recursive: true, force: true });
  };
  try {
    await answers(url, child);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, [Symbol.asyncDispose]: stop };
}

async function answers(url: string, child: ChildProcess): Promise<void> {
  const until = performance.now() + 40_000;
  for (;;) {
    if (child.exitCode !== null) throw new Error(`the emulator ended with code ${child.exitCode}`);
    try {
      await fetch(url);
      return;
    } catch (error) {
      if (performance.now() > until) throw new Error("the emulator did not answer", { cause: error });
      await sleep(100);
    }
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  child.kill("SIGKILL");
  await gone;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return port;
}
