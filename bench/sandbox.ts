// What the sandbox can bear: a million users seeded, ListUsers pages, batch creation, start-up, save and restore.
//
// usage: npm run bench -- sandbox [--users 1000000]
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { Agent, request } from "node:http";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

import { startSandbox } from "@cognito-to-descope/sandbox";

const flags = ["--conditions=@cognito-to-descope/source", "--disable-warning=ExperimentalWarning"];
const measuredSeconds = 8;
const connections = 8;

interface Ready {
  readonly cognito: string;
  readonly descope: string;
  readonly userPoolId: string;
  readonly projectId: string;
  readonly managementKey: string;
  readonly seconds: number;
  readonly rssMegabytes: number;
}

const [role = "", ...rest] = process.argv.slice(2);
if (role === "serve") await serve(Number(rest[0]), rest[1] ?? "", rest[2] ?? "", rest[3] === "every-kind");
else await measure();

/** Its own process, so that its memory is its own: serves until its input ends. */
async function serve(users: number, restore: string, save: string, everyKind: boolean): Promise<void> {
  const started = performance.now();
  const profile = everyKind ? "every-kind" : "plain";
  const sandbox = await startSandbox({ users, profile, seed: "bench", ...(restore === "" ? {} : { restore }) });
  if (save !== "") {
    for (const user of firstUsers(users)) sandbox.descopeService.addUser(user);
    const at = performance.now();
    sandbox.save(save);
    console.log(JSON.stringify({ seconds: (performance.now() - at) / 1000 }));
    await sandbox.stop();
    return;
  }
  const { cognito, descope, userPoolId, projectId, managementKey } = sandbox;
  const seconds = (performance.now() - started) / 1000;
  const rssMegabytes = process.memoryUsage().rss / 1024 / 1024;
  const ready: Ready = { cognito, descope, userPoolId, projectId, managementKey, seconds, rssMegabytes };
  console.log(JSON.stringify(ready));
  process.stdin.resume();
  process.stdin.on("end", () => void sandbox.stop());
}

function firstUsers(count: number): { loginId: string; email: string; verifiedEmail: boolean }[] {
  return Array.from({ length: count }, (_, n) => ({
    loginId: `user-${n}@example.com`,
    email: `user-${n}@example.com`,
    verifiedEmail: true,
  }));
}

