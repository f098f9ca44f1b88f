import type { BridgeConfig, BridgeHost } from "./bridge-config.ts";
import type { ConnectionModes } from "./connection-mode.ts";
import { decideOidcResponse } from "./decide-oidc-response.ts";
import { decideSamlResponse } from "./decide-saml-response.ts";
import type { BridgeRequest, Decision } from "./decision.ts";
import { isForm } from "./form.ts";

/** The two call-backs of Cognito that identity providers know. Nothing else is ever looked into. */
export const SAML_CALL_BACK = "/saml2/idpresponse";
/** Path at which Cognito takes what OIDC providers send back. */
export const OIDC_CALL_BACK = "/oauth2/idpresponse";

/** Bytes of a body that the bridge reads; Cognito takes responses of 100,000 characters. */
export const MAX_CALL_BACK_BYTES = 524_288;

const OTHER_PATH: Decision = { to: "cognito", reason: "other-path" };
const NOT_A_RESPONSE: Decision = { to: "cognito", reason: "not-a-response" };

/** Whether the body has to be read before {@link decide} can say anything. All other bodies are passed through unseen. */
export function needsBody({ method, path, contentType }: Omit<BridgeRequest, "body">): boolean {
  return method === "POST" && (path === SAML_CALL_BACK || path === OIDC_CALL_BACK) && isForm(contentType);
}

/**
 * Decides where a request goes.
 *
 * Whatever is not exactly a response to a call-back, whatever is unknown and whatever two readers could read in two ways
 * goes to Cognito, as it did before there was a bridge. So passwords that are posted to `/login` and codes that are posted
 * to `/oauth2/token` never go anywhere else.
 */
export function decide(
  request: BridgeRequest,
  host: BridgeHost,
  config: BridgeConfig,
  modes: ConnectionModes,
): Decision {
  if (request.path === SAML_CALL_BACK) {
    if (!needsBody(request)) return NOT_A_RESPONSE;
    return decideSamlResponse(request, host, config, modes);
  }
  if (request.path === OIDC_CALL_BACK) {
    if (request.method === "GET") return decideOidcResponse(request.query);
    // A form post has its parameters in the body; the same ones in the query as well are read by nobody in one way.
    if (!needsBody(request) || request.query !== "" || request.body === undefined) return NOT_A_RESPONSE;
    return decideOidcResponse(request.body);
  }
  return OTHER_PATH;
}
