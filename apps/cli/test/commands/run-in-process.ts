import { PassThrough, Readable } from "node:stream";
import { runCli } from "../../src/cli.ts";
import type { CommandResult } from "../e2e/run-c2d.ts";

/** Runs a command line in this process: the same program without the cost of starting one. */
export async function runInProcess(
  commandArguments: readonly string[],
  {
    cwd,
    env = {},
    stdin = "",
    signal = new AbortController().signal,
    onOutput = () => undefined,
  }: {
    readonly cwd: string;
    readonly env?: Readonly<Record<string, string>>;
    readonly stdin?: string;
    readonly signal?: AbortSignal;
    /** Hears that something was printed on standard output. */
    readonly onOutput?: () => void;
  },
): Promise<CommandResult> {
  const [stdout, stderr] = [collector(), collector()];
  stdout.stream.on("data", onOutput);
  const code = await runCli(commandArguments, {
    cwd,
    variables: env,
    stdin: Readable.from(stdin === "" ? [] : [stdin]),
    stdout: stdout.stream,
    stderr: stderr.stream,
    signal,
  });
  return { code, stdout: stdout.text(), stderr: stderr.text() };
}

function collector(): { readonly stream: PassThrough; readonly text: () => string } {
  const stream = new PassThrough();
  const chunks: Buffer[] = [];
  stream.on("data", (chunk: Buffer) => chunks.push(chunk));
  return {
    stream,
    text: () => {
      // What is still in the stream's buffer has not been handed out yet.
      for (let rest = stream.read() as Buffer | null; rest !== null; rest = stream.read() as Buffer | null) {
        chunks.push(rest);
      }
      return Buffer.concat(chunks).toString("utf8");
    },
  };
}