async function measure(): Promise<void> {
  const users = role === "--users" ? Number(rest[0]) : 1_000_000;
  const folder = mkdtempSync(join(tmpdir(), "sandbox-bench-"));
  const rows: (readonly [what: string, figure: string, target: string])[] = [];
  try {
    const grown = await start([String(users), "", "", "every-kind"]);
    grown.end();
    await grown.gone;
    rows.push(
      [
        `${users.toLocaleString("en")} users of every kind seeded`,
        `${grown.ready.seconds.toFixed(1)} s`,
        "at most 20 s",
      ],
      ["memory then (RSS)", `${grown.ready.rssMegabytes.toFixed(0)} MB`, "at most 1,536 MB"],
    );
    const million = await start([String(users)]);
    rows.push(
      [`${users.toLocaleString("en")} confirmed users seeded`, `${million.ready.seconds.toFixed(1)} s`, "at most 20 s"],
      ["memory then (RSS)", `${million.ready.rssMegabytes.toFixed(0)} MB`, "at most 1,536 MB"],
    );
    rows.push([
      "ListUsers, 60 users a page",
      `${(await listPages(million.ready)).toFixed(0)} pages/s`,
      "at least 1,500",
    ]);
    rows.push([
      "batch create, 100 users a call",
      `${(await createBatches(million.ready)).toFixed(0)} calls/s`,
      "at least 300",
    ]);
    million.end();

    const spawned = performance.now();
    const small = await start(["1000"]);
    const whole = (performance.now() - spawned) / 1000;
    small.end();
    rows.push(["start-up with 1,000 users, process and all", `${whole.toFixed(2)} s`, "at most 1 s"]);

    const file = join(folder, "state.jsonl");
    const saving = await start(["100000", "", file]);
    const size = statSync(file).size / 1024 / 1024;
    rows.push([
      `save, 100,000 users on either side (${size.toFixed(0)} MB)`,
      `${saving.ready.seconds.toFixed(1)} s`,
      "",
    ]);
    const restored = await start(["0", file]);
    rows.push(["restore of it, served again", `${restored.ready.seconds.toFixed(1)} s`, ""]);
    restored.end();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const width = (column: 0 | 1): number => Math.max(...rows.map((row) => row[column].length));
  console.log(
    `node ${process.version}, ${cpus().length} cores (${cpus()[0]?.model ?? "unknown"}), load ${(loadavg()[0] ?? 0).toFixed(1)}; ` +
      `one process serves, one asks over ${connections} connections for ${measuredSeconds} s; HTTP on loopback, no quotas, no latency\n`,
  );
  for (const [what, figure, target] of rows) {
    console.log(`${what.padEnd(width(0))}  ${figure.padStart(width(1))}  ${target}`);
  }
}

async function start(
  parameters: readonly string[],
): Promise<{ readonly ready: Ready; readonly gone: Promise<unknown>; end(): void }> {
  const script = process.argv[1] ?? "";
  const child: ChildProcess = spawn(process.execPath, [...flags, script, "serve", ...parameters], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  if (child.stdout === null) throw new Error("the process has no output");
  const ended = once(child, "exit").then(([code]) => {
    throw new Error(`the process ended with ${String(code)}`);
  });
  ended.catch(() => undefined);
  const [line] = (await Promise.race([once(createInterface({ input: child.stdout }), "line"), ended])) as [string];
  return { ready: JSON.parse(line) as Ready, gone: ended.catch(() => undefined), end: () => void child.stdin?.end() };
}

/** Answers a second over several connections, each of which asks again as soon as it has its answer. */
async function rate(next: (connection: number) => () => Promise<boolean>): Promise<number> {
  const until = performance.now() + measuredSeconds * 1000;
  const started = performance.now();
  let answers = 0;
  await Promise.all(
    Array.from({ length: connections }, async (_, connection) => {
      const ask = next(connection);
      while (performance.now() < until && (await ask())) answers += 1;
    }),
  );
  return answers / ((performance.now() - started) / 1000);
}

async function listPages({ cognito, userPoolId }: Ready): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const headers = {
    "content-type": "application/x-amz-json-1.1",
    "x-amz-target": "AWSCognitoIdentityProviderService.ListUsers",
    authorization:
      "AWS4-HMAC-SHA256 Credential=AKIASANDBOX/20260101/us-east-1/cognito-idp/aws4_request, SignedHeaders=host, Signature=00",
  };
  const pages = await rate(() => {
    let PaginationToken: string | undefined;
    return async () => {
      const text = await post(
        cognito,
        agent,
        headers,
        JSON.stringify({ UserPoolId: userPoolId, Limit: 60, PaginationToken }),
      );
      // The token stands at the end; parsing whole pages here would measure the client.
      PaginationToken = /"PaginationToken":"([^"]+)"/.exec(text.slice(-400))?.[1];
      return true;
    };
  });
  agent.destroy();
  return pages;
}

async function createBatches({ descope, projectId, managementKey }: Ready): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const headers = { "content-type": "application/json", authorization: `Bearer ${projectId}:${managementKey}` };
  const calls = await rate((connection) => {
    let call = 0;
    return async () => {
      call += 1;
      const users = Array.from({ length: 100 }, (_, n) => {
        const loginId = `bench-${connection}-${call}-${n}@example.com`;
        return { loginId, email: loginId, verifiedEmail: true, givenName: "Ada", familyName: "Lovelace" };
      });
      await post(`${descope}/v1/mgmt/user/create/batch`, agent, headers, JSON.stringify({ users, invite: false }));
      return true;
    };
  });
  agent.destroy();
  return calls;
}

async function post(
  url: string,
  agent: Agent,
  headers: Readonly<Record<string, string>>,
  body: string,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = request(url, {
      method: "POST",
      agent,
      headers: { ...headers, "content-length": Buffer.byteLength(body) },
    });
    sent.on("error", reject);
    sent.on("response", (answer) => {
      let text = "";
      answer.setEncoding("latin1").on("data", (chunk: string) => (text += chunk));
      answer.on("end", () =>
        answer.statusCode === 200
          ? resolve(text)
          : reject(new Error(`answered ${answer.statusCode}: ${text.slice(0, 200)}`)),
      );
    });
    sent.end(body);
  });
}
