import { inspect } from "node:util";
import { DEFAULT_RULES } from "@cognito-to-descope/core";
import { describe, expect, test } from "vitest";
import type { Config } from "../../src/config/config.ts";
import type { EnvironmentSettings } from "../../src/config/env.ts";
import { resolveConfig } from "../../src/config/resolve.ts";
import { Secret } from "../../src/config/secret.ts";
import { ConfigInvalid, type ConfigProblem } from "../../src/errors.ts";

const ENVIRONMENT: EnvironmentSettings = {
  userPoolId: "eu-west-1_FromEnv",
  projectId: "P2env",
  managementKey: new Secret("key-from-env"),
};

function resolved(written: unknown, environment: EnvironmentSettings = ENVIRONMENT): Config {
  return resolveConfig({ written, base: "/work", environment, needs: { source: true, target: true } });
}

function problemsOf(written: unknown, environment: EnvironmentSettings = ENVIRONMENT): readonly ConfigProblem[] {
  try {
    resolved(written, environment);
  } catch (error) {
    if (error instanceof ConfigInvalid) return error.problems;
    throw error;
  }
  return [];
}

const paths = (problems: readonly ConfigProblem[]): readonly string[] => problems.map(({ path }) => path).sort();

describe("a config", () => {
  test("is complete with the environment alone", () => {
    const config = resolved({});
    expect(config.sources).toMatchObject([{ userPoolId: "eu-west-1_FromEnv", region: "eu-west-1" }]);
    expect(config.target).toMatchObject({ projectId: "P2env" });
    expect(config.rules).toEqual(DEFAULT_RULES);
    expect(config.state.name).toBe("/work/.c2d/state.db");
    expect(config.reportDirectory).toBe("/work/.c2d/reports");
  });

  describe("names a state store", () => {
    const secret = new Secret("postgres://user:hunter2@db.example:5433/c2d?sslmode=verify-full");

    test("in a database, by a URL of which nothing shows but user, host and database", () => {
      const { state } = resolved({}, { ...ENVIRONMENT, state: secret });
      expect(state).toMatchObject({ kind: "postgres", name: "postgres://user@db.example:5433/c2d" });
      expect(inspect(state, { depth: 9, showHidden: true }) + JSON.stringify(state)).not.toContain("hunter2");
    });

    test("in the option before the file, and in the file before the environment", () => {
      const written = { state: "in-file.db" };
      const environment = { ...ENVIRONMENT, state: secret };
      const input = { written, base: "/work", cwd: "/here", environment, needs: { source: true, target: true } };
      expect(resolveConfig({ ...input, stateOption: new Secret("option.db") }).state.name).toBe("/here/option.db");
      expect(resolveConfig(input).state.name).toBe("/work/in-file.db");
      expect(resolveConfig(input).remarks).toEqual([expect.stringContaining("C2D_STATE")]);
    });

    test("in the file without a password, which then comes from the environment", () => {
      const written = { state: "postgresql://user@db.example:5433/c2d" };
      const { state, remarks } = resolved(written, { ...ENVIRONMENT, state: secret });
      expect(state).toMatchObject({ kind: "postgres", name: "postgres://user@db.example:5433/c2d" });
      expect(remarks).toEqual([]);
    });

    test.each([
      "postgres://user:hunter2@db/c2d",
      "postgres://db/c2d?user=user&password=hunter2",
      "postgres://user:hunter2@db:port/c2d",
      "postgresql://user@db/c2d?sslpassword=hunter2",
    ])("and is refused with a password in the file: %s", (state) => {
      const problems = problemsOf({ state });
      expect(paths(problems)).toEqual(["state"]);
      expect(JSON.stringify(problems)).not.toContain("hunter2");
    });

    test("and is refused in the environment where no URL can be read, without showing it", () => {
      const problems = problemsOf({}, { ...ENVIRONMENT, state: new Secret("postgres://user:hunter2@db:port/c2d") });
      expect(paths(problems)).toEqual(["C2D_STATE"]);
      expect(JSON.stringify(problems)).not.toContain("hunter2");
    });
  });

  test("counts before the environment, and says so where they differ", () => {
    const config = resolved({ source: { userPoolId: "us-east-1_InFile" }, target: { projectId: "P2file" } });
    expect(config.sources[0]).toMatchObject({ userPoolId: "us-east-1_InFile", region: "us-east-1" });
    expect(config.target?.projectId).toBe("P2file");
    expect(config.remarks).toHaveLength(2);
  });

  test("takes the region of a pool in the file from its ID, not from the environment", () => {
    const environment = { ...ENVIRONMENT, userPoolId: undefined, region: "us-west-2" };
    expect(resolved({ source: { userPoolId: "us-east-1_InFile" } }, environment).sources[0]?.region).toBe("us-east-1");
  });

  test("takes the region of a pool in the environment from the environment", () => {
    expect(resolved({}, { ...ENVIRONMENT, region: "us-west-2" }).sources[0]?.region).toBe("us-west-2");
  });

  test("uses no keys of the environment beside a profile of its own", () => {
    const awsKeys = { accessKeyId: "AKIA", secretAccessKey: new Secret("s") };
    const config = resolved({ source: { profile: "production" } }, { ...ENVIRONMENT, awsKeys, profile: "other" });
    expect(config.sources[0]).toMatchObject({ profile: "production", awsKeys: undefined });
    expect(resolved({}, { ...ENVIRONMENT, awsKeys, profile: "other" }).sources[0]).toMatchObject({
      profile: undefined,
      awsKeys,
    });
  });

  test("overrides single rules and keeps the others", () => {
    expect(resolved({ mapping: { duplicates: "first", unconfirmed: "skip" } }).rules).toEqual({
      ...DEFAULT_RULES,
      duplicates: "first",
      unconfirmed: "skip",
    });
  });
});

