import type { WholeAnswer } from "../bridge-http.ts";
import type { BridgeOptions } from "../bridge-options.ts";
import { createBridge } from "../create-bridge.ts";
import { endToEnd, passedThrough } from "../forwarded-headers.ts";
import { openUpstreams, type UpstreamOptions } from "../node/upstreams.ts";
import { refusal } from "../refusal.ts";
import { bodyOfEvent, headOfEvent, isLambdaEvent, type LambdaResult, toLambdaResult } from "./lambda-event.ts";

/** A function for AWS Lambda. */
export type LambdaHandler = (event: unknown) => Promise<LambdaResult>;

/** What the function is made of. */
export interface LambdaOptions extends Omit<BridgeOptions, "exchange"> {
  readonly upstreams?: UpstreamOptions | undefined;
}

/**
 * Makes a function of a bridge, behind an HTTP API of API Gateway with a regional domain name, or behind an Application Load
 * Balancer with multi-value headers. It holds every body as a whole: API Gateway takes 10 MB, Lambda 6 MB, a load balancer
 * 1 MB, each with its base64. Cognito's own pages and tokens are far below that.
 *
 * @throws TypeError when the event is of another kind.
 */
export function createLambdaHandler(options: LambdaOptions): LambdaHandler {
  const upstreams = openUpstreams(options.upstreams);
  const { exchange } = upstreams;
  const bridge = createBridge({ ...options, exchange });
  return async (event) => {
    if (!isLambdaEvent(event)) throw new TypeError("the event is none of an HTTP API or of a load balancer");
    const head = headOfEvent(event);
    const body = bodyOfEvent(event);
    const answer = async (): Promise<WholeAnswer> => {
      const route = bridge.route(head);
      switch (route.route) {
        case "health":
          return bridge.health();
        case "refuse":
          return refusal(route.status, "refused", route.title);
        case "answer":
          if (body.length > route.maxBodyBytes) return refusal(413, "body-too-large", "the body is too large");
          return await bridge.answer({ ...head, body }, route.host);
        case "pass-through": {
          const { upstream: origin, host } = route.host;
          const { method, target } = head;
          const headers = passedThrough(head);
          try {
            const passed = await exchange({ method, origin, host, target, headers, body });
            return { ...passed, headers: endToEnd(passed.headers) };
          } catch {
            return refusal(502, "upstream-unreachable", "Cognito did not answer");
          }
        }
        default:
          return route satisfies never;
      }
    };
    return toLambdaResult(event, await answer());
  };
}
