import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { generatePool, startSandbox } from "@cognito-to-descope/sandbox";
import type { Sandbox } from "@cognito-to-descope/sandbox";
import { afterEach, describe, expect, it, onTestFinished, vi } from "vitest";

import { createAccountQuotas, createCognitoClients, createRequestQuotas, createUserPoolSource } from "../src/index.ts";
import type { AccountQuotas, CognitoUserPoolSource, UserPoolSourceOptions } from "../src/index.ts";
import { createHastyClock, realClock } from "./support/clocks.ts";
import { collect, unlimited } from "./support/open-pool.ts";

afterEach(() => {
  vi.unstubAllEnvs();
});

/** Quotas that write down which budget each request drew on. */
function recordedQuotas(): { readonly quotas: AccountQuotas; readonly drawn: string[] } {
  const drawn: string[] = [];
  const quotas = createAccountQuotas((scope) => {
    const budget = createRequestQuotas({ clock: createHastyClock(), limits: unlimited });
    return {
      acquire(operation, userPoolId, signal) {
        drawn.push(`${operation} ${scope}`);
        return budget.acquire(operation, userPoolId, signal);
      },
    };
  });
  return { quotas, drawn };
}

function open(sandbox: Sandbox, options: Partial<UserPoolSourceOptions>): CognitoUserPoolSource {
  const source = createUserPoolSource({
    userPoolId: sandbox.userPoolId,
    region: sandbox.region,
    endpoint: sandbox.cognito,
    clock: createHastyClock(),
    ...options,
  });
  onTestFinished(() => source.close());
  return source;
}

/** A token service that gives one key for any role. */
async function startTokenService(): Promise<{ readonly asked: URLSearchParams[] }> {
  const asked: URLSearchParams[] = [];
  const server = createServer((request, response) => {
    let text = "";
    request.on("data", (chunk: Buffer) => (text += chunk.toString()));
    request.on("end", () => {
      asked.push(new URLSearchParams(text));
      response.writeHead(200, { "content-type": "text/xml" }).end(
        `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>
           <AccessKeyId>ASIAROLE</AccessKeyId><SecretAccessKey>role-secret</SecretAccessKey><SessionToken>s</SessionToken>
           <Expiration>${new Date(Date.now() + 3_600_000).toISOString()}</Expiration>
         </Credentials></AssumeRoleResult></AssumeRoleResponse>`,
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  vi.stubEnv("AWS_ENDPOINT_URL_STS", `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  return { asked };
}

describe("the quotas of several pools", () => {
  it("are one budget where one account is reached by different means, and never exceeded", async () => {
    const { asked } = await startTokenService();
    const sandbox = await startSandbox({
      only: "cognito",
      users: 1500,
      profile: "plain",
      quotas: "real",
      cognito: { accessKeys: { ASIAROLE: "role-secret", AKIAOWN: "own-secret" } },
    });
    onTestFinished(() => sandbox.stop());
    const other = generatePool(sandbox.cognitoService, { users: 1500, everyKind: false, seed: "other", name: "other" });
    const third = generatePool(sandbox.cognitoService, { users: 60, everyKind: false, seed: "third", name: "third" });
    const scopes: string[] = [];
    const accountQuotas = createAccountQuotas((scope) => {
      scopes.push(scope);
      return createRequestQuotas({ clock: realClock });
    });
    const clients = createCognitoClients();
    onTestFinished(() => clients[Symbol.dispose]());
    const shared = { accountQuotas, clients, clock: realClock };
    const role = { roleArn: "arn:aws:iam::123456789012:role/reader" };
    const own = { accessKeyId: "AKIAOWN", secretAccessKey: "own-secret" };
    const sources = [
      open(sandbox, { ...shared, ...own }),
      open(sandbox, { ...shared, ...own, ...role, userPoolId: other.userPoolId }),
      open(sandbox, { ...shared, ...own, ...role, userPoolId: third.userPoolId }),
    ];
    const counts = await Promise.all(
      sources.map(async (source) => {
        await source.readSnapshot();
        return (await collect(source.users())).reduce((sum, page) => sum + page.users.length, 0);
      }),
    );
    expect(counts).toEqual([1500, 1500, 60]);
    for (const { name, peak, requests, refused } of sandbox.buckets()) {
      expect({ name, over: Math.max(0, peak - requests), refused }).toEqual({ name, over: 0, refused: 0 });
    }
    // The region's own is for the first request of each pool.
    expect(scopes.sort()).toEqual(["us-east-1", "us-east-1 123456789012"]);
    // Two pools, one client, one role to assume.
    expect(asked).toHaveLength(1);
  });

  it("are a budget for each account and for each region", async () => {
    const { quotas, drawn } = recordedQuotas();
    const worlds = await Promise.all(
      (
        [
          ["us-east-1", "111111111111"],
          ["us-east-1", "222222222222"],
          ["eu-west-1", "111111111111"],
        ] as const
      ).map(([region, accountId]) =>
        startSandbox({ only: "cognito", users: 5, profile: "plain", cognito: { region, accountId } }),
      ),
    );
    onTestFinished(() => Promise.all(worlds.map((world) => world.stop())).then(() => undefined));
    for (const world of worlds) {
      const source = open(world, { accountQuotas: quotas });
      await source.readSnapshot();
      await collect(source.users());
    }
    expect(drawn.filter((line) => /^(?:DescribeUserPool|ListUsers) /.test(line))).toEqual([
      "DescribeUserPool us-east-1",
      "ListUsers us-east-1 111111111111",
      "DescribeUserPool us-east-1",
      "ListUsers us-east-1 222222222222",
      "DescribeUserPool eu-west-1",
      "ListUsers eu-west-1 111111111111",
    ]);
  });

  it("do not put accounts into one line where every role says its own", async () => {
    const { quotas, drawn } = recordedQuotas();
    const pools = ["111111111111", "222222222222"].map((accountId) =>
      quotas.forPool({ region: "us-east-1", accountId }),
    );
    for (const pool of pools) (await pool.acquire("DescribeUserPool", "us-east-1_AbCdEf123")).release();
    expect(drawn).toEqual(["DescribeUserPool us-east-1 111111111111", "DescribeUserPool us-east-1 222222222222"]);
  });

  it("are shared by pools whose account nothing tells", async () => {
    const { quotas, drawn } = recordedQuotas();
    for (const userPoolId of ["local_abc123", "local_def456"]) {
      (await quotas.forPool({ region: "us-east-1" }).acquire("ListUsers", userPoolId)).release();
    }
    expect(drawn).toEqual(["ListUsers us-east-1", "ListUsers us-east-1"]);
  });
});

describe("shared clients", () => {
  it("are one for each way of reaching pools", () => {
    const clients = createCognitoClients();
    onTestFinished(() => clients[Symbol.dispose]());
    const one = clients.clientFor({ region: "us-east-1" });
    expect(clients.clientFor({ region: "us-east-1" })).toBe(one);
    for (const other of [
      { region: "eu-west-1" },
      { region: "us-east-1", profile: "other" },
      { region: "us-east-1", endpoint: "http://127.0.0.1:1" },
      { region: "us-east-1", roleArn: "arn:aws:iam::111111111111:role/reader" },
      { region: "us-east-1", roleArn: "arn:aws:iam::111111111111:role/reader", externalId: "agreed" },
      { region: "us-east-1", accessKeyId: "AKIA", secretAccessKey: "s" },
    ]) {
      expect(clients.clientFor(other)).not.toBe(one);
      expect(clients.clientFor(other)).toBe(clients.clientFor(other));
    }
  });
});
