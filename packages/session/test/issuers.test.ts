import { createVerifier, SessionError } from "@cognito-to-descope/session";
import { describe, expect, it } from "vitest";
import { accessClaims, CLIENT, NOW, poolKey, projectKey, sessionClaims, verifierOptions } from "./issuer.ts";

/** Where keys were read when a token of the issuer came; undefined when it was refused unread. */
async function keysFor(options: ReturnType<typeof verifierOptions>, token: string): Promise<string | undefined> {
  const read: string[] = [];
  const verifier = createVerifier({
    ...options,
    fetch: (url) => {
      read.push(url);
      return Promise.resolve(Response.json({ keys: [poolKey.jwk, projectKey.jwk] }));
    },
  });
  try {
    await verifier.verify(token);
  } catch (error) {
    if (!(error instanceof SessionError) || error.reason !== "unknown-issuer") throw error;
    return read.length === 0 ? undefined : "read for a stranger";
  }
  return read.join(" ");
}

describe("issuers of pools", () => {
  it.for([
    ["us-east-1_AbCdEf123", "us-east-1.amazonaws.com"],
    ["us-gov-west-1_AbCdEf123", "us-gov-west-1.amazonaws.com"],
    ["cn-north-1_AbCdEf123", "cn-north-1.amazonaws.com.cn"],
    ["us-iso-east-1_AbCdEf123", "us-iso-east-1.c2s.ic.gov"],
    ["us-isob-east-1_AbCdEf123", "us-isob-east-1.sc2s.sgov.gov"],
    ["eusc-de-east-1_AbCdEf123", "eusc-de-east-1.amazonaws.eu"],
  ] as const)("%s: both hosts under %s, each with its own keys", async ([userPoolId, domain]) => {
    const options = verifierOptions({ descope: [] }, { userPoolId });
    for (const host of ["cognito-idp", "issuer-cognito-idp"]) {
      const iss = `https://${host}.${domain}/${userPoolId}`;
      expect(await keysFor(options, poolKey.sign(accessClaims({ iss })))).toBe(`${iss}/.well-known/jwks.json`);
    }
    for (const iss of [
      `https://cognito-idp.evil.example/${userPoolId}`,
      `https://cognito-idp.${domain}/${userPoolId}x`,
      userPoolId,
    ]) {
      expect(await keysFor(options, poolKey.sign(accessClaims({ iss })))).toBeUndefined();
    }
  });

  it("of several pools have rules of their own", async () => {
    const [pool] = verifierOptions().cognito;
    if (pool === undefined) throw new Error("no pool");
    const second = "eu-west-1_Second123";
    const options = verifierOptions({
      descope: [],
      cognito: [pool, { ...pool, userPoolId: second, clientId: "second" }],
    });
    const verifier = createVerifier(options);
    const iss = `https://cognito-idp.eu-west-1.amazonaws.com/${second}`;
    expect((await verifier.verify(poolKey.sign(accessClaims({ iss, client_id: "second" })))).issuer).toBe(iss);
    await expect(verifier.verify(poolKey.sign(accessClaims({ iss, client_id: CLIENT })))).rejects.toMatchObject({
      reason: "client",
    });
  });
});

describe("issuers of projects", () => {
  const plain = "P2abcdefghijklmnopqrstuvwxyz";
  const european = "Peuc1abcdefghijklmnopqrstuvwxyz0";
  const cases: readonly (readonly [
    string,
    Parameters<typeof verifierOptions>[2] & object,
    readonly string[],
    string,
  ])[] = [
    [
      "a plain project",
      { projectId: plain },
      [plain, `https://api.descope.com/${plain}`, `https://api.descope.com/v1/apps/${plain}`],
      `https://api.descope.com/v2/keys/${plain}`,
    ],
    [
      "a project of a region",
      { projectId: european },
      [european, `https://api.euc1.descope.com/${european}`, `https://api.euc1.descope.com/v1/apps/${european}`],
      `https://api.euc1.descope.com/v2/keys/${european}`,
    ],
    [
      "a project of the first region",
      { projectId: "Puse1abcdefghijklmnopqrstuvwxyz0" },
      [
        "https://api.descope.com/Puse1abcdefghijklmnopqrstuvwxyz0",
        "https://api.use1.descope.com/Puse1abcdefghijklmnopqrstuvwxyz0",
      ],
      "https://api.descope.com/v2/keys/Puse1abcdefghijklmnopqrstuvwxyz0",
    ],
    [
      "custom domains",
      { projectId: plain, customDomains: ["auth.example.com", "https://login.example.com/"] },
      [
        `https://auth.example.com/${plain}`,
        `https://login.example.com/v1/apps/${plain}`,
        `https://api.descope.com/${plain}`,
      ],
      `https://api.descope.com/v2/keys/${plain}`,
    ],
    [
      "a base address",
      { projectId: plain, baseUrl: "https://auth.example.com" },
      [`https://auth.example.com/${plain}`],
      `https://auth.example.com/v2/keys/${plain}`,
    ],
    [
      "applications",
      { projectId: plain, applications: ["app1"] },
      [`https://api.descope.com/${plain}/app1`, `https://api.descope.com/v1/apps/${plain}/app1`],
      `https://api.descope.com/v2/keys/${plain}`,
    ],
    [
      "MCP servers",
      { projectId: plain, mcpServers: ["MS1"] },
      [`https://api.descope.com/v1/apps/agentic/${plain}/MS1`],
      `https://api.descope.com/v2/keys/${plain}`,
    ],
    [
      "an issuer in words",
      { projectId: plain, issuers: ["https://odd.example.com/x/"] },
      ["https://odd.example.com/x/"],
      `https://api.descope.com/v2/keys/${plain}`,
    ],
  ];

  it.for(cases)("%s", async ([, project, issuers, keys]) => {
    const options = verifierOptions({ cognito: [] }, {}, project);
    for (const iss of issuers) expect(await keysFor(options, projectKey.sign(sessionClaims({ iss })))).toBe(keys);
    const { projectId } = project;
    const strange = [
      `${projectId}/`,
      `https://api.descope.com/${projectId}/other`,
      `https://api.descope.com/v2/apps/${projectId}`,
      `http://api.descope.com/${projectId}`,
      `https://api.descope.com.evil.example/${projectId}`,
    ];
    for (const iss of strange) expect(await keysFor(options, projectKey.sign(sessionClaims({ iss })))).toBeUndefined();
  });

  it("never lead anywhere because a token says so", async () => {
    const options = verifierOptions({ now: () => NOW * 1000 });
    for (const iss of [
      "http://169.254.169.254/latest",
      "file:///etc/passwd",
      "https://api.descope.com@evil.example/",
      "javascript:1",
      "",
    ]) {
      expect(await keysFor(options, projectKey.sign(sessionClaims({ iss })))).toBeUndefined();
    }
  });
});
