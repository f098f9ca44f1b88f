import { request } from "node:http";
import { PassThrough, Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { runCli } from "../../src/cli.ts";

/** What the console starts commands with. */
const BIN = fileURLToPath(new URL("../../bin/c2d.mjs", import.meta.url));

/** A console that runs in this process. It ends with the block. */
export interface RunningConsole extends AsyncDisposable {
  /** `http://127.0.0.1:41234`. */
  readonly origin: string;
  /** The links that it printed, in order. */
  readonly links: () => readonly string[];
  readonly token: () => string;
  /** What SIGUSR2 does. */
  askForLink(): void;
  /** Begins a session with the newest link. Gives the value of the `Cookie` header. */
  signIn(): Promise<string>;
  /** What it printed on standard error. */
  readonly notes: () => string;
}

/** Starts `c2d console` on a free port. */
export async function startConsole(
  cwd: string,
  env: Readonly<Record<string, string>> = {},
  ...more: readonly string[]
): Promise<RunningConsole> {
  const controller = new AbortController();
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const links: string[] = [];
  let notes = "";
  let askForLink = (): void => undefined;
  stderr.on("data", (chunk: Buffer) => (notes += String(chunk)));
  const first = new Promise<void>((resolve) => {
    stdout.on("data", (chunk: Buffer) => {
      links.push((JSON.parse(String(chunk)) as { readonly url: string }).url);
      resolve();
    });
  });
  const ended = runCli(["console", "--port", "0", "--json", ...more], {
    cwd,
    variables: env,
    stdin: Readable.from([]),
    stdout,
    stderr,
    signal: controller.signal,
    self: [process.execPath, BIN],
    onUserSignal(listener) {
      askForLink = listener;
      return () => undefined;
    },
  });
  await Promise.race([
    first,
    ended.then((code) => {
      throw new Error(`the console ended with ${code}: ${notes}`);
    }),
  ]);
  const { origin } = new URL(links[0] ?? "");
  const token = (): string => new URLSearchParams(new URL(links.at(-1) ?? "").hash.slice(1)).get("token") ?? "";
  return {
    origin,
    links: () => links,
    token,
    askForLink: () => askForLink(),
    async signIn() {
      const response = await fetch(`${origin}/api/v1/session`, {
        method: "POST",
        headers: { "content-type": "application/json", origin, "x-c2d-console": "1" },
        body: JSON.stringify({ token: token() }),
      });
      if (!response.ok) throw new Error(await response.text());
      return (response.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
    },
    notes: () => notes,
    async [Symbol.asyncDispose]() {
      controller.abort();
      await ended;
    },
  };
}

/** What a request that `fetch` would not send came back with. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly text: string;
}

/** Sends a request with whatever path and headers, even a false `Host`. */
export function rawRequest(
  origin: string,
  path: string,
  { method = "GET", headers = {}, body }: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<RawAnswer> {
  const { hostname, port } = new URL(origin);
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, path, method, headers }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
    });
    sent.on("error", reject);
    sent.end(body);
  });
}
