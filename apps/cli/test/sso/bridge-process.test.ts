import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, test } from "vitest";
import {
  formOf,
  responseOf,
  samlConnection,
  writtenConfig,
} from "../../../../packages/core/test/sso/bridge/sample-bridge.ts";
import { CERTIFICATE } from "../../../gateway/test/bridge/bridge-scene.ts";
import { startOrigin } from "../../../gateway/test/bridge/origin.ts";
import { ask } from "../../../gateway/test/bridge/raw-client.ts";
import { runInProcess } from "../commands/run-in-process.ts";
import { temporaryFolder } from "../e2e/run-c2d.ts";

const AT_ONCE = 8;

test(
  "a bridge that is killed in the middle of traffic and started again fails what was under way, and nothing else",
  { timeout: 120_000 },
  async () => {
    using folder = temporaryFolder();
    await using cognito = await startOrigin("cognito");
    await using descope = await startOrigin("descope");
    const base = writtenConfig([samlConnection("Acme")]);
    const config = {
      ...base,
      descopeBaseUrl: descope.url,
      hosts: base.hosts.map((host) => ({ ...host, upstream: cognito.url })),
    };
    mkdirSync(join(folder.path, ".c2d"));
    writeFileSync(join(folder.path, ".c2d", "bridge.json"), JSON.stringify(config));
    // The program of the container, with its files where it would find them there.
    const emitted = await runInProcess(["sso", "bridge", "emit", "docker", "--output", "."], { cwd: folder.path });
    expect(emitted.code).toBe(0);
    writeFileSync(join(folder.path, "tls.crt"), CERTIFICATE.cert);
    writeFileSync(join(folder.path, "tls.key"), CERTIFICATE.key);

    const running: ChildProcess[] = [];
    const start = async (port: number): Promise<number> => {
      const child = spawn(process.execPath, ["server.mjs"], {
        cwd: folder.path,
        env: { C2D_BRIDGE_PORT: String(port), C2D_BRIDGE_HOST: "127.0.0.1" },
        stdio: ["ignore", "pipe", "inherit"],
      });
      running.push(child);
      const lines = createInterface({ input: child.stdout ?? process.stdin });
      const [line] = (await once(lines, "line")) as [string];
      lines.on("line", (text) => heard.push(text));
      return Number(new URL((JSON.parse(line) as { readonly url: string }).url).port);
    };
    const heard: string[] = [];
    try {
      const port = await start(0);
      let sent = 0;
      const enough = new AbortController();
      const failed: number[] = [];
      const seen = new Map<string, number>();
      const traffic = Array.from({ length: AT_ONCE }, async (_none, worker) => {
        while (!enough.signal.aborted) {
          const number = (sent += 1);
          const path = `/login?${worker}-${number}`;
          try {
            const { status } = await ask(port, { path, ca: CERTIFICATE.cert });
            seen.set(path, status);
          } catch (error) {
            // Nobody is there, so nothing was sent: a browser or a load balancer tries again.
            if ((error as NodeJS.ErrnoException).code === "ECONNREFUSED")
              await new Promise((next) => setImmediate(next));
            else failed.push(number);
          }
        }
      });
      await until(() => seen.size > 50);
      running[0]?.kill("SIGKILL");
      await once(running[0] as ChildProcess, "exit");
      // Until the process is gone, the system takes connections for it.
      const goneAt = sent;
      await start(port);
      const restartedAt = seen.size;
      await until(() => seen.size > restartedAt + 50);
      enough.abort();
      await Promise.all(traffic);
      expect(failed.filter((number) => number > goneAt)).toEqual([]);
      expect([...new Set(seen.values())]).toEqual([200]);

      // Modes are followed by the program that runs.
      const RelayState = formOf({ identity_provider: "Acme", client_id: "4client" });
      const body = formOf({ SAMLResponse: responseOf("https://idp.acme.example/entity"), RelayState });
      const headers = { "content-type": "application/x-www-form-urlencoded" };
      const respond = async (): Promise<string> =>
        (await ask(port, { method: "POST", path: "/saml2/idpresponse", body, headers, ca: CERTIFICATE.cert })).body;
      expect(await respond()).toBe("cognito ok");
      const modes = { version: 1, default: "descope", connections: {} };
      writeFileSync(join(folder.path, "bridge-modes.json"), JSON.stringify(modes));
      await until(() => heard.some((line) => line.includes('"modes"')));
      expect(await respond()).toBe("descope ok");
      const stopped = once(running[1] as ChildProcess, "exit");
      running[1]?.kill("SIGTERM");
      expect((await stopped)[0]).toBe(0);
    } finally {
      for (const child of running) child.kill("SIGKILL");
    }
  },
);

/** Waits for something that other parts of the test bring about. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((next) => setTimeout(next, 10));
}
