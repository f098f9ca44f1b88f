import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import type { JitConfig } from "../../src/config/jit-config.ts";
import { clientSecretVariable, readJitEnvironment } from "../../src/config/jit-environment.ts";
import { resolveConfig } from "../../src/config/resolve.ts";
import { Secret } from "../../src/config/secret.ts";
import { ConfigInvalid } from "../../src/errors.ts";

const TOKEN = "canary-token-of-thirty-two-characters";
const POOL = "eu-west-1_AbCdEf123";

function resolved(jit: unknown, variables: Readonly<Record<string, string>> = {}, more: object = {}): JitConfig {
  const { jit: found } = resolveConfig({
    written: { jit, ...more },
    base: "/work",
    environment: {
      userPoolId: POOL,
      projectId: "P1",
      managementKey: new Secret("key"),
      jit: readJitEnvironment((name) => ({ C2D_JIT_TOKEN: TOKEN, ...variables })[name]),
    },
    needs: { source: true, target: true, jit: true },
  });
  if (found === undefined) throw new Error("nothing was resolved");
  return found;
}

function problems(
  jit: unknown,
  variables: Readonly<Record<string, string>> = {},
  more: object = {},
): readonly string[] {
  try {
    resolved(jit, variables, more);
  } catch (error) {
    if (error instanceof ConfigInvalid) return error.problems.map(({ path, message }) => `${path}: ${message}`);
    throw error;
  }
  return [];
}

describe("checking passwords", () => {
  test("takes the only pool and the app client of the environment where the config says nothing", () => {
    const jit = resolved(undefined, { C2D_JIT_CLIENT_ID: "1client", C2D_JIT_CLIENT_SECRET: "canary-secret" });
    expect(jit.pools).toMatchObject([
      {
        source: { userPoolId: POOL },
        clientId: "1client",
        flow: "public",
        readUsers: false,
        attributes: "token",
        caseSensitive: false,
      },
    ]);
    expect(jit.pools[0]?.clientSecret?.reveal()).toBe("canary-secret");
    expect(jit.afterMigration).toBe("keep");
    expect(inspect(jit, { depth: 10 })).not.toContain("canary");
    expect(JSON.stringify(jit)).not.toContain("canary");
  });

  test("takes the secret of each pool's own client before the one for all", () => {
    expect(clientSecretVariable("eu-west-1_AbCdEf123")).toBe("C2D_JIT_CLIENT_SECRET_EU_WEST_1_ABCDEF123");
    const sources = [{ userPoolId: POOL }, { userPoolId: "us-east-1_X" }];
    const pools = sources.map(({ userPoolId }) => ({ userPoolId, clientId: "1client", flow: "admin" }));
    const variables = { C2D_JIT_CLIENT_SECRET: "one", C2D_JIT_CLIENT_SECRET_US_EAST_1_X: "other" };
    const jit = resolved({ pools }, variables, { sources });
    expect(jit.pools.map(({ clientSecret }) => clientSecret?.reveal())).toEqual(["one", "other"]);
    expect(jit.pools.map(({ readUsers }) => readUsers)).toEqual([true, true]);
  });

  test("takes two tokens while one is changed, and two secrets", () => {
    const other = `${TOKEN}-new`;
    const jit = resolved(undefined, {
      C2D_JIT_TOKEN: `${TOKEN} , ${other},`,
      C2D_JIT_HMAC_SECRET: `${other},${TOKEN}`,
      C2D_JIT_CLIENT_ID: "1client",
    });
    expect(jit.tokens.map((token) => token.reveal())).toEqual([TOKEN, other]);
    expect(jit.hmacSecrets.map((secret) => secret.reveal())).toEqual([other, TOKEN]);
  });

  test("turns settings into a policy", () => {
    const jit = resolved({
      pools: [{ userPoolId: POOL, clientId: "1client" }],
      secondFactor: "recover",
      invited: "try",
      hideStatus: true,
      triesPerUser: { tries: 2, windowSeconds: 60 },
      failureFloorMs: 100,
      maxQuotaWaitMs: 0,
      deadlineMs: 5000,
      afterMigration: { mark: "custom:migrated" },
      clientAddressHeader: "x-client-address",
    });
    expect(jit).toMatchObject({
      policy: {
        secondFactor: "recover",
        temporaryPassword: "try",
        hideStatus: true,
        attempts: { perUser: { events: 2, windowMs: 60_000 }, perAddress: { events: 60, windowMs: 900_000 } },
        failureFloor: { floorMs: 100, stepMs: 300 },
        maxQuotaWaitMs: 0,
        deadlineMs: 5000,
      },
      afterMigration: { mark: "custom:migrated" },
      clientAddressHeader: "x-client-address",
    });
  });

  test("says everything that is missing or wrong at once", () => {
    expect(
      problems(
        {
          pools: [
            { userPoolId: "eu-west-1_Other", clientId: "1" },
            { userPoolId: "eu-west-1_Other", clientId: "1" },
          ],
        },
        { C2D_JIT_TOKEN: "short" },
      ),
    ).toEqual([
      expect.stringMatching(/^C2D_JIT_TOKEN: must have at least 32 characters/),
      "jit.pools[0].userPoolId: is none of the sources",
      "jit.pools[1].userPoolId: is none of the sources",
      "jit.pools[1].userPoolId: is named twice",
    ]);
    expect(problems(undefined, { C2D_JIT_TOKEN: "" })).toEqual([
      expect.stringMatching(/^C2D_JIT_TOKEN: is missing/),
      expect.stringMatching(/^jit.pools: is missing/),
    ]);
    expect(problems({ triesPerUser: { tries: 5, windowSeconds: 60 } }, { C2D_JIT_CLIENT_ID: "1" })).toEqual([
      expect.stringMatching(/^jit.triesPerUser.tries: /),
    ]);
    expect(problems({ clientSecret: "canary" }, { C2D_JIT_CLIENT_ID: "1" }).join("\n")).toMatch(
      /jit.clientSecret: secrets come from/,
    );
  });

  test("asks nothing of commands that check no passwords", () => {
    const config = resolveConfig({
      written: {},
      base: "/work",
      environment: { userPoolId: POOL, projectId: "P1" },
      needs: { source: true, target: false },
    });
    expect(config.jit).toBeUndefined();
  });
});
