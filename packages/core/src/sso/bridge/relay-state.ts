/** What the `RelayState` of a SAML response says of who began the sign-in. */
export type RelayState =
  /** Descope: it begins its own with `s/`. */
  | { readonly form: "descope" }
  /** The identity provider, in the form that Cognito asks for: who is named, for which client, and where to go then. */
  | {
      readonly form: "identity-provider";
      readonly providerName: string | undefined;
      readonly identifier: string | undefined;
      readonly clientId: string | undefined;
      readonly redirectUri: string | undefined;
    }
  /** The identity provider, without a word. */
  | { readonly form: "empty" }
  /** Anything else is Cognito's: its own is opaque. */
  | { readonly form: "other" }
  /** The Cognito form with a parameter twice: whoever reads it may read another one. */
  | { readonly form: "ambiguous" };

const READ: readonly string[] = ["identity_provider", "idp_identifier", "client_id", "redirect_uri"];

/** Tells the forms apart. */
export function readRelayState(text: string): RelayState {
  if (text === "") return { form: "empty" };
  if (text.startsWith("s/")) return { form: "descope" };
  if (!text.includes("=")) return { form: "other" };
  const query = new URLSearchParams(text);
  const providerName = query.get("identity_provider") ?? undefined;
  const identifier = query.get("idp_identifier") ?? undefined;
  if (providerName === undefined && identifier === undefined) return { form: "other" };
  if (READ.some((name) => query.getAll(name).length > 1)) return { form: "ambiguous" };
  return {
    form: "identity-provider",
    providerName,
    identifier,
    clientId: query.get("client_id") ?? undefined,
    redirectUri: query.get("redirect_uri") ?? undefined,
  };
}
