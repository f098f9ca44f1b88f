import { describe, expect, test } from "vitest";
import { runInProcess } from "../commands/run-in-process.ts";
import { startGateway } from "../commands/running-gateway.ts";
import { parseOperators } from "../../src/console/auth/operators.ts";
import { temporaryFolder } from "../e2e/run-c2d.ts";

const PASSPHRASE = "correct horse battery staple";
const WORLD = { COGNITO_USER_POOL_ID: "eu-west-1_AbCdEf123", DESCOPE_PROJECT_ID: "P2abcdefghijklmnopqrstuvwxyz" };

async function entryOf(name: string, cwd: string): Promise<string> {
  const { stdout, code } = await runInProcess(["console", "operator", name], { cwd, stdin: `${PASSPHRASE}\n` });
  expect(code).toBe(0);
  return stdout.trim();
}

describe("c2d console operator", () => {
  test("prints an entry that holds no passphrase, and another one each time", async () => {
    using folder = temporaryFolder();
    const [first, second] = [await entryOf("ana", folder.path), await entryOf("ana", folder.path)];
    expect(first).toMatch(/^ana=scrypt:\d+:8:1:[\w-]+:[\w-]+$/);
    expect(second).not.toBe(first);
    expect(first).not.toContain("horse");
    expect([...(parseOperators(`${first},ben${second.slice(3)}`)?.keys() ?? [])]).toEqual(["ana", "ben"]);
  });

  test.each([
    ["a short passphrase", "ana", "too short"],
    ["a name that would break the list", "a,b", PASSPHRASE],
  ])("refuses %s", async (_what, name, passphrase) => {
    using folder = temporaryFolder();
    const { code, stdout } = await runInProcess(["console", "operator", name], { cwd: folder.path, stdin: passphrase });
    expect(code).toBe(2);
    expect(stdout).toBe("");
  });

  test.each(["", "ana", "ana=", "ana=scrypt:3:8:1:aaaaaaaaaaaaaaaaaaaaaa:b", "ana=scrypt:1073741824:32:1:a:b", "=x"])(
    "knows that %j is no entry",
    (text) => {
      expect(parseOperators(text)).toBeUndefined();
    },
  );
});

describe("c2d gateway --console", () => {
  test("lets operators in by name and passphrase, and tells nobody which of the two was wrong", async () => {
    using folder = temporaryFolder();
    const C2D_CONSOLE_OPERATORS = await entryOf("ana", folder.path);
    using gateway = await startGateway(folder.path, { ...WORLD, C2D_CONSOLE_OPERATORS }, "--console", "--behind-proxy");
    const { url } = gateway;
    const signIn = (operator: string, passphrase: string): Promise<Response> =>
      fetch(`${url}/api/v1/session`, {
        method: "POST",
        headers: { "content-type": "application/json", origin: url, "x-c2d-console": "1" },
        body: JSON.stringify({ operator, passphrase }),
      });
    const page = await fetch(`${url}/console/`);
    expect(await page.text()).toContain('<div id="root">');
    expect(page.headers.get("content-security-policy")).toContain("script-src 'self'");
    expect((await fetch(`${url}/healthz`)).headers.get("content-security-policy")).not.toContain("script-src");
    expect((await fetch(`${url}/api/v1/overview`)).status).toBe(401);

    const [wrongName, wrongPassphrase] = [await signIn("nobody", PASSPHRASE), await signIn("ana", `${PASSPHRASE}.`)];
    expect([wrongName.status, wrongPassphrase.status]).toEqual([401, 401]);
    expect(await wrongName.text()).toBe(await wrongPassphrase.text());

    const right = await signIn("ana", PASSPHRASE);
    expect(await right.json()).toMatchObject({ signedIn: true, operator: "ana", signInBy: "passphrase" });
    const cookie = right.headers.get("set-cookie") ?? "";
    expect(cookie).toMatch(/^__Host-c2d_console_\d+=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Strict$/);
    const headers = { cookie: cookie.split(";")[0] ?? "", origin: url, "x-c2d-console": "1" };
    expect((await fetch(`${url}/api/v1/overview`, { headers })).status).toBe(200);
    await fetch(`${url}/api/v1/session`, { method: "DELETE", headers });
    expect((await fetch(`${url}/api/v1/overview`, { headers })).status).toBe(401);

    // Five tries at once for one name, and then no more: not even with the right passphrase.
    for (let tries = 2; tries < 5; tries += 1) expect((await signIn("ana", "wrong passphrase")).status).toBe(401);
    const refused = await signIn("ana", PASSPHRASE);
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(gateway.printed()).not.toContain("horse");
    expect(await gateway.stop()).toBe(0);
  });

  test.each([
    ["without operators", ["--console"], "C2D_CONSOLE_OPERATORS"],
    ["where passphrases would travel in plain HTTP", ["--console", "--listen", "0.0.0.0:0"], "plain HTTP"],
    ["with an option of a console that is not served", ["--console-read-only"], "--console"],
  ])("does not start %s", async (_what, options, told) => {
    using folder = temporaryFolder();
    const { code, stderr } = await runInProcess(["gateway", "--listen", "127.0.0.1:0", ...options], {
      cwd: folder.path,
      env: WORLD,
    });
    expect(code).toBe(2);
    expect(stderr).toContain(told);
  });
});
