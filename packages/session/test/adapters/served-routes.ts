import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import type { GuardOptions, RouteRequirements } from "@cognito-to-descope/session/express";

/** What each route of the served app asks for. Every adapter serves the same ones. */
export const ROUTES: Readonly<
  Record<"/orders" | "/admin" | "/modern" | "/scoped" | "/acme" | "/open", RouteRequirements>
> = {
  "/orders": {},
  "/admin": { roles: ["admin"] },
  "/modern": { mode: "descope-only" },
  "/scoped": { scopes: ["orders/read", "orders/write"] },
  "/acme": { tenant: "acme" },
  "/open": { anonymous: "allow" },
};

/** An app that answers with the subject of the principal, or with null. */
export interface ServedApp {
  /** Base address. */
  readonly url: string;
  readonly stop: () => Promise<void>;
}

/** Serves {@link ROUTES} with one framework. */
export type ServeApp = (options: GuardOptions) => Promise<ServedApp>;

/** Serves a listener on loopback. */
export async function serve(listener: RequestListener): Promise<ServedApp> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return servedBy(server);
}

/** Serves a handler of the Fetch standard on loopback. */
export function serveFetch(handle: (request: Request) => Response | Promise<Response>): Promise<ServedApp> {
  const listener = getRequestListener(handle);
  return serve((request, response) => void listener(request, response));
}

/** A server that listens already. */
export function servedBy(server: Server): ServedApp {
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () => {
      server.closeAllConnections();
      return new Promise((resolve) => void server.close(() => resolve()));
    },
  };
}
