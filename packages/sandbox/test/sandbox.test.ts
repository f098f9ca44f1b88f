import { expect, test } from "vitest";

import { startSandbox } from "../src/index.ts";

test("serves both services and ends both", async () => {
  const sandbox = await startSandbox({ users: 10 });
  expect(sandbox.userPoolId).toMatch(/^us-east-1_/);
  expect((await fetch(`${sandbox.cognito}/_sandbox/stats`)).status).toBe(200);
  expect((await fetch(`${sandbox.descope}/_sandbox/stats`)).status).toBe(200);
  await sandbox.stop();
  await expect(fetch(sandbox.cognito)).rejects.toThrow("fetch failed");
  await expect(fetch(sandbox.descope)).rejects.toThrow("fetch failed");
});

test.each(["cognito", "descope"] as const)("serves %s alone", async (only) => {
  await using sandbox = await startSandbox({ only, users: 1 });
  expect(sandbox[only]).toMatch(/^http:/);
  expect(sandbox[only === "cognito" ? "descope" : "cognito"]).toBe("");
});

test("one port in use leaves the other free", async () => {
  await using first = await startSandbox({ only: "descope" });
  const descopePort = first.descopeServer?.port ?? 0;
  await expect(startSandbox({ users: 1, descopePort })).rejects.toThrow(`port ${descopePort} on 127.0.0.1 is in use`);
});
