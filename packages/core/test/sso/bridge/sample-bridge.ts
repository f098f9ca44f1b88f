import type { BridgeConfig, BridgeHost, Connection, WrittenBridgeConfig } from "../../../src/index.ts";
import { compileBridgeConfig } from "../../../src/index.ts";

export const POOL = "eu-west-1_AbCdEf123";
export const HOST = "auth.example.com";

/** A SAML connection in the first class. */
export function samlConnection(name: string, more: Partial<Connection> = {}): Connection {
  return {
    userPoolId: POOL,
    name,
    protocol: "saml",
    class: "A",
    identifiers: [`${name.toLowerCase()}.example`],
    domains: [`${name.toLowerCase()}.example`],
    idpEntityIds: [`https://idp.${name.toLowerCase()}.example/entity`],
    serviceProvider: { acsUrl: `https://${HOST}/saml2/idpresponse`, entityId: `urn:amazon:cognito:sp:${POOL}` },
    tenantId: name.toLowerCase(),
    ssoId: "",
    ...more,
  };
}

/** An OIDC connection. */
export function oidcConnection(name: string, more: Partial<Connection> = {}): Connection {
  const base = `https://login.${name.toLowerCase()}.example`;
  return {
    userPoolId: POOL,
    name,
    protocol: "oidc",
    class: "E",
    identifiers: [],
    domains: [],
    idpEntityIds: [],
    upstream: {
      issuer: base,
      clientId: `${name}-client`,
      authorizeUrl: `${base}/authorize`,
      tokenUrl: `${base}/token`,
      userInfoUrl: `${base}/userinfo`,
      jwksUrl: `${base}/jwks`,
      scopes: ["openid", "email"],
      redirectUrl: `https://${HOST}/oauth2/idpresponse`,
    },
    tenantId: name.toLowerCase(),
    ssoId: "",
    ...more,
  };
}

/** A config of one host. */
export function writtenConfig(connections: readonly Connection[]): WrittenBridgeConfig {
  return {
    version: 1,
    projectId: "P2abcdefghijklmnopqrstuvwxyz",
    descopeBaseUrl: "https://api.descope.com",
    hosts: [
      {
        host: HOST,
        userPoolId: POOL,
        upstream: "https://d111111abcdef8.cloudfront.net",
        connections,
        appClients: [{ clientId: "4client", callbackUrls: ["https://app.example.com/callback"] }],
        oidcRedirectUrls: ["https://api.descope.com/v1/oauth/callback"],
      },
    ],
  };
}

export function bridgeOf(connections: readonly Connection[]): {
  readonly config: BridgeConfig;
  readonly host: BridgeHost;
} {
  const config = compileBridgeConfig(writtenConfig(connections));
  const host = config.hosts.get(HOST);
  if (host === undefined) throw new Error("the config has no host");
  return { config, host };
}

/** A response as far as its issuer, unsigned. */
export function responseOf(
  issuer: string,
  more: { readonly assertionIssuer?: string; readonly prefix?: string } = {},
): string {
  const p = more.prefix ?? "samlp";
  const own = issuer === "" ? "" : `<saml:Issuer>${escape(issuer)}</saml:Issuer>`;
  const inner = more.assertionIssuer === undefined ? "" : `<saml:Issuer>${escape(more.assertionIssuer)}</saml:Issuer>`;
  const xml = `<?xml version="1.0"?><${p}:Response xmlns:${p}="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_1" Version="2.0">${own}<${p}:Status><${p}:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></${p}:Status><saml:Assertion ID="_2">${inner}<saml:Subject/></saml:Assertion></${p}:Response>`;
  return base64(xml);
}

export function base64(text: string): string {
  return Buffer.from(text, "utf8").toString("base64");
}

/** The body of a form. */
export function formOf(fields: Readonly<Record<string, string>>): string {
  return new URLSearchParams(fields).toString();
}

export const FORM = "application/x-www-form-urlencoded";

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
