import { describe, expect, it } from "vitest";
import { type Assessment, assessPool } from "../../src/assess/assess-pool.ts";
import { observeUsers, type PoolObservation } from "../../src/pool/observe-users.ts";
import type { PoolSnapshot } from "../../src/pool/pool-snapshot.ts";
import { mappingRules, poolGroup, poolSnapshot, poolUser } from "../samples.ts";

const quotas = {
  userList: { requests: 30, windowMs: 1000 },
  create: { requests: 100, windowMs: 60_000 },
  usersPerBatch: 100,
};

function assess(
  observation: Partial<PoolObservation> = {},
  pool: Partial<PoolSnapshot> = {},
  groupSizes: Readonly<Record<string, number>> = {},
): Assessment {
  const empty = observeUsers().observation();
  return assessPool(poolSnapshot(pool), { ...empty, ...observation }, groupSizes, mappingRules(), quotas);
}

function fitOf(assessment: Assessment): Readonly<Record<string, string>> {
  return Object.fromEntries(assessment.strategies.map(({ strategy, fits }) => [strategy, fits]));
}

const client = {
  clientId: "c",
  name: "web",
  hasSecret: false,
  callbackUrls: [],
  oauthFlows: [],
  identityProviders: [],
  refreshTokenSeconds: 1,
};

describe("assessPool", () => {
  it("reckons a million users by the quotas: 60 a read, 100 a write", () => {
    const { durations } = assess({ users: 1_000_000, native: 1_000_000 }, {}, { admins: 121, empty: 0 });
    expect(durations).toEqual([
      {
        step: "read-users",
        requests: 16_667,
        seconds: 556,
        quota: "Cognito UserList: 30 requests in 1 s",
      },
      { step: "read-groups", requests: 4, seconds: 1, quota: "Cognito UserList: 30 requests in 1 s" },
      { step: "write-users", requests: 10_000, seconds: 6000, quota: "Descope create: 100 requests in 60 s" },
    ]);
  });

  it("reckons an empty pool: one read, no write", () => {
    expect(assess().durations.map(({ requests, seconds }) => [requests, seconds])).toEqual([
      [1, 1],
      [0, 0],
      [0, 0],
    ]);
  });

  it("advises to capture passwords where most users have one", () => {
    const native = assess({ users: 10, native: 8, federated: 2 }, { domain: "auth" });
    expect(fitOf(native)).toEqual({
      full: "possible",
      combined: "best",
      "jit-password": "possible",
      "jit-oidc": "possible",
    });
  });

  it("advises a full import where most users come through a provider", () => {
    expect(fitOf(assess({ users: 10, federated: 10 }))).toEqual({
      full: "best",
      combined: "possible",
      "jit-password": "no",
      "jit-oidc": "no",
    });
  });

  it("gives exactly one best strategy, each with reasons", () => {
    for (const federated of [0, 4, 5, 6, 10]) {
      const { strategies } = assess({ users: 10, native: 10 - federated, federated });
      expect(strategies.filter(({ fits }) => fits === "best")).toHaveLength(1);
      for (const { reasons } of strategies) expect(reasons.length).toBeGreaterThan(0);
    }
  });

  it("says how many app clients allow a password check", () => {
    const flows = [["ALLOW_USER_PASSWORD_AUTH"], ["ALLOW_ADMIN_USER_PASSWORD_AUTH"], ["ALLOW_USER_SRP_AUTH"]];
    const appClients = flows.map((authFlows) => ({ ...client, authFlows }));
    const { strategies } = assess({ users: 1, native: 1 }, { appClients });
    expect(strategies.find(({ strategy }) => strategy === "combined")?.reasons.join()).toContain(
      "2 of 3 app clients allow a password check",
    );
  });

  it("says what stays behind", () => {
    const all = assess(
      { users: 5, native: 5, noContact: 2 },
      {
        mfa: { configuration: "ON", sms: true, totp: true, email: false, passkeys: true },
        triggers: { PreSignUp: "arn" },
      },
    );
    for (const word of ["Passwords", "TOTP", "Passkeys", "Sessions", "2 users without", "Lambda"]) {
      expect(all.cannotMove.join("\n")).toContain(word);
    }
    expect(assess({ users: 5, federated: 5 }).cannotMove.join("\n")).not.toContain("Passwords");
  });

  it("lists attributes with their targets, and the findings of attributes, groups and pool", () => {
    const observer = observeUsers();
    observer.add(poolUser({ attributes: { name: "Ada", "custom:seats": "3" } }), []);
    const assessment = assess(observer.observation(), {
      schema: [{ name: "custom:seats", type: "Number", required: false, mutable: true }],
      groups: [poolGroup("admins", { roleArn: "arn:aws:iam::1:role/x" })],
      caseSensitive: true,
      triggers: { UserMigration: "arn" },
    });
    expect(assessment.attributes).toEqual(
      expect.arrayContaining([
        { source: "custom:seats", target: "seats", type: "number", users: 1 },
        { source: "name", target: "user.name", type: "string", users: 1 },
      ]),
    );
    expect(assessment.findings.map(({ rule }) => rule)).toEqual(
      expect.arrayContaining(["group-iam-role-dropped", "pool-case-sensitive", "user-migration-trigger"]),
    );
  });
});
