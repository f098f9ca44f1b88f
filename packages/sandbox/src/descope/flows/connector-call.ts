/** Calls an HTTP connector over real HTTP. */

import { createHmac } from "node:crypto";

import type { Connector } from "../definitions/connectors.ts";
import { readBoolean, readObject, readObjects, readString } from "../json-fields.ts";
import type { JsonObject } from "../json-fields.ts";
import type { DescopeVariants } from "../variants.ts";

/** What a step asks of a connector. */
export interface ConnectorRequest {
  /** `get`, `post`, `put`, `patch` or `delete`. */
  readonly command: string;
  /** Path and query below the connector's base address. */
  readonly endpoint: string;
  readonly payload: string;
  readonly timeoutSeconds: number;
}

/** How a call ended. `failed`: nobody answered. */
export type ConnectorOutcome =
  | { readonly kind: "answered"; readonly ok: boolean; readonly result: unknown }
  | { readonly kind: "failed" };

const methods = new Set(["get", "post", "put", "patch", "delete"]);

/** Calls the connector. Never throws for what happens on the network. */
export async function callConnector(
  connector: Connector,
  request: ConnectorRequest,
  variants: Pick<DescopeVariants, "hmacBytes" | "connectorResult">,
): Promise<ConnectorOutcome> {
  const { configuration } = connector;
  if (!methods.has(request.command) || connector.status === "disabled") return { kind: "failed" };
  try {
    const headers = await requestHeaders(configuration, request, variants);
    const response = await fetch(address(configuration, request.endpoint), {
      method: request.command.toUpperCase(),
      headers,
      redirect: "manual",
      signal: AbortSignal.timeout(request.timeoutSeconds * 1000),
      ...(request.command === "get" || request.payload === "" ? {} : { body: request.payload }),
    });
    const body = parse(await response.text());
    const wraps =
      variants.connectorResult === "wrapped" || readBoolean(configuration, "includeHeadersInContext") === true;
    const result = wraps ? { statusCode: response.status, body, headers: Object.fromEntries(response.headers) } : body;
    return { kind: "answered", ok: response.ok, result };
  } catch {
    return { kind: "failed" };
  }
}

function address(configuration: JsonObject, endpoint: string): string {
  const base = readString(configuration, "baseUrl") ?? "";
  if (endpoint === "") return base;
  return `${base.replace(/\/$/, "")}/${endpoint.replace(/^\//, "")}`;
}

async function requestHeaders(
  configuration: JsonObject,
  request: ConnectorRequest,
  variants: Pick<DescopeVariants, "hmacBytes">,
): Promise<Headers> {
  const headers = new Headers({ "content-type": "application/json" });
  for (const header of readObjects(configuration, "headers") ?? []) {
    const value = readString(header, "value") || readString(header, "secret");
    headers.set(readString(header, "key") ?? "", value ?? "");
  }
  await authenticate(readObject(configuration, "authentication") ?? {}, headers);
  const secret = readString(configuration, "hmacSecret") ?? "";
  if (secret !== "") {
    const signed = variants.hmacBytes === "body" ? request.payload : Buffer.from(request.payload).toString("base64");
    headers.set("x-descope-webhook-s256", createHmac("sha256", secret).update(signed).digest("base64"));
  }
  return headers;
}

async function authenticate(authentication: JsonObject, headers: Headers): Promise<void> {
  switch (authentication["method"]) {
    case "bearerToken":
      headers.set("authorization", `Bearer ${readString(authentication, "bearerToken") ?? ""}`);
      return;
    case "basic": {
      const basic = readObject(authentication, "basic") ?? {};
      const pair = `${readString(basic, "username") ?? ""}:${readString(basic, "password") ?? ""}`;
      headers.set("authorization", `Basic ${Buffer.from(pair).toString("base64")}`);
      return;
    }
    case "apiKey": {
      const apiKey = readObject(authentication, "apiKey") ?? {};
      headers.set(readString(apiKey, "key") ?? "x-api-key", readString(apiKey, "token") ?? "");
      return;
    }
    case "oauth2ClientCredentials": {
      const client = readObject(authentication, "oauth2ClientCredentials") ?? {};
      headers.set("authorization", `Bearer ${await clientCredentialsToken(client)}`);
      return;
    }
    default:
      return;
  }
}

async function clientCredentialsToken(client: JsonObject): Promise<string> {
  const text = (key: string): string => readString(client, key) ?? "";
  const form = new URLSearchParams({ grant_type: "client_credentials" });
  if (text("scopes") !== "") form.set("scope", text("scopes"));
  const inHeader = text("authStyle") === "header";
  if (!inHeader) {
    form.set("client_id", text("clientId"));
    form.set("client_secret", text("clientSecret"));
  }
  const pair = Buffer.from(`${text("clientId")}:${text("clientSecret")}`).toString("base64");
  const response = await fetch(text("authUrl"), {
    method: "POST",
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      ...(inHeader ? { authorization: `Basic ${pair}` } : {}),
    },
    body: form.toString(),
    signal: AbortSignal.timeout(10_000),
  });
  const answer = (await response.json()) as { readonly access_token?: string };
  if (!response.ok || answer.access_token === undefined)
    throw new Error(`the token endpoint answered ${response.status}`);
  return answer.access_token;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
