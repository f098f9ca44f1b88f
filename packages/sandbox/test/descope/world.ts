/** A Descope project behind a real port, with the official SDK on it. */

import DescopeClient from "@descope/node-sdk";

import { createDescopeService } from "../../src/descope/descope-service.ts";
import type { DescopeOptions, DescopeService } from "../../src/descope/descope-service.ts";
import { shapeProblems } from "./check-shape.ts";
import { startWireServer } from "../../src/wire/wire-server.ts";
import type { WireOptions, WireServer } from "../../src/wire/wire-server.ts";

export const projectId = "P2sandboxsandboxsandboxsandb";
export const managementKey = "K2managementmanagementmanage";

export type Sdk = ReturnType<typeof DescopeClient>;

/** A clock that tests set. */
export interface TestClock {
  now: number;
}

export interface World extends AsyncDisposable {
  readonly service: DescopeService;
  readonly server: WireServer;
  readonly sdk: Sdk;
  readonly clock: TestClock;
  /** Calls with the management key; gives status and parsed body. */
  manage(method: string, path: string, body?: unknown): Promise<Answer>;
  /** Calls with another authorization header. */
  call(method: string, path: string, body?: unknown, authorization?: string): Promise<Answer>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // eslint-disable-next-line typescript/no-explicit-any -- answers are looked into freely by assertions
  readonly body: any;
}

export async function openWorld(options: Partial<DescopeOptions> = {}, wire: WireOptions = {}): Promise<World> {
  const clock: TestClock = { now: Date.UTC(2026, 0, 15, 12) };
  const service = createDescopeService({
    projectId,
    managementKey,
    clock: () => clock.now,
    customAttributes: [
      { name: "cognitoSub", type: 1 },
      { name: "age", type: 2 },
      { name: "freshlyMigrated", type: 3 },
      { name: "plan", type: 4, options: [{ value: "free" }, { value: "paid" }] },
      { name: "teams", type: 5, options: [{ value: "red" }, { value: "blue" }] },
    ],
    roles: [{ name: "admins", permissionNames: ["read", "write"] }, { name: "editors" }],
    tenants: [
      { id: "acme", name: "Acme" },
      { id: "globex", name: "Globex" },
    ],
    ...options,
  });
  const problems: string[] = [];
  const server = await startWireServer(holdingToShapes(service, problems), wire);
  const call = async (
    method: string,
    path: string,
    body?: unknown,
    authorization = `Bearer ${projectId}`,
  ): Promise<Answer> => {
    const response = await fetch(server.url + path, {
      method,
      headers: {
        ...(authorization === "" ? {} : { authorization }),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get("content-type")?.includes("json") === true;
    return {
      status: response.status,
      headers: response.headers,
      body: isJson ? (JSON.parse(text) as unknown) : text,
    };
  };
  return {
    service,
    server,
    sdk: DescopeClient({ projectId, managementKey, baseUrl: server.url }),
    clock,
    call,
    manage: (method, path, body) => call(method, path, body, `Bearer ${projectId}:${managementKey}`),
    [Symbol.asyncDispose]: async () => {
      await server.stop();
      if (problems.length > 0) throw new Error(`answers differ from the API description:\n${problems.join("\n")}`);
    },
  };
}

/** The service, with every answer of 200 on a documented path compared with the API description. */
function holdingToShapes(service: DescopeService, problems: string[]): DescopeService {
  return {
    ...service,
    answer: async (request) => {
      const reply = await service.answer(request);
      if (reply.status === 200 && reply.headers?.["content-type"] === "application/json")
        problems.push(...shapeProblems(service.operationOf(request), JSON.parse(reply.body.toString())));
      return reply;
    },
  };
}
