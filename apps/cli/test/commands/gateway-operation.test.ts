import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, writeFileSync } from "node:fs";
import { Agent, createServer, type IncomingMessage, request } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createAuthority } from "../../../gateway/test/certificates.ts";
import { httpsGet, isRefused } from "../../../gateway/test/https-get.ts";
import { signed } from "../../../gateway/test/start-gateway.ts";
import { startPostgres } from "../../../../packages/store/test/support/postgres-server.ts";
import { runC2d, temporaryFolder } from "../e2e/run-c2d.ts";
import { openMigration } from "../pipeline/migration.ts";
import { cognito, startWorld } from "../pipeline/world.ts";
import { environmentFor } from "./fast-world.ts";
import { type RunningGateway, startGateway as startProcess } from "./running-gateway.ts";

// Each test starts processes, which takes its time on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

const SECRET = "canary secret of at least thirty-two characters";
const POOL = "us-east-1_AbCdEf123";
const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
const EVENTS = { COGNITO_USER_POOL_ID: POOL, DESCOPE_PROJECT_ID: "P1", C2D_EVENTS_SECRET: SECRET };

let folder: ReturnType<typeof temporaryFolder>;
const running: RunningGateway[] = [];
beforeEach(() => void (folder = temporaryFolder()));
afterEach(() => {
  for (const gateway of running.splice(0)) gateway[Symbol.dispose]();
  folder[Symbol.dispose]();
});

async function startGateway(
  env: Readonly<Record<string, string>>,
  ...more: readonly string[]
): Promise<RunningGateway> {
  // One for each, so that replicas share nothing but what they are told to.
  const gateway = await startProcess(mkdtempSync(join(folder.path, "replica-")), env, ...more);
  running.push(gateway);
  return gateway;
}

/** An event of a user whose ID is a canary, as `fetch` takes it. */
function event(headers: Readonly<Record<string, string>> = {}): RequestInit {
  const body = { id: randomUUID(), userPoolId: POOL, sub: "canary-sub" };
  return { method: "POST", ...signed({ secret: SECRET, body, headers }, Date.now()) };
}

/** Everything that a server on the loopback was sent, as an OTLP collector takes it. */
async function startCollector(): Promise<{
  readonly url: string;
  readonly bodies: readonly string[];
  stop(): Promise<unknown>;
}> {
  const bodies: string[] = [];
  const server = createServer((received, answer) => {
    let body = `${received.method} ${received.url}\n`;
    received.setEncoding("utf8").on("data", (chunk: string) => (body += chunk));
    received.on("end", () => {
      bodies.push(body);
      answer.setHeader("content-type", "application/json").end("{}");
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    bodies,
    async stop() {
      server.close();
      server.closeAllConnections();
      return once(server, "close");
    },
  };
}

interface ExportedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly attributes: readonly { readonly key: string; readonly value: Readonly<Record<string, unknown>> }[];
}

function spansIn(bodies: readonly string[]): readonly ExportedSpan[] {
  return bodies.flatMap((body) => {
    const { resourceSpans } = JSON.parse(body.slice(body.indexOf("\n"))) as {
      readonly resourceSpans: readonly {
        readonly scopeSpans: readonly { readonly spans: readonly ExportedSpan[] }[];
      }[];
    };
    return resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans));
  });
}

describe("c2d gateway --metrics-listen", () => {
  test("answers for metrics and health aside, and logs requests by level and trace", async () => {
    const gateway = await startGateway(EVENTS, "--metrics-listen", "127.0.0.1:0", "--log-level", "debug");
    const traceparent = `00-${TRACE}-00f067aa0ba902b7-01`;
    expect((await fetch(`${gateway.url}/v1/sync/events`, event({ traceparent }))).status).toBe(202);
    expect((await fetch(`${gateway.url}/readyz`)).status).toBe(200);
    const metrics = await (await fetch(gateway.metrics)).text();
    expect(metrics).toContain(
      'c2d_gateway_request_duration_seconds_count{method="POST",route="/v1/sync/events",status="202"} 1',
    );
    expect(await gateway.stop()).toBe(0);
    expect(gateway.entries()).toMatchObject([
      { level: "info", route: "/v1/sync/events", requestId: TRACE },
      { level: "debug", route: "/readyz" },
    ]);
    for (const text of [metrics, gateway.printed()]) expect(text).not.toContain("canary");
  });

  test("leaves questions after the health out of the log unless told otherwise", async () => {
    const gateway = await startGateway(EVENTS);
    await fetch(`${gateway.url}/readyz`);
    await fetch(`${gateway.url}/nowhere`);
    expect(await gateway.stop()).toBe(0);
    expect(gateway.entries()).toMatchObject([{ route: "-", status: 404 }]);
  });
});

