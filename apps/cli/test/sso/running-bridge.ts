import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { PassThrough, Readable } from "node:stream";
import { runCli } from "../../src/cli.ts";
import type { Keys } from "./front.ts";

/** A bridge that runs as an operator starts it. */
export interface RunningBridge extends AsyncDisposable {
  readonly port: number;
  /** Resolves when the bridge says something that it has not said before. */
  hears(text: string): Promise<void>;
}

/** Starts the bridge of a folder, with a certificate that it believes of Cognito's side as well. */
export async function startBridge(folder: string, keys: Keys): Promise<RunningBridge> {
  writeFileSync(`${folder}/tls.crt`, keys.certificate);
  writeFileSync(`${folder}/tls.key`, keys.privateKey);
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const ending = new AbortController();
  const files = ["--tls-cert", "tls.crt", "--tls-key", "tls.key", "--upstream-ca", "tls.crt"];
  const ended = runCli(["sso", "bridge", "--listen", "127.0.0.1:0", ...files], {
    cwd: folder,
    variables: { C2D_BRIDGE_STATE_SECRET: "a secret of at least thirty-two characters" },
    stdin: Readable.from([]),
    stdout,
    stderr,
    signal: ending.signal,
  });
  const remarks: string[] = [];
  const waiting: (() => void)[] = [];
  createInterface({ input: stderr }).on("line", (line) => {
    remarks.push(line);
    for (const wake of waiting.splice(0)) wake();
  });
  const [line] = (await Promise.race([once(createInterface({ input: stdout }), "line"), ended.then(() => [""])])) as [
    string,
  ];
  if (line === "") throw new Error(remarks.join("\n"));
  return {
    port: Number(new URL((JSON.parse(line) as { readonly url: string }).url).port),
    async hears(text) {
      for (;;) {
        const at = remarks.findIndex((remark) => remark.includes(text));
        if (at >= 0) {
          remarks.splice(0, at + 1);
          return;
        }
        await new Promise<void>((wake) => waiting.push(wake));
      }
    },
    async [Symbol.asyncDispose]() {
      ending.abort();
      await ended;
    },
  };
}
