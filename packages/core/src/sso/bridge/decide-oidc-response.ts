import type { Decision } from "./decision.ts";
import { decodeValue, readForm } from "./form.ts";

/** How a state begins that the bridge sealed. Cognito's are base64, in which there is no full stop. */
export const SEALED_STATE_PREFIX = "c2d1.";

const BEGUN_AT_COGNITO: Decision = { to: "cognito", reason: "begun-at-cognito", origin: "cognito" };
const AMBIGUOUS: Decision = { to: "cognito", reason: "form-ambiguous", origin: "unknown" };

/** A response of an OIDC provider: the bridge's own when its state is, and Cognito's otherwise. */
export function decideOidcResponse(parameters: string): Decision {
  // Most are Cognito's, and need no reading.
  if (!parameters.includes(SEALED_STATE_PREFIX)) return BEGUN_AT_COGNITO;
  const states = readForm(parameters)?.fields.get("state");
  if (states === undefined || states.length > 1) return AMBIGUOUS;
  const state = decodeValue(states[0] ?? "");
  if (state === undefined) return AMBIGUOUS;
  if (!state.startsWith(SEALED_STATE_PREFIX)) return BEGUN_AT_COGNITO;
  return { to: "oidc-call-back", reason: "sealed-state", origin: "descope", sealedState: state };
}
