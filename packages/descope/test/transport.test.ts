import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { NewProjectUser } from "@cognito-to-descope/core";
import { describe, expect, it } from "vitest";
import { createProjectTarget } from "../src/project-target.ts";
import { json, optionsFor, refusal, startScriptedProject } from "./scripted-project.ts";
import type { Script } from "./scripted-project.ts";

const user: NewProjectUser = {
  loginId: "a@example.com",
  additionalLoginIds: [],
  email: "a@example.com",
  verifiedEmail: true,
  verifiedPhone: false,
  status: "enabled",
  roleNames: [],
  userTenants: [],
  customAttributes: {},
};

/** Answers the first batches with the given replies, and every later one with success. */
function batches(...replies: readonly ReturnType<Script>[]): Script {
  const queue = [...replies];
  return ({ path }) => {
    if (path !== "/v1/mgmt/user/create/batch") return undefined;
    return queue.length > 0
      ? queue.shift()
      : json({ createdUsers: [{ userId: "U2a", loginIds: [user.loginId] }], failedUsers: [] });
  };
}

describe("throttling", () => {
  const soon = (): string => new Date(Date.now() + 1500).toUTCString();
  it.each([
    ["as JSON without Retry-After", (): ReturnType<Script> => refusal(429, "E130429"), false, 80],
    [
      "as HTML without Retry-After",
      (): ReturnType<Script> => ({ status: 429, body: "<html>slow down</html>" }),
      false,
      80,
    ],
    ["with an empty body", (): ReturnType<Script> => ({ status: 429, body: "" }), false, 80],
    ["with seconds", (): ReturnType<Script> => json({}, 429, { "retry-after": "1" }), true, 1000],
    ["with a date", (): ReturnType<Script> => json({}, 429, { "retry-after": soon() }), true, 1000],
  ])("is waited out for a creating write when it comes %s", async (_name, reply, announced, leastMs) => {
    await using project = await startScriptedProject(batches(reply()));
    const { options, events } = optionsFor(project.url);
    const start = performance.now();
    const answer = await createProjectTarget(options).createUsers([user]);
    expect(answer.done).toHaveLength(1);
    expect(performance.now() - start).toBeGreaterThanOrEqual(leastMs);
    expect(events).toMatchObject([{ type: "throttled", bucket: "user-create", announced }]);
    expect(project.log.count({ operation: "POST /v1/mgmt/user/create/batch" })).toBe(2);
  });

  it("ends with ERR_TARGET_THROTTLED when it goes on for too long", async () => {
    await using project = await startScriptedProject(({ path }) =>
      path.endsWith("/batch") ? refusal(429, "E130429") : undefined,
    );
    const { options } = optionsFor(project.url, { maxThrottleWaitMs: 300 });
    await expect(createProjectTarget(options).createUsers([user])).rejects.toMatchObject({
      code: "ERR_TARGET_THROTTLED",
      status: 429,
      recovery: "retry",
    });
  });

  it("ends at once when the project asks for a longer wait than is allowed", async () => {
    await using project = await startScriptedProject(batches(json({}, 429, { "retry-after": "86400" })));
    const { options } = optionsFor(project.url);
    await expect(createProjectTarget(options).createUsers([user])).rejects.toMatchObject({
      code: "ERR_TARGET_THROTTLED",
    });
    expect(project.log.count({ operation: "POST /v1/mgmt/user/create/batch" })).toBe(1);
  });

  it("stops waiting when the caller's signal says so", async () => {
    await using project = await startScriptedProject(batches(json({}, 429, { "retry-after": "60" })));
    const { options } = optionsFor(project.url);
    const reason = new Error("enough");
    const controller = new AbortController();
    setTimeout(() => controller.abort(reason), 100);
    await expect(createProjectTarget(options).createUsers([user], { signal: controller.signal })).rejects.toBe(reason);
  });
});