describe("c2d gateway with certificates", () => {
  test("speaks HTTPS, lets known clients in, and takes changed files with SIGHUP", async () => {
    const [servers, clients] = await Promise.all([createAuthority("servers"), createAuthority("clients")]);
    const [first, second, client] = await Promise.all([
      servers.issue("first"),
      servers.issue("second"),
      clients.issue("a client"),
    ]);
    const path = (name: string): string => join(folder.path, name);
    const write = ({ cert, key }: typeof first): void => {
      writeFileSync(path("tls.crt"), cert);
      writeFileSync(path("tls.key"), key);
    };
    write(first);
    writeFileSync(path("clients.crt"), clients.cert);
    const files = ["--tls-cert", path("tls.crt"), "--tls-key", path("tls.key"), "--tls-client-ca", path("clients.crt")];
    const gateway = await startGateway(EVENTS, ...files);
    const url = `${gateway.url}/healthz`;
    const known = { ca: servers.cert, ...client };
    expect(await httpsGet(url, known)).toEqual({ status: 200, commonName: "first" });
    expect(await isRefused(url, { ca: servers.cert })).toBe(true);

    const hangUp = async (outcome: string): Promise<void> => {
      gateway.child.kill("SIGHUP");
      await expect.poll(() => gateway.entries().at(-1), { timeout: 20_000 }).toMatchObject({ outcome });
    };
    write({ ...second, key: first.key });
    await hangUp("kept");
    expect((await httpsGet(url, known)).commonName).toBe("first");
    write(second);
    await hangUp("replaced");
    expect((await httpsGet(url, known)).commonName).toBe("second");
    expect(await gateway.stop()).toBe(0);
  });

  test.each([
    ["a certificate without its key", ["--tls-cert", "tls.crt"], "--tls-key"],
    ["a clients' CA without a certificate", ["--tls-client-ca", "ca.crt"], "--tls-cert"],
    ["files that are not there", ["--tls-cert", "tls.crt", "--tls-key", "tls.key"], "--tls-cert cannot be read"],
    ["an address of metrics that is none", ["--metrics-listen", "9464"], "--metrics-listen"],
  ])("refuses %s", async (_what, flags, named) => {
    const { code, stderr } = await runC2d(["gateway", ...flags], { cwd: folder.path, env: EVENTS });
    expect([code, stderr]).toEqual([2, expect.stringContaining(named)]);
  });
});

describe("c2d gateway that gets a SIGTERM", () => {
  test("answers every request that it has taken, and those that come until the load balancer has noticed", async () => {
    const gateway = await startGateway(EVENTS, "--metrics-listen", "127.0.0.1:0", "--drain-delay", "2");
    const agent = new Agent({ keepAlive: true });
    const balancer = { isReady: true };
    let begun = 0;
    const statuses: (number | undefined)[] = [];
    const failures: unknown[] = [];
    const send = async (): Promise<void> => {
      const { headers, body } = event() as {
        readonly headers: Readonly<Record<string, string>>;
        readonly body: string;
      };
      const sent = request(`${gateway.url}/v1/sync/events`, { agent, method: "POST", headers });
      const answer = once(sent, "response");
      begun += 1;
      // Slowly, so that at any time most clients have a request under way.
      sent.write(body.slice(0, 10));
      await Promise.race([sleep(250), answer]);
      sent.end(body.slice(10));
      const [response] = (await answer) as [IncomingMessage];
      response.resume();
      await once(response, "end");
      statuses.push(response.statusCode);
    };
    const client = async (): Promise<void> => {
      while (balancer.isReady) await send().catch((error: unknown) => failures.push(error));
    };
    // As a load balancer does: nothing more is sent to a replica that is not ready.
    const look = async (): Promise<void> => {
      const url = gateway.metrics.replace("/metrics", "/readyz");
      while (balancer.isReady) {
        balancer.isReady = (await fetch(url)).status === 200;
        await sleep(100);
      }
    };
    const clients = [...Array.from({ length: 20 }, client), look()];
    await sleep(900);
    const underWay = begun - statuses.length;
    const exit = gateway.stop();
    await Promise.all(clients);
    agent.destroy();
    expect(await exit).toBe(0);
    expect(failures).toEqual([]);
    expect(underWay).toBeGreaterThan(10);
    expect(statuses).toEqual(Array.from({ length: begun }, () => 202));
    expect(gateway.entries()).toHaveLength(begun);
    await expect(fetch(gateway.url)).rejects.toThrow("fetch failed");
  });

  test("ends what is under way without a delay too, and closes connections that nobody uses", async () => {
    const gateway = await startGateway(EVENTS);
    const agent = new Agent({ keepAlive: true });
    const kept = request(`${gateway.url}/healthz`, { agent });
    kept.end();
    const [answer] = (await once(kept, "response")) as [IncomingMessage];
    const idle = once(answer.socket, "close");
    answer.resume();
    const { headers, body } = event() as { readonly headers: Readonly<Record<string, string>>; readonly body: string };
    const sent = request(`${gateway.url}/v1/sync/events`, { method: "POST", headers });
    sent.write(body.slice(0, 10));
    await sleep(200);
    const exit = gateway.stop();
    await idle;
    sent.end(body.slice(10));
    const [response] = (await once(sent, "response")) as [IncomingMessage];
    expect([response.statusCode, response.headers.connection]).toEqual([202, "close"]);
    expect(await exit).toBe(0);
    agent.destroy();
  });
});

