import type { IdentityProvider } from "../pool/pool-snapshot.ts";
import type { ConnectionClass, ConnectionProtocol } from "./connection.ts";
import type { PoolConnections } from "./pool-connections.ts";
import type { SamlEntity } from "./saml-metadata.ts";

/** Something that somebody must do before a connection works in the project. */
export interface ConnectionAction {
  readonly who: "you" | "the provider's administrator" | "the owner of the OAuth application";
  readonly what: string;
}

/** What moving a connection takes, and why. */
export interface Classification {
  readonly class: ConnectionClass;
  /** One sentence each, in lower case. */
  readonly reasons: readonly string[];
  /** How likely a sign-in fails after the cut-over although every check before it passed. */
  readonly risk: "low" | "medium" | "high";
  readonly actions: readonly ConnectionAction[];
}

/** What each class means, in a few words. */
export const CONNECTION_CLASSES: Readonly<Record<ConnectionClass, string>> = {
  A: "SAML over the bridge",
  B: "SAML over the bridge, sign-out needs a look",
  C: "SAML over the bridge, a test must show whether unsigned requests are taken",
  D: "SAML with encrypted assertions: the provider's administrator acts",
  E: "OIDC over the bridge",
  F: "no custom domain: Cognito stays upstream, or the provider's administrator acts",
  G: "social provider of the whole project",
};

/** The protocol of a provider by Cognito's type; undefined for a type that is not known. */
export function protocolOf(type: string): ConnectionProtocol | undefined {
  if (type === "SAML") return "saml";
  if (type === "OIDC") return "oidc";
  return ["Google", "Facebook", "LoginWithAmazon", "SignInWithApple"].includes(type) ? "social" : undefined;
}

/** Whether a detail that Cognito keeps as text is switched on. */
export function isOn(provider: Pick<IdentityProvider, "details">, detail: string): boolean {
  return provider.details[detail]?.toLowerCase() === "true";
}

const BRIDGE: ConnectionAction = { who: "you", what: "put the bridge on the pool's custom domain, one DNS change" };

/** Says what moving a connection takes. */
export function classifyConnection(
  provider: IdentityProvider,
  pool: Pick<PoolConnections, "customDomain" | "prefixHost">,
  entity?: SamlEntity,
): Classification {
  const protocol = protocolOf(provider.type);
  if (protocol === "social") return social();
  if (protocol === "oidc") return pool.customDomain === undefined ? withoutDomain(pool, "oidc") : overShim();
  const notes = samlNotes(provider);
  if (isOn(provider, "EncryptedResponses")) {
    return {
      class: "D",
      reasons: ["assertions are encrypted to a key that never leaves Cognito: nobody else can read them", ...notes],
      risk: "high",
      actions: [
        {
          who: "the provider's administrator",
          what: "switch the encryption of assertions off, or change its certificate",
        },
        pool.customDomain === undefined ? NEW_ACS : BRIDGE,
      ],
    };
  }
  if (pool.customDomain === undefined) {
    const classified = withoutDomain(pool, "saml");
    return { ...classified, reasons: [...classified.reasons, ...notes] };
  }
  if ((provider.details["RequestSigningAlgorithm"] ?? "") !== "") {
    const insists = entity?.wantsSignedRequests === true;
    return {
      class: "C",
      reasons: ["Cognito signs its requests with a key that never leaves it", signedRequestsNote(entity), ...notes],
      risk: insists || entity === undefined ? "high" : "medium",
      actions: [
        BRIDGE,
        { who: "you", what: "sign in once as a test before the cut-over" },
        ...(insists
          ? [{ who: "the provider's administrator" as const, what: "trust Descope's signing certificate" }]
          : []),
      ],
    };
  }
  if (isOn(provider, "IDPSignout")) {
    return {
      class: "B",
      reasons: [
        "the provider signs users out at Cognito's /saml2/logout, which only Cognito answers",
        ...unread(entity),
        ...notes,
      ],
      risk: entity === undefined ? "medium" : "low",
      actions: [BRIDGE, { who: "you", what: "tell the customer that single logout ends with the pool" }],
    };
  }
  return {
    class: "A",
    reasons: [
      "the provider posts to the pool's custom domain, unencrypted, and Cognito does not sign its requests",
      ...unread(entity),
      ...notes,
    ],
    risk: entity === undefined ? "medium" : "low",
    actions: [BRIDGE],
  };
}

/** What the metadata says of signed requests, and nothing where nobody could read it. */
function signedRequestsNote(entity: SamlEntity | undefined): string {
  if (entity === undefined) return `${UNREAD}, so nobody knows whether it takes unsigned requests`;
  return entity.wantsSignedRequests
    ? "the provider's metadata says that it takes signed requests only"
    : "the provider's metadata does not ask for signed requests, so it may take unsigned ones";
}

const UNREAD = "the provider's metadata could not be read";

function unread(entity: SamlEntity | undefined): readonly string[] {
  return entity === undefined ? [`${UNREAD}: see the findings`] : [];
}

const NEW_ACS: ConnectionAction = {
  who: "the provider's administrator",
  what: "enter Descope's address as the one that responses go to",
};

function samlNotes(provider: IdentityProvider): readonly string[] {
  return isOn(provider, "IDPInit")
    ? ["sign-ins may begin at the provider: the bridge finds their tenant by the relay state or the issuer"]
    : [];
}

function social(): Classification {
  return {
    class: "G",
    reasons: ["a social provider belongs to the whole project, and its application trusts one address of Cognito"],
    risk: "low",
    actions: [{ who: "the owner of the OAuth application", what: "add Descope's callback beside that of Cognito" }],
  };
}

function overShim(): Classification {
  return {
    class: "E",
    reasons: ["the provider knows one redirect URI, on the pool's custom domain: the bridge translates it"],
    risk: "medium",
    actions: [BRIDGE],
  };
}

function withoutDomain(pool: Pick<PoolConnections, "prefixHost">, protocol: "saml" | "oidc"): Classification {
  return {
    class: "F",
    reasons: [
      pool.prefixHost === undefined
        ? "the pool has no domain at all, so nobody signs in through this connection today"
        : "the pool has no domain of your own: its address belongs to AWS and cannot be pointed elsewhere",
    ],
    risk: "medium",
    actions: [
      {
        who: "you",
        what: "let the tenant sign in through Cognito as its OIDC provider for the time being (`sso.upstreamClient`)",
      },
      protocol === "saml"
        ? { ...NEW_ACS, what: `or ${NEW_ACS.what}` }
        : { who: "the provider's administrator", what: "or add Descope's callback as a redirect URI" },
    ],
  };
}
