import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { triggerFunctionCode } from "@cognito-to-descope/core";

const NODE_MODULES = fileURLToPath(new URL("../../../node_modules", import.meta.url));

/** What the function answered or threw, and what it logged. */
export interface FunctionRun {
  readonly answer?: unknown;
  readonly error?: { readonly name: string; readonly message: string };
  readonly log: string;
}

// As Lambda's runtime does: the module is loaded, the handler called with the event.
const HARNESS = `
const { handler } = require(process.argv[1]);
const event = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
const end = (result) => require("node:fs").writeSync(3, JSON.stringify(result));
handler(event).then((answer) => end({ answer }), ({ name, message }) => end({ error: { name, message } }));
`;

/** Runs the emitted function on an event, in a process of its own that has nothing but these variables. */
export async function runFunction(event: unknown, variables: Readonly<Record<string, string>>): Promise<FunctionRun> {
  const directory = mkdtempSync(join(tmpdir(), "c2d-function-"));
  try {
    const index = join(directory, "index.js");
    writeFileSync(index, triggerFunctionCode());
    const child = spawn(process.execPath, ["-e", HARNESS, index], {
      // The runtime brings the AWS SDK.
      env: { NODE_PATH: NODE_MODULES, ...variables },
      stdio: ["pipe", "pipe", "pipe", "pipe"],
    });
    const { answer, log } = await answerOf(child, event);
    return { ...(answer as Omit<FunctionRun, "log">), log };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Gives a function its input, and takes what it writes to its fourth stream as the answer; all else is its log. */
export async function answerOf(
  child: ChildProcess,
  input: unknown,
): Promise<{ readonly answer: unknown; readonly log: string }> {
  let log = "";
  let result = "";
  child.stdout?.on("data", (chunk: Buffer) => (log += String(chunk)));
  child.stderr?.on("data", (chunk: Buffer) => (log += String(chunk)));
  child.stdio[3]?.on("data", (chunk: Buffer) => (result += String(chunk)));
  child.stdin?.end(JSON.stringify(input));
  await once(child, "close");
  if (result === "") throw new Error(`the function ended without an answer: ${log}`);
  return { answer: JSON.parse(result), log };
}
