// Applying the SSO settings of many connections at the documented quotas of both services, and again.
//
// usage: npm run bench -- sso [500]
import { hash } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { cpus, loadavg } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import {
  applySso,
  createRateLimiter,
  DEFAULT_RULES,
  DEFAULT_SSO_OPTIONS,
  planSso,
  readConnections,
  type RateLimit,
  type RateLimiter,
  recordedTenants,
  type Clock,
} from "@cognito-to-descope/core";
import { createUserPoolSource } from "@cognito-to-descope/cognito";
import { createProjectTarget, createSsoTarget } from "@cognito-to-descope/descope";
import { createMetadataReader } from "@cognito-to-descope/idp-metadata";
import { openStateStore } from "@cognito-to-descope/store";
import { samlMetadata } from "../apps/cli/test/sso/identity-providers.ts";
import { readStats, type SandboxLine } from "./bench-context.ts";
import { firstLine, start } from "./child-process.ts";

const count = Number(process.argv[2] ?? "500");
const clock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: (ms, signal) => sleep(ms, undefined, signal === undefined ? {} : { signal }),
};
const digest = { sha256: (text: string) => hash("sha256", text) };

console.log(
  `node ${process.version}, ${cpus().length} cores (${cpus()[0]?.model ?? "unknown"}), load ${loadavg()[0]?.toFixed(1) ?? "?"}`,
);
console.log(`${count} SAML connections by metadata address, documented quotas, latency 0; all on one machine\n`);
const providers = createServer((request, response) => {
  response.end(samlMetadata(request.url?.slice(1) ?? "", `http://${request.headers.host ?? ""}`));
});
const listening = Promise.withResolvers<void>();
providers.listen(0, "127.0.0.1", listening.resolve);
await listening.promise;
const origin = `http://127.0.0.1:${(providers.address() as AddressInfo).port}`;
const sandboxProcess = start("bench/sandbox-process.ts", ["1", "real", "0", "0"]);
try {
  const sandbox = JSON.parse(await firstLine(sandboxProcess)) as SandboxLine;
  for (let n = 0; n < count; n += 1) {
    await call(sandbox, "CreateIdentityProvider", {
      UserPoolId: sandbox.userPoolId,
      ProviderName: `Customer${n}`,
      ProviderType: "SAML",
      ProviderDetails: { MetadataURL: `${origin}/customer${n}` },
      AttributeMapping: { email: "mail", given_name: "first" },
      IdpIdentifiers: [`customer${n}.example`],
    });
  }
  console.log(JSON.stringify(await applyAll(sandbox)));
} finally {
  providers.close();
  providers.closeAllConnections();
  sandboxProcess.stdin?.end();
}

async function applyAll(sandbox: SandboxLine): Promise<object> {
  using source = createUserPoolSource({
    userPoolId: sandbox.userPoolId,
    endpoint: sandbox.cognito,
    accessKeyId: "AKIDEXAMPLE",
    secretAccessKey: "bench",
    clock,
  });
  // One budget for both clients, as the command has it.
  const limiters = new Map<string, RateLimiter>();
  const options = {
    projectId: sandbox.projectId,
    managementKey: sandbox.managementKey,
    baseUrl: sandbox.descope,
    clock,
    random: Math.random,
    createLimiter: (bucket: string, limit: RateLimit): RateLimiter => {
      const limiter = limiters.get(bucket) ?? createRateLimiter(limit, clock);
      limiters.set(bucket, limiter);
      return limiter;
    },
  };
  const target = createSsoTarget(options);
  const definitions = createProjectTarget(options);
  await using store = await openStateStore(":memory:");
  const once = async (): Promise<Readonly<Record<string, number>>> => {
    const started = performance.now();
    const records = await store.readSsoRecords(sandbox.projectId);
    const read = await readConnections({
      sources: [source],
      reader: createMetadataReader({ privateAddresses: true, http: true }),
      sso: DEFAULT_SSO_OPTIONS,
      connectionTenants: {},
      recorded: recordedTenants(records),
    });
    const wasRead = performance.now();
    const project = await definitions.readSnapshot();
    const plan = await planSso({
      read,
      target,
      project,
      records,
      sso: DEFAULT_SSO_OPTIONS,
      rules: DEFAULT_RULES,
      digest,
      now: clock.now(),
    });
    const planned = performance.now();
    const outcomes = await applySso({
      plan,
      fresh: plan,
      connections: read.connections,
      target,
      definitions,
      ledger: store,
      clock,
      digest,
      upstreamSecret: () => Promise.resolve(undefined),
    });
    const ended = performance.now();
    const of = (wanted: string): number =>
      outcomes.filter(({ outcome, label }) => outcome === wanted && label.startsWith("Customer")).length;
    return {
      created: of("created"),
      unchanged: of("unchanged"),
      failed: of("failed"),
      differing: outcomes.filter(({ findings }) => findings.length > 0).length,
      readSeconds: (wasRead - started) / 1000,
      planSeconds: (planned - wasRead) / 1000,
      applySeconds: (ended - planned) / 1000,
    };
  };
  const [first, second] = [await once(), await once()];
  const { operations } = await readStats(sandbox);
  const requests = (service: string): number =>
    operations.filter((one) => one.service === service).reduce((sum, one) => sum + one.requests, 0);
  const refused = operations
    .filter(({ operation }) => operation !== "CreateIdentityProvider")
    .reduce((sum, { byStatus }) => sum + (byStatus["429"] ?? 0), 0);
  return { first, second, requestsAtDescope: requests("descope"), refusedForTheirRate: refused };
}

/** Calls Cognito, again where it is refused for its rate. */
async function call(sandbox: SandboxLine, operation: string, input: object): Promise<void> {
  for (;;) {
    const response = await fetch(sandbox.cognito, {
      method: "POST",
      headers: {
        "content-type": "application/x-amz-json-1.1",
        "x-amz-target": `AWSCognitoIdentityProviderService.${operation}`,
        authorization:
          "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260101/us-east-1/cognito-idp/aws4_request, SignedHeaders=host, Signature=0",
      },
      body: JSON.stringify(input),
    });
    const text = await response.text();
    if (response.ok) return;
    if (!/TooManyRequests/.test(text)) throw new Error(`${operation}: ${response.status} ${text}`);
    await sleep(100);
  }
}
