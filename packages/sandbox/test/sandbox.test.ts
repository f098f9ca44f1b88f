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

test("generates as many pools as are wanted, the first one alike however many there are", async () => {
  await using one = await startSandbox({ only: "cognito", users: 60 });
  await using several = await startSandbox({ only: "cognito", users: 60, pools: 3 });
  expect(one.userPoolIds).toEqual([one.userPoolId]);
  expect(several.userPoolIds).toHaveLength(3);
  expect(several.userPoolIds[0]).toBe(one.userPoolId);
  const subsOf = (userPoolId: string): readonly string[] => {
    const users = several.cognitoService.state.pools.get(userPoolId)?.users;
    return Array.from({ length: users?.length ?? 0 }, (_, index) => users?.at(index)?.sub ?? "");
  };
  const subs = several.userPoolIds.flatMap(subsOf);
  expect(new Set(subs).size).toBe(180);
  await expect(startSandbox({ only: "cognito", pools: 0 })).rejects.toThrow(RangeError);
});

test("one port in use leaves the other free", async () => {
  await using first = await startSandbox({ only: "descope" });
  const descopePort = first.descopeServer?.port ?? 0;
  await expect(startSandbox({ users: 1, descopePort })).rejects.toThrow(`port ${descopePort} on 127.0.0.1 is in use`);
});