describe("c2d gateway with OTEL_EXPORTER_OTLP_ENDPOINT", () => {
  test("exports a trace of each request that goes on from the caller's, and nothing of what it held", async () => {
    const collector = await startCollector();
    try {
      const env = { ...EVENTS, OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_SERVICE_NAME: "the-gateway" };
      const gateway = await startGateway(env);
      const traceparent = `00-${TRACE}-00f067aa0ba902b7-01`;
      await fetch(`${gateway.url}/v1/sync/events?canary=query`, event({ traceparent, "user-agent": "canary-agent" }));
      await fetch(`${gateway.url}/canary-path`, { headers: { authorization: "Bearer canary-token" } });
      expect(await gateway.stop()).toBe(0);
      const spans = spansIn(collector.bodies);
      expect(spans).toMatchObject([
        { name: "POST /v1/sync/events", traceId: TRACE, parentSpanId: "00f067aa0ba902b7" },
        { name: "GET -" },
      ]);
      expect(gateway.entries().map(({ requestId }) => requestId)).toEqual(spans.map(({ traceId }) => traceId));
      expect(collector.bodies[0]).toMatch(/^POST \/v1\/traces\n/);
      expect(collector.bodies.join("")).toContain('"the-gateway"');
      for (const text of [...collector.bodies, gateway.printed()]) expect(text).not.toContain("canary");
    } finally {
      await collector.stop();
    }
  });

  test("goes on and ends without its collector, and keeps no more than the share that it is told", async () => {
    const collector = await startCollector();
    const env = { ...EVENTS, OTEL_EXPORTER_OTLP_ENDPOINT: collector.url };
    const none = await startGateway({ ...env, OTEL_TRACES_SAMPLER_ARG: "0" });
    expect((await fetch(`${none.url}/v1/sync/events`, event())).status).toBe(202);
    expect(await none.stop()).toBe(0);
    expect(collector.bodies).toEqual([]);
    await collector.stop();
    const alone = await startGateway({ ...env, OTEL_EXPORTER_OTLP_TIMEOUT: "500" });
    expect((await fetch(`${alone.url}/v1/sync/events`, event())).status).toBe(202);
    expect(await alone.stop()).toBe(0);
    const wrong = await runC2d(["gateway"], { cwd: folder.path, env: { ...env, OTEL_TRACES_SAMPLER_ARG: "all" } });
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining("OTEL_TRACES_SAMPLER_ARG")]);
  });
});

describe("replicas of c2d gateway with one PostgreSQL state", () => {
  const servers: AsyncDisposable[] = [];
  afterAll(() => Promise.all(servers.map((server) => server[Symbol.asyncDispose]())));

  test("exchange a token once between them", async () => {
    const postgres = await startPostgres();
    servers.push(postgres);
    await using world = await startWorld();
    const { sandbox, pool } = world;
    const Password = "Passw0rd!canary";
    pool.add("canary-name", { email: "canary@example.com", email_verified: "true" });
    const user = { UserPoolId: pool.userPoolId, Username: "canary-name" };
    await cognito(sandbox, "AdminSetUserPassword", { ...user, Password, Permanent: true });
    const { UserPoolClient } = (await cognito(sandbox, "CreateUserPoolClient", {
      UserPoolId: pool.userPoolId,
      ClientName: "app",
      ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH"],
    })) as { readonly UserPoolClient: { readonly ClientId: string } };
    const { ClientId } = UserPoolClient;
    await using migration = await openMigration(sandbox, { pools: [pool] });
    await migration.migrate();
    const env = {
      ...environmentFor(sandbox),
      COGNITO_USER_POOL_ID: pool.userPoolId,
      C2D_STATE: await postgres.createDatabase(),
    };
    const replicas = [await startGateway(env, "--exchange", ClientId), await startGateway(env, "--exchange", ClientId)];
    for (let times = 0; times < 3; times += 1) {
      const { AuthenticationResult } = (await cognito(sandbox, "InitiateAuth", {
        ClientId,
        AuthFlow: "USER_PASSWORD_AUTH",
        AuthParameters: { USERNAME: "canary-name", PASSWORD: Password },
      })) as { readonly AuthenticationResult: { readonly IdToken: string } };
      const headers = { authorization: `Bearer ${AuthenticationResult.IdToken}` };
      const answers = await Promise.all(
        [...replicas, ...replicas].map(({ url }) => fetch(`${url}/v1/session/exchange`, { method: "POST", headers })),
      );
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 401, 401, 401]);
    }
    for (const replica of replicas) {
      expect(await replica.stop()).toBe(0);
      expect(replica.printed()).not.toContain("canary");
    }
  });
});
