import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createSessions } from "../../src/console/auth/sessions.ts";
import { runInProcess } from "../commands/run-in-process.ts";
import { temporaryFolder } from "../e2e/run-c2d.ts";
import { type RawAnswer, rawRequest, type RunningConsole, startConsole } from "./start-console.ts";

const SCRIPT_TOKEN = "a-token-for-scripts-of-30-chars";
const JSON_TYPE = { "content-type": "application/json" };

const folder = temporaryFolder();
let running: RunningConsole;
let cookie: string;

beforeAll(async () => {
  running = await startConsole(folder.path, { C2D_CONSOLE_TOKEN: SCRIPT_TOKEN });
  cookie = await running.signIn();
});
afterAll(async () => {
  await running[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

async function codeOf(response: Response | RawAnswer): Promise<string> {
  const text = typeof response.text === "string" ? response.text : await response.text();
  return (JSON.parse(text) as { readonly code: string }).code;
}

/** A change, as the page asks for it. */
function change(headers: Readonly<Record<string, string>>): Promise<Response> {
  return fetch(`${running.origin}/api/v1/no-such-change`, {
    method: "POST",
    headers: { cookie, ...JSON_TYPE, ...headers },
    body: "{}",
  });
}

describe("every answer", () => {
  test.each([
    ["the page", "/console/"],
    ["an address within the page", "/console/no/such/page"],
    ["a file that is not there", "/console/assets/nothing.js"],
    ["what needs a session", "/api/v1/overview"],
    ["what needs none", "/api/v1/session"],
    ["what there is not", "/api/v1/nothing"],
    ["something else", "/nothing"],
  ])("lets nothing run, frame or read it but the page itself: %s", async (_what, path) => {
    const { headers } = await fetch(`${running.origin}${path}`, { headers: { origin: "https://evil.example" } });
    const policy = headers.get("content-security-policy") ?? "";
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain("unsafe");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("referrer-policy")).toBe("no-referrer");
    expect([...headers.keys()].filter((name) => name.startsWith("access-control-"))).toEqual([]);
  });

  test("grants no preflight", async () => {
    const response = await fetch(`${running.origin}/api/v1/overview`, {
      method: "OPTIONS",
      headers: { origin: "https://evil.example", "access-control-request-method": "POST" },
    });
    expect(response.ok).toBe(false);
    expect([...response.headers.keys()].filter((name) => name.startsWith("access-control-"))).toEqual([]);
  });

  test("holds no inline script and no style attribute", async () => {
    const page = await (await fetch(`${running.origin}/console/`)).text();
    expect(page).toContain('<script type="module"');
    expect(page).not.toMatch(/<script(?![^>]*\bsrc=)[^>]*>/);
    expect(page).not.toMatch(/<style|\sstyle=|\son\w+=/);
  });
});

describe("a link", () => {
  test("works once, and the answer says how to get another", async () => {
    await using other = await startConsole(folder.path);
    const begin = (token: string): Promise<Response> =>
      fetch(`${other.origin}/api/v1/session`, {
        method: "POST",
        headers: { ...JSON_TYPE, origin: other.origin, "x-c2d-console": "1" },
        body: JSON.stringify({ token }),
      });
    const token = other.token();
    const first = await begin(token);
    expect(first.status).toBe(200);
    expect(first.headers.get("set-cookie")).toMatch(/^c2d_console_\d+=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
    const second = await begin(token);
    expect(second.status).toBe(401);
    expect(await second.json()).toMatchObject({
      code: "link-used",
      suggestion: expect.stringMatching(/press Enter.*SIGUSR2/),
    });
    other.askForLink();
    await expect.poll(() => other.links().length).toBe(2);
    expect((await begin(other.token())).status).toBe(200);
  });

  test("that was printed before another is worthless", async () => {
    await using other = await startConsole(folder.path);
    const before = other.token();
    other.askForLink();
    await expect.poll(() => other.links().length).toBe(2);
    const response = await fetch(`${other.origin}/api/v1/session`, {
      method: "POST",
      headers: { ...JSON_TYPE, origin: other.origin, "x-c2d-console": "1" },
      body: JSON.stringify({ token: before }),
    });
    expect(await codeOf(response)).toBe("link-used");
  });
});

describe("a change", () => {
  test.each([
    ["from another page", { origin: "https://evil.example", "x-c2d-console": "1" }],
    ["from a page on another port", { origin: "http://127.0.0.1:1", "x-c2d-console": "1" }],
    ["from a sandboxed page", { origin: "null", "x-c2d-console": "1" }],
    ["without an origin", { "x-c2d-console": "1" }],
    ["from another site", { "sec-fetch-site": "cross-site", "x-c2d-console": "1" }],
  ])("is refused %s", async (_what, headers) => {
    const response = await change(headers);
    expect(response.status).toBe(403);
    expect(await codeOf(response)).toBe("foreign-origin");
  });

  test("is refused without the header that forms cannot send", async () => {
    expect(await codeOf(await change({ origin: running.origin }))).toBe("foreign-origin");
  });

  test("is let through from the page itself", async () => {
    expect(await codeOf(await change({ origin: running.origin, "x-c2d-console": "1" }))).toBe("not-found");
  });

  test("is refused without a session, whatever it asks for", async () => {
    const response = await change({ cookie: "", origin: running.origin, "x-c2d-console": "1" });
    expect(response.status).toBe(401);
    expect(await codeOf(response)).toBe("not-signed-in");
  });

  test("is refused where the console only shows", async () => {
    await using readOnly = await startConsole(folder.path, { C2D_CONSOLE_TOKEN: SCRIPT_TOKEN }, "--read-only");
    const authorization = `Bearer ${SCRIPT_TOKEN}`;
    const response = await fetch(`${readOnly.origin}/api/v1/anything`, {
      method: "PUT",
      headers: { authorization, ...JSON_TYPE },
      body: "{}",
    });
    expect(await codeOf(response)).toBe("read-only");
    const read = await fetch(`${readOnly.origin}/api/v1/overview`, { headers: { authorization } });
    expect(read.status).toBe(200);
  });
});

describe("a request", () => {
  test.each(["evil.example", "evil.example:80", "127.0.0.1.evil.example", "localhost", "127.0.0.1:1"])(
    "under the name %j is refused, so that no name server can lead a page here",
    async (host) => {
      const answer = await rawRequest(running.origin, "/console/", { headers: { host } });
      expect([400, 403]).toContain(answer.status);
      expect(answer.text).not.toContain("<html");
    },
  );

  test("under the other names of this machine is answered", async () => {
    const { port } = new URL(running.origin);
    for (const host of [`localhost:${port}`, `[::1]:${port}`, `LOCALHOST:${port}`]) {
      expect((await rawRequest(running.origin, "/console/", { headers: { host } })).status).toBe(200);
    }
  });

  test.each([
    "/console/../package.json",
    "/console/..%2f..%2fpackage.json",
    "/console/%2e%2e/%2e%2e/package.json",
    "/console/assets/..%2f..%2f..%2f..%2fetc%2fpasswd",
    "/console/assets/....//....//etc/passwd",
    "/console/assets/%00index.html",
    "//etc/passwd",
    "/console/..\\..\\package.json",
  ])("finds no file outside of the page at %s", async (path) => {
    const { status, text } = await rawRequest(running.origin, path);
    expect(status === 400 || status === 404 || (status === 200 && text.includes('<div id="root">'))).toBe(true);
    expect(text).not.toMatch(/root:|"dependencies"/);
  });

  test("with an address that is too long is refused", async () => {
    const long = await fetch(`${running.origin}/api/v1/overview?q=${"a".repeat(5000)}`, { headers: { cookie } });
    expect(await codeOf(long)).toBe("address-too-long");
    const longer = await fetch(`${running.origin}/api/v1/overview?q=${"a".repeat(50_000)}`, { headers: { cookie } });
    expect(longer.status).toBe(431);
  });

  test.each([
    ["too large", { ...JSON_TYPE }, JSON.stringify({ token: "a".repeat(70_000) }), 413, "body-too-large"],
    ["of no known size", { ...JSON_TYPE, "transfer-encoding": "chunked" }, "{}", 413, "body-too-large"],
    ["that is a form", { "content-type": "text/plain" }, "{}", 415, "unsupported-media-type"],
    ["that is no JSON", { ...JSON_TYPE }, "{", 400, "invalid-request"],
    ["of another form", { ...JSON_TYPE }, '{"token":1}', 400, "invalid-request"],
  ])("with a body %s is refused", async (_what, headers, body, status, code) => {
    const answer = await rawRequest(running.origin, "/api/v1/session", {
      method: "POST",
      headers: { origin: running.origin, "x-c2d-console": "1", ...headers },
      body,
    });
    expect(answer.status).toBe(status);
    expect(await codeOf(answer)).toBe(code);
  });
});

describe("a script", () => {
  test("brings its token, and needs neither cookie nor origin", async () => {
    const authorization = `Bearer ${SCRIPT_TOKEN}`;
    const response = await fetch(`${running.origin}/api/v1/overview`, { headers: { authorization } });
    expect(await response.json()).toMatchObject({ runCount: 0, next: { command: "c2d plan" } });
    const changed = await fetch(`${running.origin}/api/v1/no-such-change`, {
      method: "POST",
      headers: { authorization, ...JSON_TYPE },
      body: "{}",
    });
    expect(await codeOf(changed)).toBe("not-found");
  });

  test.each(["", "Bearer ", "Bearer wrong-token-of-30-characters", `Basic ${SCRIPT_TOKEN}`])(
    "with %j is not let in",
    async (authorization) => {
      const response = await fetch(`${running.origin}/api/v1/overview`, { headers: { authorization } });
      expect(await codeOf(response)).toBe("not-signed-in");
    },
  );

  test("has a token that cannot be guessed, or the console does not start", async () => {
    const { code, stderr } = await runInProcess(["console", "--port", "0"], {
      cwd: folder.path,
      env: { C2D_CONSOLE_TOKEN: "short" },
    });
    expect(code).toBe(2);
    expect(stderr).toContain("C2D_CONSOLE_TOKEN");
    expect(stderr).not.toContain("short");
  });
});

describe("a session", () => {
  test("ends when it is not used for too long, and when it is ended", () => {
    let now = 0;
    const sessions = createSessions({ monotonic: () => now }, 1000);
    const secret = sessions.begin("ana");
    now = 900;
    expect(sessions.find(secret)).toBe("ana");
    now = 1800;
    expect(sessions.find(secret)).toBe("ana");
    now = 2900;
    expect(sessions.find(secret)).toBeUndefined();
    const other = sessions.begin("ben");
    sessions.end(other);
    expect(sessions.find(other)).toBeUndefined();
  });

  test("is gone after signing out", async () => {
    await using other = await startConsole(folder.path);
    const own = await other.signIn();
    const headers = { cookie: own, origin: other.origin, "x-c2d-console": "1" };
    expect((await fetch(`${other.origin}/api/v1/overview`, { headers })).status).toBe(200);
    const stream = await fetch(`${other.origin}/api/v1/events`, { headers });
    await fetch(`${other.origin}/api/v1/session`, { method: "DELETE", headers });
    // What was on its way comes to its end, and with the next sign of life the stream does.
    await stream.text();
    expect((await fetch(`${other.origin}/api/v1/overview`, { headers })).status).toBe(401);
  });
});

describe("a state", () => {
  test("that is not there is not made by looking", async () => {
    const response = await fetch(`${running.origin}/api/v1/overview`, { headers: { cookie } });
    expect(await response.json()).toMatchObject({ state: { exists: false }, runs: [], runCount: 0 });
    const again = await fetch(`${running.origin}/api/v1/overview`, { headers: { cookie } });
    expect(await again.json()).toMatchObject({ state: { exists: false } });
  });

  test("that is no state is told by its code, and the next one is opened when it is there", async () => {
    using other = temporaryFolder();
    mkdirSync(join(other.path, ".c2d"));
    const file = join(other.path, ".c2d", "state.db");
    writeFileSync(file, "this is no database, and was never one: it is a text file");
    await using broken = await startConsole(other.path);
    const headers = { cookie: await broken.signIn() };
    const response = await fetch(`${broken.origin}/api/v1/overview`, { headers });
    expect(response.status).toBe(409);
    expect(await codeOf(response)).toMatch(/^ERR_STORE_/);
    rmSync(file);
    const after = await fetch(`${broken.origin}/api/v1/overview`, { headers });
    expect(after.status).toBe(200);
  });
});
