import type { BridgeConfig, BridgeConnection, BridgeHost } from "./bridge-config.ts";
import { type ConnectionModes, modeOf } from "./connection-mode.ts";
import type { BridgeRequest, Decision, DecisionFacts, DecisionReason, SignInOrigin } from "./decision.ts";
import { decodeValue, readForm } from "./form.ts";
import { peekIssuerOfForm } from "./peek-issuer.ts";
import { readRelayState, type RelayState } from "./relay-state.ts";

/**
 * A response of a SAML provider, by its relay state:
 *
 * 1. `s/…` – Descope began the sign-in, so Descope gets the response, in every mode.
 * 2. Cognito's form for sign-ins that begin at the provider – by the connection that it names, and that the issuer
 *    confirms.
 * 3. none – by the issuer.
 * 4. anything else – Cognito began it.
 */
export function decideSamlResponse(
  request: BridgeRequest,
  host: BridgeHost,
  config: BridgeConfig,
  modes: ConnectionModes,
): Decision {
  const form = request.body === undefined ? undefined : readForm(request.body);
  const responses = form?.fields.get("SAMLResponse");
  const relayStates = form?.fields.get("RelayState") ?? [""];
  // A relay state in the query is one that Cognito does not read, and that others may prefer.
  const unread = request.query !== "" && /(?:^|&)(?:SAMLResponse|RelayState|[^&=]*%)/i.test(request.query);
  const relayStateText = relayStates.length === 1 ? decodeValue(relayStates[0] ?? "") : undefined;
  if (responses?.length !== 1 || responses[0] === "" || relayStateText === undefined || unread) {
    return { to: "cognito", reason: "form-ambiguous", origin: "unknown" };
  }
  const issuer = peekIssuerOfForm(responses[0] ?? "");
  const relayState = readRelayState(relayStateText);
  const sameIssuer = issuer === undefined ? [] : (host.byIssuer.get(issuer) ?? []);
  const claimed = issuer === undefined ? {} : { issuer };
  const only = sameIssuer.length === 1 ? sameIssuer[0] : undefined;
  const known: Omit<DecisionFacts, "reason"> =
    only === undefined ? claimed : { ...claimed, connection: only, mode: modeOf(modes, only.key) };

  switch (relayState.form) {
    case "descope":
      return {
        to: "descope",
        reason: "begun-at-descope",
        origin: "descope",
        ...known,
        // The state says everything. A tenant beside it could only contradict it.
        target: config.acsTarget,
        withoutRelayState: false,
      };
    case "other":
      return { to: "cognito", reason: "begun-at-cognito", origin: "cognito", ...known };
    case "ambiguous":
      return { to: "cognito", reason: "form-ambiguous", origin: "unknown", ...known };
    case "empty": {
      if (issuer === undefined) return stay("issuer-unreadable", "identity-provider", known);
      if (only === undefined) return stay("issuer-unknown", "identity-provider", known);
      return byMode("known-issuer", only, modes, claimed);
    }
    case "identity-provider": {
      const named = namedConnection(relayState, host);
      if (named === undefined) return stay("connection-unknown", "identity-provider", known);
      if (issuer !== undefined && !sameIssuer.includes(named)) {
        const reason = sameIssuer.length === 0 ? "issuer-unknown" : "issuer-differs";
        return stay(reason, "identity-provider", about(named, modes, claimed));
      }
      if (!isAllowed(relayState, host)) {
        return stay("redirect-not-allowed", "identity-provider", about(named, modes, claimed));
      }
      return byMode("named-connection", named, modes, claimed);
    }
    default:
      return relayState satisfies never;
  }
}

function about(
  connection: BridgeConnection,
  modes: ConnectionModes,
  claimed: { readonly issuer?: string },
): Omit<DecisionFacts, "reason"> {
  return { ...claimed, connection, mode: modeOf(modes, connection.key) };
}

function stay(reason: DecisionReason, origin: SignInOrigin, known: Omit<DecisionFacts, "reason">): Decision {
  return { to: "cognito", reason, origin, ...known };
}

type NamingRelayState = Extract<RelayState, { readonly form: "identity-provider" }>;

/** The SAML connection that the relay state names: by its name, its identifier, or both if they agree. */
function namedConnection(relayState: NamingRelayState, host: BridgeHost): BridgeConnection | undefined {
  const { providerName, identifier } = relayState;
  const byName = providerName === undefined ? undefined : host.byName.get(providerName);
  const byIdentifier = identifier === undefined ? undefined : host.byIdentifier.get(identifier);
  if (providerName !== undefined && identifier !== undefined && byName !== byIdentifier) return undefined;
  const named = byName ?? byIdentifier;
  return named?.protocol === "saml" ? named : undefined;
}

/** Cognito refuses what the app client does not allow. Descope is told no address, so it must not be less strict. */
function isAllowed({ clientId, redirectUri }: NamingRelayState, host: BridgeHost): boolean {
  const allowed = clientId === undefined ? undefined : host.callbackUrls.get(clientId);
  return allowed !== undefined && (redirectUri === undefined || allowed.has(redirectUri));
}

function byMode(
  reason: DecisionReason,
  connection: BridgeConnection,
  modes: ConnectionModes,
  claimed: { readonly issuer?: string },
): Decision {
  const known = about(connection, modes, claimed);
  if (connection.tenantId === "") return stay("not-bridged", "identity-provider", known);
  const facts: DecisionFacts = { reason, origin: "identity-provider", ...known };
  if (known.mode === "descope") {
    return { to: "descope", ...facts, target: connection.acsTarget, withoutRelayState: true };
  }
  return known.mode === "log-only" ? { to: "cognito", ...facts, wouldGoTo: "descope" } : { to: "cognito", ...facts };
}
