import {
  ALL_TO_COGNITO,
  compileBridgeConfig,
  compileModes,
  type ConnectionModes,
  type DecisionEntry,
  readModes,
  type StateSealer,
  type WrittenBridgeConfig,
} from "@cognito-to-descope/core";
import { type Exchange, type HeaderList, type RequestHead, UpstreamFailure, type WholeAnswer } from "../bridge-http.ts";
import { type Bridge, createBridge } from "../create-bridge.ts";
import { HOP_HEADER } from "../forwarded-headers.ts";
import { refusal } from "../refusal.ts";
import { createStateSealer } from "../state-sealer.ts";

/** What a Worker is bound to. */
export interface WorkerEnvironment {
  /** Secret that states of OIDC sign-ins are sealed with. */
  readonly C2D_BRIDGE_STATE_SECRET?: string;
  /** The one before, while it is being replaced. */
  readonly C2D_BRIDGE_STATE_SECRET_BEFORE?: string;
  /** KV namespace whose key `modes` holds the file of modes. Without it every connection is Cognito's. */
  readonly MODES?: {
    get(key: "modes", options: { readonly type: "text"; readonly cacheTtl: number }): Promise<string | null>;
  };
}

/** A Cloudflare Worker, in the form of a module. */
export interface Worker {
  fetch(request: Request, environment: WorkerEnvironment): Promise<Response>;
}

/** Seconds that a data centre keeps what KV said; the least that KV takes everywhere. */
const MODES_CACHE_SECONDS = 60;

/** Ports of a Worker, for tests. */
export interface WorkerPorts {
  /** @defaultValue the runtime's */
  readonly fetch?: (request: Request) => Promise<Response>;
  /** @defaultValue one JSON line to the Worker's log */
  readonly onDecision?: (entry: DecisionEntry) => void;
}

/**
 * Makes a Worker of a bridge.
 *
 * It runs on a route of the zone, with the host's record still pointing at Cognito's distribution: what a Worker fetches at
 * its own host goes there, by the same name, and not through the Worker again.
 */
export function createWorker(written: WrittenBridgeConfig, ports: WorkerPorts = {}): Worker {
  const config = compileBridgeConfig(written);
  const send = ports.fetch ?? ((request: Request) => fetch(request));
  let modes: ConnectionModes = ALL_TO_COGNITO;
  // Made at the first request, because secrets come with it; then it is the same one, which remembers used states.
  let made: Promise<Bridge> | undefined;
  const make = async (environment: WorkerEnvironment): Promise<Bridge> =>
    createBridge({
      config: () => config,
      modes: () => modes,
      sealer: await openSealer(environment),
      exchange: exchangeBy(send),
      now: () => Date.now(),
      newId: () => crypto.randomUUID().replaceAll("-", ""),
      onDecision: ports.onDecision ?? logDecision,
    });

  return {
    async fetch(request, environment) {
      made ??= make(environment);
      const bridge = await made;
      const head = headOf(request);
      const route = bridge.route(head);
      switch (route.route) {
        case "pass-through":
          return await passOn(request, send);
        case "health":
          return toResponse(bridge.health());
        case "refuse":
          return toResponse(refusal(route.status, "refused", route.title));
        case "answer": {
          const body = await readBody(request, route.maxBodyBytes);
          if (body === undefined) return toResponse(refusal(413, "body-too-large", "the body is too large"));
          modes = (await readModesOf(environment)) ?? modes;
          return toResponse(await bridge.answer({ ...head, body }, route.host));
        }
        default:
          return route satisfies never;
      }
    },
  };
}

async function openSealer(environment: WorkerEnvironment): Promise<StateSealer | undefined> {
  const { C2D_BRIDGE_STATE_SECRET: secret, C2D_BRIDGE_STATE_SECRET_BEFORE: before } = environment;
  if (secret === undefined) return undefined;
  return await createStateSealer(before === undefined ? [secret] : [secret, before]);
}

/** Undefined when KV does not answer or holds something else: what it said before counts on. */
async function readModesOf({ MODES }: WorkerEnvironment): Promise<ConnectionModes | undefined> {
  try {
    const text = await MODES?.get("modes", { type: "text", cacheTtl: MODES_CACHE_SECONDS });
    const written = text === undefined || text === null ? undefined : readModes(JSON.parse(text));
    return written === undefined ? undefined : compileModes(written);
  } catch {
    return undefined;
  }
}

function headOf(request: Request): RequestHead {
  const url = new URL(request.url);
  // The runtime names the host in the URL; a header of that name is not passed on to the Worker everywhere.
  const headers: HeaderList = [["host", url.host], ...[...request.headers].filter(([name]) => name !== "host")];
  // Cloudflare has put the client's address into X-Forwarded-For already.
  return { method: request.method, target: `${url.pathname}${url.search}`, headers, clientAddress: undefined };
}

async function passOn(request: Request, send: (request: Request) => Promise<Response>): Promise<Response> {
  const outgoing = new Request(request, { redirect: "manual" });
  outgoing.headers.set(HOP_HEADER, "1");
  return await send(outgoing);
}

function exchangeBy(send: (request: Request) => Promise<Response>): Exchange {
  return async ({ method, origin, host, target, headers, body }) => {
    // Cognito is reached by the host's own name: the zone knows where that leads.
    const url = `${host === undefined ? origin : `https://${host}`}${target}`;
    const sent = new Headers();
    for (const [name, value] of headers) if (!OF_THE_CONNECTION.has(name.toLowerCase())) sent.append(name, value);
    const hasBody = method !== "GET" && method !== "HEAD";
    try {
      const answer = await send(
        new Request(url, { method, headers: sent, redirect: "manual", ...(hasBody ? { body: body.slice() } : {}) }),
      );
      // The runtime has decoded the body.
      const kept = [...answer.headers].filter(([name]) => !OF_THE_CONNECTION.has(name) && name !== "content-encoding");
      return { status: answer.status, headers: kept, body: new Uint8Array(await answer.arrayBuffer()) };
    } catch (error) {
      throw new UpstreamFailure(502, { cause: error });
    }
  };
}

const OF_THE_CONNECTION: ReadonlySet<string> = new Set(["host", "content-length"]);

/** Undefined when it is longer than it may be. */
async function readBody(request: Request, maxBytes: number): Promise<Uint8Array | undefined> {
  if (request.body === null) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of request.body as unknown as AsyncIterable<Uint8Array>) {
    length += chunk.length;
    if (length > maxBytes) return undefined;
    chunks.push(chunk);
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

function toResponse({ status, headers, body }: WholeAnswer): Response {
  const sent = new Headers();
  for (const [name, value] of headers) if (name.toLowerCase() !== "content-length") sent.append(name, value);
  const empty = status === 204 || status === 304 || body.length === 0;
  return new Response(empty ? null : body.slice(), { status, headers: sent });
}

function logDecision({ at, ...entry }: DecisionEntry): void {
  // oxlint-disable-next-line no-console -- where a Worker's log lines come from
  console.log(JSON.stringify({ at: new Date(at).toISOString(), ...entry }));
}
