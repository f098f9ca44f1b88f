// The gateway of the JIT bench, in a process of its own, from the parts that `c2d gateway --jit` is made of. Prints one JSON line
// when it is ready, one with the time that checks took by themselves for each line of its standard input, and runs until that ends. Its log goes to standard error, as the command's does.
//
// usage: node bench/jit-gateway.ts SERVICES COGNITO WINDOW LIMITS
//   SERVICES: what jit-services.ts has printed
//   COGNITO: replay | sandbox, which answers sign-ins
//   WINDOW: milliseconds for which users are gathered
//   LIMITS: none | descope | both, which documented quotas are kept
import { createHmac, createSecretKey, randomBytes } from "node:crypto";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { createUserPoolSource } from "@cognito-to-descope/cognito";
import { createPasswordAuthenticator, createPoolCalls } from "@cognito-to-descope/cognito/authenticate";
import {
  type Clock,
  createJitProvisioner,
  createPasswordCheck,
  createRateLimiter,
  DEFAULT_RULES,
} from "@cognito-to-descope/core";
import { createProvisionTarget } from "@cognito-to-descope/descope";
import { createGateway, createMemoryRateCounter } from "@cognito-to-descope/gateway";
import { createPrometheusMetrics } from "@cognito-to-descope/gateway/metrics";
import { BENCH_TOKEN, type JitServices } from "./jit-users.ts";

const clock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: (ms, signal) => sleep(ms, undefined, signal === undefined ? {} : { signal }),
};
const unlimited = { requests: 1_000_000, windowMs: 1000 };
const endless = { ...unlimited, penaltyMs: 0 };

const [servicesText = "", cognito = "replay", windowMs = "25", limits = "none"] = process.argv.slice(2);
const services = JSON.parse(servicesText) as JitServices;
const { region, userPoolId, clientId, projectId, managementKey } = services;
const provisioner = await createJitProvisioner({
  sources: [
    {
      tenant: undefined,
      source: createUserPoolSource({
        userPoolId,
        region,
        endpoint: services.cognito,
        accessKeyId: "sandbox",
        secretAccessKey: "sandbox",
        clock,
      }),
    },
  ],
  target: createProvisionTarget({
    projectId,
    managementKey,
    baseUrl: services.descope,
    clock,
    random: Math.random,
    ...(limits !== "none"
      ? {}
      : {
          limits: { "user-create": endless, "user-update": endless, "user-other": endless, general: endless },
        }),
  }),
  rules: DEFAULT_RULES,
  clock,
  windowMs: Number(windowMs),
});
const calls = createPoolCalls({ region, endpoint: cognito === "replay" ? services.replay : services.cognito }, () =>
  clock.now(),
);
const quota = limits === "both" ? { requests: 120, windowMs: 1000 } : unlimited;
const keyed = (): ((text: string) => string) => {
  const key = createSecretKey(randomBytes(32));
  return (text) => createHmac("sha256", key).update(text).digest("base64url");
};
/** Milliseconds that each user's calls of others took: of Cognito, and of the provisioner, which gathers users and asks Descope. */
const elsewhere = new Map<string, number>();
/** Milliseconds that each check took beside them. */
let own: number[] = [];

async function timed<T>(username: string, work: () => Promise<T>): Promise<T> {
  const began = performance.now();
  try {
    return await work();
  } finally {
    elsewhere.set(username, (elsewhere.get(username) ?? 0) + performance.now() - began);
  }
}

const authenticator = createPasswordAuthenticator({ userPoolId, clientId, flow: "public", calls });
const passwordCheck = createPasswordCheck({
  pools: [
    {
      userPoolId,
      authenticator: {
        authenticate: (username, password, options) =>
          timed(username, () => authenticator.authenticate(username, password, options)),
      },
      quotas: { authenticate: { own: createRateLimiter(quota, clock) } },
      caseSensitive: false,
    },
  ],
  provisioner: {
    provision: (confirmed, password, options) =>
      timed(confirmed.username, () => provisioner.provision(confirmed, password, options)),
  },
  counter: createMemoryRateCounter(() => clock.monotonic()),
  clock,
  random: Math.random,
  hash: keyed(),
  secretHash: keyed(),
});
const check: typeof passwordCheck = {
  async check(request) {
    const began = performance.now();
    const checked = await passwordCheck.check(request);
    own.push(performance.now() - began - (elsewhere.get(request.username) ?? 0));
    elsewhere.delete(request.username);
    return checked;
  },
  settled: () => passwordCheck.settled(),
};
const log = (entry: object): void => void process.stderr.write(`${JSON.stringify(entry)}\n`);
const gateway = createGateway({
  projectId,
  userPoolIds: [userPoolId],
  store: { touchUser: async () => undefined, readTouchedUsers: async () => [] },
  clock,
  metrics: createPrometheusMetrics(),
  metricsListen: { host: "127.0.0.1", port: 0 },
  jit: { check, userPoolIds: [userPoolId], tokens: [BENCH_TOKEN], onVerdict: log },
  onRequest: log,
});
const url = await gateway.start();
console.log(JSON.stringify({ url, metrics: `${gateway.metricsUrl}/metrics`, pid: process.pid }));
// Asked for by a line; begins anew.
process.stdin.on("data", () => {
  const sorted = own.toSorted((a, b) => a - b);
  own = [];
  const at = (share: number): number => sorted[Math.floor(sorted.length * share)] ?? 0;
  console.log(JSON.stringify({ p50: at(0.5), p99: at(0.99) }));
});
process.stdin.on("end", () => void gateway.stop().then(() => process.exit(0)));
