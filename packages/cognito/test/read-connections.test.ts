import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { openPool, unlimited } from "./support/open-pool.ts";

describe("readConnections", () => {
  it("reads providers with their mapping, app clients, and what stands behind the custom domain", async () => {
    const { sandbox, source } = await openPool({ users: 5 });
    const pool = sandbox.generated?.pool;
    const read = await source.readConnections();
    expect(read).toMatchObject({
      userPoolId: sandbox.userPoolId,
      region: "us-east-1",
      prefixHost: expect.stringMatching(/^sandbox-.*\.auth\.us-east-1\.amazoncognito\.com$/) as string,
      customDomain: {
        host: expect.stringMatching(/^auth-.*\.example\.com$/) as string,
        cloudFrontDistribution: expect.stringMatching(/^d\w+\.cloudfront\.net$/) as string,
        certificateArn: expect.stringContaining("arn:aws:acm:us-east-1:") as string,
        status: "ACTIVE",
      },
    });
    expect(read.providers.map(({ name }) => name).toSorted()).toEqual([...(pool?.providers.keys() ?? [])].toSorted());
    expect(read.appClients).toHaveLength(4);
  });

  it("hands secrets out as such: they are there, and print nowhere", async () => {
    const { sandbox, source } = await openPool({ users: 5 });
    const { providers } = await source.readConnections();
    const secrets = [...(sandbox.generated?.pool.providers.values() ?? [])].flatMap(
      ({ details }) => details["client_secret"] ?? [],
    );
    expect(secrets.length).toBeGreaterThan(0);
    expect(providers.flatMap(({ secret }) => secret?.reveal() ?? []).toSorted()).toEqual(secrets.toSorted());
    const printed = `${JSON.stringify(providers)}${inspect(providers, { depth: 9 })}`;
    for (const secret of secrets) expect(printed).not.toContain(secret);
  });

  it("reads the secret of an app client, and none where there is none", async () => {
    const { sandbox, source } = await openPool({ users: 5 });
    const { appClients } = await source.readConnections();
    const clients = [...(sandbox.generated?.pool.clients.values() ?? [])];
    for (const { clientId } of appClients) {
      const secret = await source.readClientSecret(clientId);
      expect(secret?.reveal()).toBe(clients.find((client) => client.clientId === clientId)?.secret);
    }
    expect(await source.readClientSecret("nobody")).toBeUndefined();
  });

  it("leaves out a provider that is deleted while it reads", async () => {
    const { sandbox, source } = await openPool({ users: 5 });
    const [first] = (await source.readConnections()).providers;
    sandbox.faults.add([
      {
        operation: "DescribeIdentityProvider",
        times: 1,
        fault: {
          kind: "status",
          status: 400,
          body: JSON.stringify({ __type: "ResourceNotFoundException", message: "gone" }),
        },
      },
    ]);
    const { providers } = await source.readConnections();
    expect(first).toBeDefined();
    expect(providers).toHaveLength((sandbox.generated?.pool.providers.size ?? 0) - 1);
  });

  it("keeps the quotas of the pool", async () => {
    const { source } = await openPool(
      { users: 1, quotas: "real" },
      { limits: { ...unlimited, perPoolOperation: { requests: 5, windowMs: 1000 } } },
    );
    expect((await source.readConnections()).providers.length).toBeGreaterThan(0);
  });
});
