// What the SSO bridge costs: a decision, a large config, a request that passes through, a large body.
//
// usage: npm run bench -- bridge [--seconds N] [--rate REQUESTS_PER_SECOND]
import { once } from "node:events";
import { Agent, type IncomingMessage, request as httpRequest } from "node:http";
import { cpus, loadavg } from "node:os";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { type BridgeRequest, compileBridgeConfig, type ConnectionModes, decide } from "@cognito-to-descope/core";
import { parseBridgeConfig } from "@cognito-to-descope/gateway";
import { manyConnections } from "./bridge-config.ts";
import { firstLine, start } from "./child-process.ts";

const { values } = parseArgs({ options: { seconds: { type: "string" }, rate: { type: "string" } } });
const seconds = Number(values.seconds ?? 20);
const rate = Number(values.rate ?? 1000);
const HOST = "auth.example.com";

console.log(
  `${cpus()[0]?.model ?? "?"}, ${cpus().length} cores, load ${loadavg()[0]?.toFixed(1)}, Node ${process.version}`,
);
decisions();
load();
if (seconds > 0) await passThrough();

/** CPU time of this process: on a machine that others use too, the clock measures them as well. */
function cpuMs(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

function decisions(): void {
  const config = compileBridgeConfig(manyConnections(10_000, "https://d111111abcdef8.cloudfront.net"));
  const host = config.hosts.get(HOST);
  if (host === undefined) throw new Error("the config has no host");
  const modes: ConnectionModes = { default: "descope", byConnection: new Map() };
  const xml = `<?xml version="1.0" encoding="UTF-8"?><saml2p:Response xmlns:saml2p="urn:oasis:names:tc:SAML:2.0:protocol" Destination="https://${HOST}/saml2/idpresponse" ID="id1234567890" InResponseTo="_1234567890" IssueInstant="2026-11-26T10:00:00Z" Version="2.0"><saml2:Issuer xmlns:saml2="urn:oasis:names:tc:SAML:2.0:assertion" Format="urn:oasis:names:tc:SAML:2.0:nameid-format:entity">https://idp.customer77.example/entity</saml2:Issuer>${"<x/>".repeat(1500)}</saml2p:Response>`;
  const SAMLResponse = Buffer.from(xml).toString("base64");
  const post = (RelayState: string): BridgeRequest => ({
    method: "POST",
    path: "/saml2/idpresponse",
    query: "",
    contentType: "application/x-www-form-urlencoded",
    body: new URLSearchParams({ SAMLResponse, RelayState }).toString(),
  });
  const requests: readonly (readonly [name: string, request: BridgeRequest])[] = [
    ["anything but a call-back", { method: "GET", path: "/oauth2/authorize", query: "a=b", contentType: undefined }],
    [
      "OIDC response",
      { method: "GET", path: "/oauth2/idpresponse", query: "code=x&state=H4sIAAAA", contentType: undefined },
    ],
    ["SAML, begun at Descope", post("s/2NkXyz")],
    ["SAML, begun at the provider", post("identity_provider=Customer77&client_id=4client")],
    ["SAML, without relay state", post("")],
  ];
  console.log(`\ndecisions among 10,000 connections, response of ${SAMLResponse.length} characters, best of 5`);
  for (const [name, request] of requests) {
    const count = 100_000;
    const times = Array.from({ length: 5 }, () =>
      cpuMs(() => {
        for (let index = 0; index < count; index += 1) decide(request, host, config, modes);
      }),
    );
    console.log(
      `${name.padEnd(30)} ${Math.round((count / Math.min(...times)) * 1000)
        .toLocaleString("en")
        .padStart(12)}/s`,
    );
  }
}

function load(): void {
  const text = JSON.stringify(manyConnections(10_000, "https://d111111abcdef8.cloudfront.net"));
  const times = Array.from({ length: 5 }, () => cpuMs(() => void parseBridgeConfig(text)));
  console.log(
    `\n10,000 connections, ${(text.length / 1e6).toFixed(1)} MB of config: checked and ready in ${Math.round(Math.min(...times))} ms, at first ${Math.round(times[0] ?? 0)} ms`,
  );
}

async function passThrough(): Promise<void> {
  const origin = start("bench/bridge-origin.ts", []);
  const originUrl = await firstLine(origin);
  const bridge = start("bench/bridge-process.ts", [originUrl]);
  const lines = createInterface({ input: bridge.stdout ?? process.stdin });
  const [bridgeUrl] = (await once(lines, "line")) as [string];
  const use = async (): Promise<{ readonly cpuMs: number; readonly peakRss: number; readonly rss: number }> => {
    bridge.stdin?.write("\n");
    const [line] = (await once(lines, "line")) as [string];
    return JSON.parse(line) as { readonly cpuMs: number; readonly peakRss: number; readonly rss: number };
  };
  try {
    await measure(originUrl, 2);
    await measure(bridgeUrl, 4);
    console.log(`\npassing through at ${rate} requests a second for ${seconds} s, alternating 4 times; milliseconds`);
    const direct: number[] = [];
    const through: number[] = [];
    let spent = 0;
    for (let part = 0; part < 4; part += 1) {
      direct.push(...(await measure(originUrl, seconds / 4)));
      const before = await use();
      through.push(...(await measure(bridgeUrl, seconds / 4)));
      spent += (await use()).cpuMs - before.cpuMs;
    }
    for (const [name, times] of [
      ["without the bridge", direct],
      ["with the bridge", through],
    ] as const) {
      console.log(
        `${name.padEnd(20)} p50 ${percentile(times, 0.5)}  p90 ${percentile(times, 0.9)}  p99 ${percentile(times, 0.99)}  of ${times.length}`,
      );
    }
    console.log(
      `the bridge spends ${(spent / through.length).toFixed(3)} ms of CPU on each: one core is enough for ${Math.floor(through.length / (spent / 1000))} a second`,
    );
    await use();
    for (const megabytes of [1, 100, 1000]) {
      const before = await use();
      await download(bridgeUrl, megabytes * 1_000_000);
      await upload(bridgeUrl, megabytes * 1_000_000);
      const { peakRss } = await use();
      console.log(
        `${String(megabytes).padStart(5)} MB down and up: RSS ${mb(before.rss)} before, at most ${mb(peakRss)} during`,
      );
    }
  } finally {
    bridge.kill();
    origin.kill();
  }
}

/** Sends at a fixed rate, whatever comes back, and gives how long each answer took. */
async function measure(url: string, forSeconds: number): Promise<number[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 200 });
  const { hostname, port } = new URL(url);
  const times: number[] = [];
  const pending: Promise<void>[] = [];
  const began = performance.now();
  for (let sent = 0; sent < forSeconds * rate;) {
    const due = ((performance.now() - began) / 1000) * rate;
    for (; sent < due && sent < forSeconds * rate; sent += 1) {
      pending.push(
        new Promise((resolve, reject) => {
          const at = performance.now();
          httpRequest(
            { hostname, port, agent, path: "/oauth2/authorize?client_id=4client", headers: { host: HOST } },
            (answer) => {
              answer.resume();
              answer.once("end", () => {
                times.push(performance.now() - at);
                resolve();
              });
            },
          )
            .once("error", reject)
            .end();
        }),
      );
    }
    await sleep(1);
  }
  await Promise.all(pending);
  agent.destroy();
  return times;
}

async function download(url: string, bytes: number): Promise<void> {
  const [answer] = (await once(
    httpRequest(`${url}/bytes/${bytes}`, { headers: { host: HOST } }).end(),
    "response",
  )) as [IncomingMessage];
  answer.resume();
  await once(answer, "end");
}

async function upload(url: string, bytes: number): Promise<void> {
  const outgoing = httpRequest(`${url}/upload`, { method: "POST", headers: { host: HOST } });
  const chunk = Buffer.alloc(65_536);
  for (let left = bytes; left > 0; left -= chunk.length) if (!outgoing.write(chunk)) await once(outgoing, "drain");
  outgoing.end();
  const [answer] = (await once(outgoing, "response")) as [IncomingMessage];
  answer.resume();
  await once(answer, "end");
}

function percentile(times: readonly number[], share: number): string {
  const sorted = times.toSorted((a, b) => a - b);
  return (sorted[Math.floor(sorted.length * share)] ?? 0).toFixed(2).padStart(6);
}

function mb(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}
