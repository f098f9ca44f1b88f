import { contextOf } from "./authorizer-context.ts";
import {
  type AuthorizerOptions,
  authorizerRequirements,
  bareToken,
  type EventParts,
  readEventHeader,
  readToken,
  type TokenSource,
} from "./authorizer-options.ts";
import { judge, unauthorized } from "./judge.ts";
import { allowMethod, denyMethod, type PolicyAnswer, stageOf } from "./policy.ts";

/** How the authorizer of a WebSocket API works. */
export interface WebSocketAuthorizerOptions extends AuthorizerOptions {
  /**
   * Where the token is found. Browsers can set no headers there: `protocol` reads it from `new WebSocket(url, [name, token])`, and
   * `query` from the address, which ends up in logs.
   *
   * @defaultValue `{ header: "authorization" }`
   */
  readonly token?: TokenSource | { readonly protocol: string };
}

/** An event of `$connect`. */
export interface WebSocketAuthorizerEvent extends EventParts {
  readonly type: "REQUEST";
  readonly methodArn: string;
}

/**
 * Makes the Lambda authorizer of `$connect`. Its answers are not cached, so the policy is about this connection alone. A
 * connection outlives its token: close it in time where that matters.
 *
 * With `protocol`, the integration of `$connect` must answer with the header `Sec-WebSocket-Protocol: <name>`.
 */
export function createWebSocketAuthorizer(
  options: WebSocketAuthorizerOptions,
): (event: WebSocketAuthorizerEvent) => Promise<PolicyAnswer> {
  const { verifier, token: source = { header: "authorization" }, context = contextOf } = options;
  const requirements = authorizerRequirements(options);
  return async (event) => {
    const { methodArn } = event;
    // A policy is made for the ARN of one route alone.
    if (methodArn !== `${stageOf(methodArn)}/$connect`) {
      throw new TypeError("the event is not one of $connect");
    }
    const token = "protocol" in source ? readProtocol(event, source.protocol) : readToken(event, source);
    const judgement = await judge(verifier, token, requirements);
    if (judgement.outcome === "unauthorized") throw unauthorized();
    if (judgement.outcome === "forbidden") return denyMethod(methodArn);
    return allowMethod(judgement.principal, methodArn, context(judgement.principal));
  };
}

/** The protocol after the one that announces a token. */
function readProtocol(event: EventParts, name: string): string | undefined {
  const protocols = (readEventHeader(event, "sec-websocket-protocol") ?? "").split(",").map((one) => one.trim());
  const at = protocols.indexOf(name);
  return at === -1 ? undefined : bareToken(protocols[at + 1]);
}
