import { expect, it } from "vitest";
import { candidatesFor, type SignInPool } from "../../src/jit/sign-in-pool.ts";
import { createRateLimiter } from "../../src/limits/rate-limiter.ts";
import { SimulatedClock } from "../simulated-clock.ts";

function pool(userPoolId: string, change: Partial<SignInPool> = {}): SignInPool {
  return {
    userPoolId,
    authenticator: { authenticate: async () => ({ kind: "no-answer", why: "network" }) },
    quotas: { authenticate: { own: createRateLimiter({ requests: 1, windowMs: 1 }, new SimulatedClock()) } },
    caseSensitive: false,
    ...change,
  };
}

const pools = [
  pool("partners", { domains: ["Partner.example", "other.example"] }),
  pool("customers"),
  pool("legacy", { caseSensitive: true }),
];

it.for<[string, string | undefined, readonly string[]]>([
  ["ada@partner.example", undefined, ["partners: ada@partner.example"]],
  ["ada@PARTNER.example", undefined, ["partners: ada@PARTNER.example"]],
  ["ada@example.com", undefined, ["customers: ada@example.com", "legacy: ada@example.com"]],
  ["Ada@example.com", undefined, ["customers: Ada@example.com", "legacy: Ada@example.com, ada@example.com"]],
  ["Ada", undefined, ["partners: Ada", "customers: Ada", "legacy: Ada"]],
  [
    "@partner.example",
    undefined,
    ["partners: @partner.example", "customers: @partner.example", "legacy: @partner.example"],
  ],
  ["ada@partner.example", "legacy", ["legacy: ada@partner.example"]],
  ["ada@partner.example", "unknown", []],
])("the name %s, for the pool %s, is tried at %j", ([name, userPoolId, expected]) => {
  const candidates = candidatesFor(pools, name, userPoolId);
  expect(candidates.map((one) => `${one.pool.userPoolId}: ${one.usernames.join(", ")}`)).toEqual(expected);
});