describe("an invalid config", () => {
  test("names everything that is wrong at once", () => {
    const problems = problemsOf(
      {
        source: { userPoolId: "nonsense", regio: "us-east-1" },
        sources: [{ userPoolId: "us-east-1_A" }, { userPoolId: "us-east-1_A" }],
        target: { batchSize: 0, managementKey: "K2nonsense" },
        mapping: { duplicates: "both", attributes: { "custom:x": { name: "has blanks" } } },
        state: "mysql://db/x",
      },
      {},
    );
    expect(paths(problems)).toEqual(
      [
        "source",
        "source.userPoolId",
        "sources",
        "sources[1].userPoolId",
        "target.batchSize",
        "target.managementKey",
        "target.projectId",
        "DESCOPE_MANAGEMENT_KEY",
        "mapping.attributes.custom:x.name",
        "mapping.duplicates",
        "state",
      ].sort(),
    );
  });

  test("says what would be valid", () => {
    const [unknown] = problemsOf({ source: { regio: "x" } });
    expect(unknown?.message).toMatch(/no such setting: regio; there are userPoolId, region/);
    const [choice] = problemsOf({ mapping: { duplicates: "both" } });
    expect(choice?.message).toMatch(/"merge".*"first".*"skip"/);
    const [rule] = problemsOf({ mapping: { attributes: { "custom:x": 5 } } });
    expect(rule?.message).toMatch(/false.*name.*field/);
  });

  test("is what lies in it when the file is no object at all", () => {
    expect(problemsOf("source: x").map(({ path }) => path)).toContain("");
    expect(problemsOf(null).map(({ path }) => path)).toContain("");
    expect(problemsOf({ source: "x", target: [] })).toHaveLength(2);
  });

  test.each([
    ["target", { target: { managementKey: "CANARY" } }],
    ["source", { source: { userPoolId: "us-east-1_A", secretAccessKey: "CANARY" } }],
    ["the top", { awsSecretAccessKey: "CANARY" }],
    ["a value", { source: { userPoolId: "AKIAABCDEFGHIJKLMNOP" } }],
  ])("refuses a secret in %s without repeating it", (_where, written) => {
    const problems = problemsOf(written);
    expect(problems.some(({ message }) => message.includes("environment only"))).toBe(true);
    expect(JSON.stringify(problems)).not.toMatch(/CANARY|AKIAABC/);
  });

  test("never repeats the value that is wrong", () => {
    const problems = problemsOf({
      source: { userPoolId: "CANARY!", region: "CANARY", endpoint: "CANARY" },
      target: { baseUrl: "CANARY", batchSize: "CANARY" },
      mapping: { loginIds: ["CANARY"], noContact: "CANARY", transform: "CANARY" },
    });
    expect(problems.length).toBeGreaterThanOrEqual(8);
    expect(JSON.stringify(problems)).not.toContain("CANARY");
  });

  test("refuses a tenant name without a tenant, and names that cannot be told apart", () => {
    const [a, b, c] = ["us-east-1_A", "us-east-1_B", "us-east-1_C"].map((userPoolId) => ({ userPoolId }));
    expect(problemsOf({ source: { ...a, tenantName: "Acme" } })).toMatchObject([{ path: "source.tenantName" }]);
    const sources = [
      { ...a, tenant: "acme", tenantName: "Acme" },
      { ...b, tenant: "acme", tenantName: "ACME" },
      { ...c, tenant: "globex", tenantName: "Acme" },
    ];
    expect(problemsOf({ sources }).map(({ path }) => path)).toEqual(["sources[0].tenantName"]);
    expect(problemsOf({ sources: [sources[0], sources[2]] }).map(({ path }) => path)).toEqual([
      "sources[0].tenantName",
    ]);
    expect(problemsOf({ sources: [sources[0], { ...b, tenant: "acme" }] })).toEqual([]);
  });

  test("does not take the names of attributes and connections for secrets", () => {
    expect(
      problemsOf({ mapping: { attributes: { "custom:api_token": false }, connectionTenants: { Secret: "acme" } } }),
    ).toEqual([]);
  });
});

describe("the hash of a config", () => {
  const hash = (written: unknown, environment?: EnvironmentSettings): string => resolved(written, environment).hash;

  test("depends on pools, project, addresses and mapping", () => {
    const differing = [
      {},
      { source: { userPoolId: "us-east-1_B" } },
      { source: { tenant: "acme" } },
      { source: { endpoint: "http://localhost:1" } },
      { target: { projectId: "P2other" } },
      { target: { baseUrl: "https://api.euc1.descope.com" } },
      { mapping: { freshlyMigrated: false } },
      { mapping: { transform: (user: unknown) => user } },
      { mapping: { transform: (_user: unknown) => null } },
    ];
    expect(new Set(differing.map((written) => hash(written))).size).toBe(differing.length);
  });

  test("does not depend on credentials, limits, state, reports, and the order of keys", () => {
    const before = hash({ mapping: { duplicates: "first", attributes: { a: false, b: false } } });
    expect(
      hash(
        {
          limits: { cognito: { UserList: { requests: 1, windowMs: 1000 } } },
          state: "elsewhere.db",
          report: { directory: "elsewhere" },
          target: { batchSize: 50 },
          mapping: { attributes: { b: false, a: false }, duplicates: "first" },
        },
        { ...ENVIRONMENT, managementKey: new Secret("another") },
      ),
    ).toBe(before);
  });
});

test("a secret does not show when it is printed", () => {
  const secret = new Secret("CANARY");
  expect(`${String(secret)}${JSON.stringify({ secret })}`).toBe('[redacted]{"secret":"[redacted]"}');
});
