import { createHmac, randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Clock, TouchedUser } from "@cognito-to-descope/core";
import { createGateway, type Gateway, type GatewayOptions, type RequestEntry } from "../src/index.ts";

export const SECRET = "a secret of at least thirty-two characters";
export const POOL = "eu-west-1_AbCdEf123";
export const SUB = "7c4b0a52-9f4e-4d61-8a6f-3c2a1d5e7b90";

/** Time that stands still until it is moved; waits are real. */
export interface HandClock extends Clock {
  time: number;
}

/** A gateway with what it noted and told. */
export interface TestGateway {
  readonly gateway: Gateway;
  readonly clock: HandClock;
  readonly touched: TouchedUser[];
  readonly entries: RequestEntry[];
  /** Makes the store fail while it is set. */
  storeFault: Error | undefined;
  /** Posts an event to the app, without a socket. */
  post(request?: EventRequest): Promise<Response>;
}

/** An event with what is to be different from a good one. */
export interface EventRequest {
  readonly body?: unknown;
  /** The body as text, in place of JSON. */
  readonly text?: string;
  readonly secret?: string;
  readonly timestamp?: string;
  readonly signature?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export function makeGateway(options: Partial<GatewayOptions> = {}): TestGateway {
  const touched: TouchedUser[] = [];
  const entries: RequestEntry[] = [];
  const clock: HandClock = {
    time: 1_800_000_000_000,
    now: () => clock.time,
    monotonic: () => clock.time,
    sleep: (ms, signal) => sleep(ms, undefined, signal === undefined ? {} : { signal }),
  };
  const test: TestGateway = {
    clock,
    touched,
    entries,
    storeFault: undefined,
    gateway: createGateway({
      projectId: "P1",
      userPoolIds: [POOL],
      eventsSecret: SECRET,
      store: {
        async touchUser(projectId, userPoolId, sub, at) {
          if (test.storeFault !== undefined) throw test.storeFault;
          if (projectId === "P1") touched.push({ userPoolId, sub, at });
        },
        async readTouchedUsers() {
          if (test.storeFault !== undefined) throw test.storeFault;
          return touched;
        },
      },
      clock,
      onRequest: (entry) => entries.push(entry),
      ...options,
    }),
    post: async (request = {}) =>
      test.gateway.app.request("/v1/sync/events", { method: "POST", ...signed(request, clock.time) }),
  };
  return test;
}

/** Headers and body of an event. */
export function signed(
  request: EventRequest,
  now: number,
): { readonly headers: Readonly<Record<string, string>>; readonly body: string } {
  const body = request.text ?? JSON.stringify(request.body ?? { id: randomUUID(), userPoolId: POOL, sub: SUB });
  const timestamp = request.timestamp ?? String(Math.floor(now / 1000));
  const hmac = createHmac("sha256", request.secret ?? SECRET)
    .update(`${timestamp}.${body}`)
    .digest("hex");
  return {
    body,
    headers: {
      "content-type": "application/json",
      "c2d-timestamp": timestamp,
      "c2d-signature": request.signature ?? `v1=${hmac}`,
      ...request.headers,
    },
  };
}
