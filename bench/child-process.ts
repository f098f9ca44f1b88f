import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

const flags = ["--conditions=@cognito-to-descope/source", "--disable-warning=ExperimentalWarning"];

/** Starts a script of the bench in a process of its own, from the sources. */
export function start(script: string, scriptArguments: readonly string[]): ChildProcess {
  return spawn(process.execPath, [...flags, script, ...scriptArguments], { stdio: ["pipe", "pipe", "inherit"] });
}

/** The line that a process prints when it is ready or done. */
export async function firstLine(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error("the process has no output");
  const lines = createInterface({ input: child.stdout });
  const ended = once(child, "exit").then(([code]) => {
    throw new Error(`the process ended with ${String(code)}`);
  });
  ended.catch(() => undefined);
  const [line] = (await Promise.race([once(lines, "line"), ended])) as [string];
  return line;
}
