import { mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { makeCertificate } from "../../../../packages/sandbox/test/descope/self-signed-certificate.ts";
import { writtenConfig } from "../../../../packages/core/test/sso/bridge/sample-bridge.ts";
import { type FileNews, followFile, serveFiles } from "../../src/index.ts";
import { CERTIFICATE, handClock } from "./bridge-scene.ts";
import { ask } from "./raw-client.ts";

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "c2d-bridge-"))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("a file that is followed", () => {
  const parse = (text: string): number => {
    if (!/^\d+$/.test(text)) throw new Error("no number");
    return Number(text);
  };

  test("says what it says now; when it is wrong or gone, what it said before", async () => {
    const path = join(folder, "number");
    writeFileSync(path, "1");
    const problems: unknown[] = [];
    await using file = await followFile(path, {
      parse,
      clock: handClock(),
      everyMs: 1e6,
      onProblem: (error) => problems.push(error),
    });
    const after = async (change: () => void): Promise<number> => {
      change();
      await file.check();
      return file.value;
    };
    expect(await after(() => writeFileSync(path, "22"))).toBe(22);
    expect(await after(() => writeFileSync(path, "wrong"))).toBe(22);
    await file.check();
    expect(problems).toHaveLength(1);
    expect(await after(() => rmSync(path))).toBe(22);
    expect(problems).toHaveLength(2);
    expect(await after(() => writeFileSync(path, "333"))).toBe(333);
    // As volumes of containers replace files: by a link to another directory.
    expect(
      await after(() => {
        writeFileSync(join(folder, "other"), "4444");
        symlinkSync(join(folder, "other"), join(folder, "link"));
        renameSync(join(folder, "link"), path);
      }),
    ).toBe(4444);
  });

  test("must be there and right at first, unless it may be absent", async () => {
    const path = join(folder, "number");
    const options = { parse, clock: handClock(), everyMs: 1e6 };
    await expect(followFile(path, options)).rejects.toMatchObject({ code: "ERR_CONFIG_UNREADABLE" });
    await using absent = await followFile(path, { ...options, whenAbsent: 0 });
    expect(absent.value).toBe(0);
    writeFileSync(path, "1");
    await absent.check();
    expect(absent.value).toBe(1);
    rmSync(path);
    await absent.check();
    expect(absent.value).toBe(0);
    writeFileSync(path, "wrong");
    await expect(followFile(path, options)).rejects.toThrow("no number");
  });
});

test("a bridge takes a new certificate without a restart, and keeps the old one when the new one is none", async () => {
  const files = { config: join(folder, "bridge.json"), cert: join(folder, "tls.crt"), key: join(folder, "tls.key") };
  writeFileSync(files.config, JSON.stringify(writtenConfig([])));
  writeFileSync(files.cert, CERTIFICATE.cert);
  writeFileSync(files.key, CERTIFICATE.key);
  const news: FileNews[] = [];
  await using bridge = await serveFiles({
    configFile: files.config,
    modesFile: join(folder, "modes.json"),
    certificateFiles: files,
    stateSecrets: [],
    listen: { host: "127.0.0.1", port: 0 },
    clock: handClock(),
    newId: () => "",
    onNews: (one) => news.push(one),
  });
  const port = Number(new URL(bridge.url).port);
  const health = async (ca: string): Promise<number> => (await ask(port, { path: "/_bridge/health", ca })).status;
  const heard = async (count: number): Promise<void> => {
    while (news.length < count) await new Promise((next) => setTimeout(next, 10));
  };
  expect(await health(CERTIFICATE.cert)).toBe(200);
  const next = makeCertificate("auth.example.com");
  // A key that does not belong to the certificate yet is not taken, and neither is half a file.
  writeFileSync(files.key, next.privateKey);
  await heard(1);
  expect(await health(CERTIFICATE.cert)).toBe(200);
  writeFileSync(files.cert, next.certificate);
  await heard(2);
  expect(news.map(({ file, what }) => [file, what])).toEqual([
    ["certificate", "kept"],
    ["certificate", "taken"],
  ]);
  expect(await health(next.certificate)).toBe(200);
  await expect(health(CERTIFICATE.cert)).rejects.toThrow("certificate");
});