describe("the licence handshake", () => {
  it("is waited for by the first call, and its tier goes along with every later one", async () => {
    const tiers: (string | undefined)[] = [];
    await using project = await startScriptedProject(async ({ path, headers }) => {
      if (path === "/v1/mgmt/license") {
        await new Promise((resolve) => setTimeout(resolve, 100));
        return json({ rateLimitTier: "tier3" });
      }
      tiers.push(headers["x-descope-license"]);
      return json({ tenants: [], roles: [], data: [], users: [], total: 0 });
    });
    const target = createProjectTarget(optionsFor(project.url).options);
    await Promise.all([target.readSnapshot(), target.findUsers(["a"]), target.createUsers([user])]);
    expect(tiers).toEqual(["tier3", "tier3", "tier3", "tier3", "tier3"]);
    expect(project.log.count({ operation: "GET /v1/mgmt/license" })).toBe(1);
  });

  it.each([
    ["refused", (): ReturnType<Script> => refusal(403, "E011001")],
    ["throttled", (): ReturnType<Script> => ({ status: 429, body: "" })],
    ["broken", (): ReturnType<Script> => ({ status: 503, body: "<html>" })],
    ["nonsense", (): ReturnType<Script> => json({ rateLimitTier: "a\nb" })],
  ])("is asked once and gone without when it is %s", async (_name, reply) => {
    await using project = await startScriptedProject(({ path }) => (path === "/v1/mgmt/license" ? reply() : undefined));
    const { options } = optionsFor(project.url);
    await createProjectTarget(options).createUsers([user]);
    expect(project.log.count({ operation: "GET /v1/mgmt/license" })).toBe(1);
  });

  it("sends nothing before the first call", async () => {
    await using project = await startScriptedProject(() => undefined);
    createProjectTarget(optionsFor(project.url).options);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(project.log.count()).toBe(0);
  });

  it("keeps no process alive when its answer never comes", async () => {
    await using project = await startScriptedProject(() => undefined);
    project.faults.add([{ operation: "GET /v1/mgmt/license", fault: { kind: "half-open" } }]);
    const main = fileURLToPath(new URL("one-call.ts", import.meta.url));
    const child = spawn(process.execPath, [
      "--conditions=@cognito-to-descope/source",
      "--disable-warning=ExperimentalWarning",
      main,
      project.url,
    ]);
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString("utf8")));
    child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString("utf8")));
    const end = once(child, "close").then(([code]) => ({ code: code as number | null, at: performance.now() }));
    const doneAt = await new Promise<number>((resolve) => child.stdout.once("data", () => resolve(performance.now())));
    const { code, at } = await end;
    expect({ code, output }).toEqual({ code: 0, output: "done\n" });
    // An idle keep-alive connection holds no process; a request that waits does.
    expect(at - doneAt).toBeLessThan(2000);
  });
});

describe("a read", () => {
  it.each([500, 502, 503, 504, 520, 524, 530])("is repeated after status %i until it works", async (status) => {
    let failures = 2;
    await using project = await startScriptedProject(({ path }) => {
      if (path !== "/v1/mgmt/user") return undefined;
      failures -= 1;
      return failures >= 0 ? { status, body: "<html>" } : json({ user: { userId: "U2a", loginIds: ["a"] } });
    });
    const { options, events } = optionsFor(project.url);
    const found = await createProjectTarget(options).loadUser("a");
    expect(found?.userId).toBe("U2a");
    expect(events.map(({ type }) => type)).toEqual(["retried", "retried"]);
  });

  it("fails with ERR_TARGET_UNREACHABLE after the configured tries, and the SDK adds none of its own", async () => {
    await using project = await startScriptedProject(({ path }) =>
      path === "/v1/mgmt/user" ? { status: 503, body: "" } : undefined,
    );
    const { options } = optionsFor(project.url);
    await expect(createProjectTarget(options).loadUser("a")).rejects.toMatchObject({
      code: "ERR_TARGET_UNREACHABLE",
      status: 503,
    });
    expect(project.log.count({ operation: "GET /v1/mgmt/user" })).toBe(3);
  });

  it("fails with ERR_TARGET_NOT_JSON and a suggestion when a web page answers", async () => {
    await using project = await startScriptedProject(() => ({
      status: 200,
      headers: { "content-type": "text/html" },
      body: "<!doctype html>",
    }));
    const failure = await createProjectTarget(optionsFor(project.url).options)
      .readSnapshot()
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: "ERR_TARGET_NOT_JSON", status: 200 });
    expect((failure as { suggestion: string }).suggestion).toContain("base URL");
  });

  it("is not sent on by a redirect", async () => {
    await using elsewhere = await startScriptedProject(() => undefined);
    await using project = await startScriptedProject(() => ({
      status: 307,
      headers: { location: `${elsewhere.url}/v1/mgmt/user` },
      body: "",
    }));
    const failed = createProjectTarget(optionsFor(project.url).options).loadUser("a");
    await expect(failed).rejects.toMatchObject({ code: "ERR_TARGET_NOT_JSON", status: 307 });
    expect(elsewhere.log.count()).toBe(0);
  });
});

