import { DEFAULT_CLIENT_NAME } from "../jit-setup/jit-setup-options.ts";
import { OIDC_CLIENT_NAME } from "../oidc/sign-in-client.ts";
import type { PoolAppClient } from "./app-client.ts";

/**
 * What an app client is, told by its settings. `web`: sends users to a sign-in page and takes them back. `machine`: asks for
 * tokens of its own. `api`: signs users in over an SDK, with pages of its own. `unused`: allows no way to sign in. `c2d`: made
 * by this product, for the time in which Cognito is still asked.
 */
export type AppClientClass = "web" | "machine" | "api" | "unused" | "c2d";

/** What an app client becomes. `flows`: nothing is made; the application uses Descope's SDK and a flow. */
export type AppClientAim = "inbound" | "flows" | "skip";

/** What the operator decides about app clients. */
export interface ApplicationChoices {
  /** By client ID. What is not listed is decided by class. */
  readonly clients: Readonly<Record<string, AppClientAim>>;
  /** Page on which users of the applications sign in; empty for the project's default. */
  readonly loginPageUrl: string;
}

const AIMS: Readonly<Record<AppClientClass, AppClientAim>> = {
  web: "inbound",
  machine: "inbound",
  api: "flows",
  unused: "skip",
  c2d: "skip",
};

/** Tells what an app client is. One that serves both machines and users counts as `web`. */
export function classifyAppClient(client: PoolAppClient): AppClientClass {
  if (client.name === OIDC_CLIENT_NAME || client.name === DEFAULT_CLIENT_NAME) return "c2d";
  if (client.grants.includes("code") || client.grants.includes("implicit")) return "web";
  if (client.grants.includes("client_credentials")) return "machine";
  return client.apiFlows.length > 0 ? "api" : "unused";
}

/** Tells what becomes of an app client: by its class, unless the operator says otherwise. */
export function aimOf(client: PoolAppClient, choices: ApplicationChoices): AppClientAim {
  return choices.clients[client.clientId] ?? AIMS[classifyAppClient(client)];
}
