import { describe, expect, test } from "vitest";
import {
  compileBridgeConfig,
  makeBridgeConfig,
  MigrationError,
  type PoolConnections,
  type WrittenBridgeConfig,
  type WrittenBridgeHost,
} from "../../../src/index.ts";
import { oidcConnection, POOL, samlConnection, writtenConfig } from "./sample-bridge.ts";

const good = writtenConfig([samlConnection("Acme")]);
const withHost = (more: Partial<WrittenBridgeHost>): WrittenBridgeConfig => ({
  ...good,
  hosts: good.hosts.map((host) => ({ ...host, ...more })),
});

function problemsOf(config: WrittenBridgeConfig): string {
  try {
    compileBridgeConfig(config);
    return "";
  } catch (error) {
    if (!(error instanceof MigrationError)) throw error;
    return error.suggestion ?? "";
  }
}

describe("the config of a bridge", () => {
  test.each([
    ["no hosts", { ...good, hosts: [] }, "hosts:"],
    ["a host in capitals", withHost({ host: "Auth.example.com" }), "hosts[0].host"],
    ["a host with a port", withHost({ host: "auth.example.com:443" }), "hosts[0].host"],
    ["one host twice", { ...good, hosts: [...good.hosts, ...good.hosts] }, "hosts[1].host: is there twice"],
    ["an upstream that is the bridge", withHost({ upstream: "https://auth.example.com" }), "this bridge"],
    ["an upstream over plain HTTP", withHost({ upstream: "http://d1.cloudfront.net" }), "hosts[0].upstream"],
    ["an upstream with a path", withHost({ upstream: "https://d1.cloudfront.net/x" }), "hosts[0].upstream"],
    ["an upstream with credentials", withHost({ upstream: "https://a:b@d1.cloudfront.net" }), "hosts[0].upstream"],
    ["Descope at the host", { ...good, descopeBaseUrl: "https://auth.example.com" }, "this bridge"],
    ["Descope over plain HTTP", { ...good, descopeBaseUrl: "http://api.descope.com" }, "descopeBaseUrl"],
    ["no project", { ...good, projectId: "" }, "projectId"],
    ["a project that is a query", { ...good, projectId: "P1&tenantId=x" }, "projectId"],
    [
      "a connection of another pool",
      withHost({ connections: [samlConnection("A", { userPoolId: "x" })] }),
      "another pool",
    ],
    [
      "two connections of one name",
      withHost({ connections: [samlConnection("A"), samlConnection("A")] }),
      "another connection",
    ],
    ["a way back over plain HTTP", withHost({ oidcRedirectUrls: ["http://api.descope.com/x"] }), "oidcRedirectUrls[0]"],
    ["a way back with a query", withHost({ oidcRedirectUrls: ["https://api.descope.com/x?y"] }), "oidcRedirectUrls[0]"],
  ])("is refused with %s", (_what, config, message) => {
    expect(problemsOf(good)).toBe("");
    expect(problemsOf(config)).toContain(message);
  });

  test("may name this machine over plain HTTP, for rehearsals", () => {
    expect(problemsOf(withHost({ upstream: "http://127.0.0.1:9229" }))).toBe("");
    expect(problemsOf(withHost({ upstream: "http://127.0.0.1.evil.example" }))).toContain("upstream");
  });
});

describe("a config that is made of pools", () => {
  const pool: PoolConnections = {
    userPoolId: POOL,
    region: "eu-west-1",
    customDomain: {
      host: "Auth.example.com",
      cloudFrontDistribution: "d1.cloudfront.net",
      certificateArn: "",
      status: "ACTIVE",
    },
    prefixHost: "acme.auth.eu-west-1.amazoncognito.com",
    appClients: [],
    providers: [],
  };
  const { customDomain: _none, ...withoutDomain } = pool;
  const connections = [
    samlConnection("Acme"),
    samlConnection("Sealed", { class: "D" }),
    oidcConnection("Initech"),
    oidcConnection("Halfway", { upstream: undefined as never }),
  ];
  const make = (pools: readonly PoolConnections[], sso = {}): ReturnType<typeof makeBridgeConfig> =>
    makeBridgeConfig({
      pools,
      connections,
      projectId: "P1",
      descopeBaseUrl: "https://api.descope.com",
      sso: { upstreamClients: {}, upstreamVia: "address", ...sso },
    });

  test("has every connection, and a tenant only for those that can be bridged", () => {
    const { config, unbridged } = make([pool]);
    expect(config.hosts[0]).toMatchObject({ host: "auth.example.com", upstream: "https://d1.cloudfront.net" });
    expect(config.hosts[0]?.connections.map(({ name, tenantId }) => [name, tenantId])).toEqual([
      ["Acme", "acme"],
      ["Sealed", ""],
      ["Initech", "initech"],
      ["Halfway", ""],
    ]);
    expect(unbridged).toEqual([`${POOL}/Sealed`, `${POOL}/Halfway`]);
    expect(problemsOf(config)).toBe("");
  });

  test("leaves out a pool that has no domain of its own, unless the bridge stands beside Cognito", () => {
    expect(make([withoutDomain])).toMatchObject({ config: { hosts: [] }, poolsWithoutHost: [POOL] });
    const beside = make([withoutDomain], {
      upstreamClients: { "*": "4d" },
      upstreamVia: { bridge: "sso.example.com" },
    });
    expect(beside.config.hosts).toMatchObject([
      { host: "sso.example.com", upstream: "https://acme.auth.eu-west-1.amazoncognito.com", upstreamClient: "4d" },
    ]);
  });
});