describe("a base URL with a path of its own", () => {
  it("changes neither which requests are repeated nor which quota they keep", async () => {
    let loads = 0;
    await using project = await startScriptedProject(({ path }) => {
      if (path === "/some/prefix/v1/mgmt/user/create/batch") return refusal(429, "E130429");
      if (path !== "/some/prefix/v1/mgmt/user") return { status: 502, body: "" };
      loads += 1;
      return loads === 1 ? { status: 502, body: "" } : json({ user: { userId: "U2a", loginIds: ["a"] } });
    });
    const { options, events } = optionsFor(`${project.url}/some/prefix/`, { maxThrottleWaitMs: 100 });
    const target = createProjectTarget(options);
    expect((await target.loadUser("a"))?.userId).toBe("U2a");
    await expect(target.createUsers([user])).rejects.toMatchObject({ code: "ERR_TARGET_THROTTLED" });
    await expect(target.createRole({ name: "r", description: "", permissionNames: [] })).rejects.toMatchObject({
      code: "ERR_TARGET_UNREACHABLE",
    });
    expect(project.log.count({ operation: "POST /some/prefix/v1/mgmt/role/create" })).toBe(1);
    expect(events.filter(({ type }) => type === "throttled")[0]).toMatchObject({ bucket: "user-create" });
  });
});

describe("a host that is not there", () => {
  it.each(["http://127.0.0.1:9", "http://host.invalid"])(
    "is ERR_TARGET_UNREACHABLE for writes too (%s)",
    async (url) => {
      const target = createProjectTarget(optionsFor(url).options);
      await expect(target.createUsers([user])).rejects.toMatchObject({
        code: "ERR_TARGET_UNREACHABLE",
        recovery: "retry",
      });
      await expect(target.readSnapshot()).rejects.toMatchObject({ code: "ERR_TARGET_UNREACHABLE" });
    },
  );

  it("is ERR_TARGET_UNREACHABLE at once when it speaks no TLS", async () => {
    await using project = await startScriptedProject(() => undefined);
    const { options, events } = optionsFor(project.url.replace("http:", "https:"));
    await expect(createProjectTarget(options).createUsers([user])).rejects.toMatchObject({
      code: "ERR_TARGET_UNREACHABLE",
    });
    expect(events).toEqual([]);
  });
});

describe("an aborted call", () => {
  it("sends nothing when it was aborted before", async () => {
    await using project = await startScriptedProject(() => undefined);
    const reason = new Error("before");
    const target = createProjectTarget(optionsFor(project.url).options);
    await expect(target.createUsers([user], { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(project.log.count()).toBe(0);
  });

  it("is ERR_TARGET_ANSWER_LOST for a creating write that is under way, and the reason for a read", async () => {
    await using project = await startScriptedProject(() => undefined);
    project.faults.add([
      { operation: "POST /v1/mgmt/user/create/batch", fault: { kind: "half-open" } },
      { operation: "GET /v1/mgmt/user", fault: { kind: "half-open" } },
    ]);
    const target = createProjectTarget(optionsFor(project.url).options);
    const reason = new Error("meanwhile");
    await expect(target.createUsers([user], { signal: abortSoon(reason) })).rejects.toMatchObject({
      code: "ERR_TARGET_ANSWER_LOST",
      cause: reason,
    });
    await expect(target.loadUser("a", { signal: abortSoon(reason) })).rejects.toBe(reason);
  });
});

function abortSoon(reason: Error): AbortSignal {
  const controller = new AbortController();
  setTimeout(() => controller.abort(reason), 100);
  return controller.signal;
}
