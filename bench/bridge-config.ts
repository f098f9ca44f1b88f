import type { WrittenBridgeConfig } from "@cognito-to-descope/core";

const POOL = "eu-west-1_AbCdEf123";

/** The config of a bridge with so many SAML connections. */
export function manyConnections(count: number, upstream: string): WrittenBridgeConfig {
  return {
    version: 1,
    projectId: "P2abcdefghijklmnopqrstuvwxyz",
    descopeBaseUrl: "https://api.descope.com",
    hosts: [
      {
        host: "auth.example.com",
        userPoolId: POOL,
        upstream,
        connections: Array.from({ length: count }, (_, index) => ({
          userPoolId: POOL,
          name: `Customer${index}`,
          protocol: "saml" as const,
          class: "A" as const,
          identifiers: [`customer${index}.example`],
          domains: [`customer${index}.example`],
          idpEntityIds: [`https://idp.customer${index}.example/entity`],
          tenantId: `customer${index}`,
          ssoId: "",
        })),
        appClients: [{ clientId: "4client", callbackUrls: ["https://app.example.com/callback"] }],
        oidcRedirectUrls: ["https://api.descope.com/v1/oauth/callback"],
      },
    ],
  };
}
