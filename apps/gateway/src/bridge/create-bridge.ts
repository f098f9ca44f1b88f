import {
  type BridgeHost,
  bridgeEndpoint,
  type Decision,
  decide,
  type DecisionEntry,
  type SignInOrigin,
  withoutField,
} from "@cognito-to-descope/core";
import {
  onlyHeader,
  type RequestHead,
  UpstreamFailure,
  type WholeAnswer,
  type WholeRequest,
  headerValues,
} from "./bridge-http.ts";
import type { BridgeOptions } from "./bridge-options.ts";
import { endToEnd, passedThrough, toldToDescope } from "./forwarded-headers.ts";
import { authorizeAtCognito, createOidcBridge, type OidcBridge } from "./oidc-bridge.ts";
import { jsonAnswer, refusal } from "./refusal.ts";
import { type Route, routeRequest, splitTarget } from "./route-request.ts";

/** The part of a bridge that is the same on every platform: what a server, a function or a worker asks. */
export interface Bridge {
  /** What is done about a request, before its body is read. */
  route(head: RequestHead): Route;
  /** Answers a request that {@link Bridge.route} sent here. Never throws for what others do wrong. */
  answer(request: WholeRequest, host: BridgeHost): Promise<WholeAnswer>;
  /** The bridge lives. */
  health(): WholeAnswer;
}

/** Makes a bridge that listens nowhere. */
export function createBridge(options: BridgeOptions): Bridge {
  const oidc = options.sealer === undefined ? undefined : createOidcBridge(options, options.sealer);
  return {
    route: (head) => routeRequest(head, options.config()),
    health: () => jsonAnswer(200, "application/json", { status: "ok" }),
    async answer(request, host) {
      const began = options.now();
      const asked: Asked = { options, oidc, request, host };
      const { path } = splitTarget(request.target);
      const handled = path.startsWith("/_bridge/")
        ? await answerEndpoint(asked, path)
        : await answerCallBack(asked, path);
      const { answer, entry } = handled;
      if (entry !== undefined) {
        options.onDecision?.({
          at: began,
          host: host.host,
          ...entry,
          status: answer.status,
          ...acceptedOf(answer),
          milliseconds: Math.max(0, options.now() - began),
        });
      }
      return answer;
    },
  };
}

interface Asked {
  readonly options: BridgeOptions;
  readonly oidc: OidcBridge | undefined;
  readonly request: WholeRequest;
  readonly host: BridgeHost;
}

type EntryFacts = Omit<DecisionEntry, "at" | "host" | "status" | "accepted" | "milliseconds">;

interface Handled {
  readonly answer: WholeAnswer;
  readonly entry?: EntryFacts;
}

async function answerEndpoint({ oidc, request, host }: Asked, path: string): Promise<Handled> {
  const endpoint = bridgeEndpoint(path, host);
  if (endpoint === undefined || endpoint.endpoint === "health") return { answer: NOT_FOUND };
  const { connection } = endpoint;
  if (connection === undefined) return { answer: refusal(404, "connection-unknown", "there is no such connection") };
  if (endpoint.endpoint === "cognito-authorize") {
    const answer = authorizeAtCognito(request, connection, host);
    return { answer, entry: { to: "bridge", reason: "cognito-authorize", connection: connection.key } };
  }
  if (oidc === undefined) return { answer: NOT_FOUND };
  const answer = await orFailure(() =>
    endpoint.endpoint === "oidc-authorize"
      ? oidc.authorize(request, connection, host)
      : oidc.token(request, connection, host),
  );
  const entry: EntryFacts = { to: "bridge", reason: endpoint.endpoint, origin: "descope", connection: connection.key };
  return { answer, entry };
}

const NOT_FOUND: WholeAnswer = refusal(404, "not-found", "there is no such resource");

async function answerCallBack(asked: Asked, path: string): Promise<Handled> {
  const { options, oidc, request, host } = asked;
  const config = options.config();
  // Byte by byte, so that what is taken out of the text leaves every other byte as it was.
  const body = request.method === "POST" ? latin1(request.body) : undefined;
  const { query } = splitTarget(request.target);
  const contentType = onlyHeader(request.headers, "content-type");
  const decision = decide({ method: request.method, path, query, contentType, body }, host, config, options.modes());
  if (decision.to === "oidc-call-back" && oidc !== undefined) {
    const { answer, connection } = await oidc.callBack(request, decision.sealedState, host);
    const known = connection === undefined ? {} : { connection: connection.key };
    return { answer, entry: { to: "descope", reason: decision.reason, origin: "descope", ...known } };
  }
  const entry = await entryOf(decision);
  if (decision.to !== "descope") return { answer: await orFailure(() => toCognito(asked)), entry };
  const { target, withoutRelayState } = decision;
  const sent = withoutRelayState ? fromLatin1(withoutField(body ?? "", "RelayState")) : request.body;
  const answer = await orFailure(() =>
    options.exchange({
      method: "POST",
      origin: config.descopeBaseUrl,
      target,
      headers: toldToDescope(request, host.host),
      body: sent,
    }),
  );
  return { answer: { ...answer, headers: endToEnd(answer.headers) }, entry };
}

async function toCognito({ options, request, host }: Asked): Promise<WholeAnswer> {
  const answer = await options.exchange({
    method: request.method,
    origin: host.upstream,
    host: host.host,
    target: request.target,
    headers: passedThrough(request),
    body: request.body,
  });
  return { ...answer, headers: endToEnd(answer.headers) };
}

async function orFailure(work: () => Promise<WholeAnswer>): Promise<WholeAnswer> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof UpstreamFailure)) throw error;
    return refusal(error.status, error.status === 504 ? "upstream-timeout" : "upstream-unreachable", error.message);
  }
}

async function entryOf(decision: Decision): Promise<EntryFacts> {
  const { reason, origin, connection, mode, issuer } = decision;
  // An issuer may name a customer, and this one is nobody's yet: enough of it to find out which one it is.
  const hash = connection === undefined && issuer !== undefined ? { issuerHash: await shortHash(issuer) } : {};
  return {
    to: decision.to === "descope" ? "descope" : "cognito",
    reason,
    ...(origin === undefined ? {} : { origin: origin satisfies SignInOrigin }),
    ...(connection === undefined ? {} : { connection: connection.key }),
    ...(mode === undefined ? {} : { mode }),
    ...("wouldGoTo" in decision && decision.wouldGoTo !== undefined ? { wouldGoTo: decision.wouldGoTo } : {}),
    ...hash,
  };
}

/** Whether an answer leads on: to the application, and not to an error. A page says nothing that could be understood. */
function acceptedOf({ status, headers }: WholeAnswer): { readonly accepted?: boolean } {
  const [location] = headerValues(headers, "location");
  if (status >= 300 && status < 400 && location !== undefined) {
    return { accepted: !/[?&#](?:error|err)=/.test(location) };
  }
  return status >= 400 ? { accepted: false } : {};
}

async function shortHash(text: string): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  return Array.from(hash.subarray(0, 8), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function latin1(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return text;
}

function fromLatin1(text: string): Uint8Array {
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}
