import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** `c2d console` in a process of its own. */
export interface OpenConsole extends AsyncDisposable {
  /** A link that works once. */
  newLink(): Promise<string>;
  /** CPU time of the process so far, in seconds. Linux only. */
  cpuSeconds(): number;
}

/** Clock ticks a second, as every Linux that Node runs on has them. */
const TICKS = 100;

/** Starts it for the state of a directory, on a free port. */
export async function openConsole(place: string, env: Readonly<Record<string, string>>): Promise<OpenConsole> {
  const child: ChildProcess = spawn(
    process.execPath,
    [
      "--disable-warning=ExperimentalWarning",
      join(process.cwd(), "apps/cli/bin/c2d.mjs"),
      "console",
      "--json",
      "--port",
      "0",
    ],
    { cwd: place, env: { PATH: process.env["PATH"], HOME: place, ...env }, stdio: ["ignore", "pipe", "ignore"] },
  );
  if (child.stdout === null) throw new Error("the console has no output");
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const readLink = async (): Promise<string> => {
    const { value, done } = await lines.next();
    if (done === true) throw new Error("the console ended");
    return (JSON.parse(value) as { readonly url: string }).url;
  };
  let printed: string | undefined = await readLink();
  return {
    async newLink() {
      const link = printed;
      printed = undefined;
      if (link !== undefined) return link;
      child.kill("SIGUSR2");
      return await readLink();
    },
    cpuSeconds() {
      const fields = readFileSync(`/proc/${String(child.pid)}/stat`, "utf8")
        .replace(/^.*\) /, "")
        .split(" ");
      return (Number(fields[11]) + Number(fields[12])) / TICKS;
    },
    async [Symbol.asyncDispose]() {
      const ended = once(child, "exit");
      child.kill("SIGTERM");
      await ended;
    },
  };
}
