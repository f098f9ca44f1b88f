import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const BIN = fileURLToPath(new URL("../../bin/c2d.mjs", import.meta.url));

/** What a command printed and how it ended. */
export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** How a command is run. */
export interface RunOptions {
  readonly cwd: string;
  /** The whole environment, but for `PATH` and `HOME`. */
  readonly env?: Readonly<Record<string, string>>;
  /** Called with the process once it runs. */
  readonly onStart?: (child: ChildProcess) => void;
}

/** An empty folder that is gone at the end of the block. */
export function temporaryFolder(): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), "c2d-e2e-"));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

/** Runs the CLI as its users do: a process of its own, in a folder of its own. */
export async function runC2d(commandArguments: readonly string[], options: RunOptions): Promise<CommandResult> {
  const child = start(commandArguments, options);
  options.onStart?.(child);
  let stdout = "";
  let stderr = "";
  child.stdout?.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const [code] = (await once(child, "close")) as [number | null];
  return { code, stdout, stderr };
}

/** The line that `c2d sandbox` prints when it is ready. */
export interface SandboxLine {
  readonly cognito: string;
  readonly descope: string;
  readonly region: string;
  readonly userPoolId: string;
  readonly clientId: string;
  readonly projectId: string;
  readonly managementKey: string;
}

/** Starts `c2d sandbox` in a process of its own, and ends it at the end of the block. */
export async function startSandboxCommand(
  commandArguments: readonly string[],
  cwd: string,
): Promise<AsyncDisposable & { readonly line: SandboxLine }> {
  const child = start(["sandbox", ...commandArguments], { cwd });
  let stderr = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  if (child.stdout === null) throw new Error("the sandbox has no output");
  const ended = once(child, "exit").then(() => {
    throw new Error(`the sandbox ended: ${stderr}`);
  });
  ended.catch(() => undefined);
  const [line] = (await Promise.race([once(createInterface({ input: child.stdout }), "line"), ended])) as [string];
  return {
    line: JSON.parse(line) as SandboxLine,
    async [Symbol.asyncDispose]() {
      const exit = once(child, "exit");
      child.kill("SIGTERM");
      await exit;
    },
  };
}

/** The variables of the official tool's `.env`, for a sandbox. */
export function environmentOf(line: SandboxLine): Record<string, string> {
  return {
    AWS_ACCESS_KEY_ID: "AKIAEXAMPLE",
    AWS_SECRET_ACCESS_KEY: "example",
    COGNITO_REGION: line.region,
    COGNITO_USER_POOL_ID: line.userPoolId,
    DESCOPE_PROJECT_ID: line.projectId,
    DESCOPE_MANAGEMENT_KEY: line.managementKey,
    DESCOPE_BASE_URL: line.descope,
    AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: line.cognito,
  };
}

/** What the sandbox counts of the requests that it got. */
export interface SandboxStats {
  readonly requests: number;
  readonly writes: number;
  readonly operations: readonly { readonly service: string; readonly operation: string; readonly requests: number }[];
}

/** Asks a sandbox for its counts. */
export async function readStats(line: SandboxLine): Promise<SandboxStats> {
  return (await (await fetch(`${line.cognito}/_sandbox/stats`)).json()) as SandboxStats;
}

/** Sets a sandbox's counts back to zero. */
export async function resetStats(line: SandboxLine): Promise<void> {
  await fetch(`${line.cognito}/_sandbox/reset`, { method: "POST", headers: { "content-type": "application/json" } });
}

function start(commandArguments: readonly string[], options: RunOptions): ChildProcess {
  const { PATH = "", HOME = "" } = process.env;
  return spawn(process.execPath, [BIN, ...commandArguments], {
    cwd: options.cwd,
    env: { PATH, HOME, ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
}
