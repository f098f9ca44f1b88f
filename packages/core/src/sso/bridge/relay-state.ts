import { decodeValue, readForm } from "./form.ts";

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
  /** The Cognito form with a parameter twice, or one that cannot be decoded: whoever reads it may read another one. */
  | { readonly form: "ambiguous" };

/** Tells the forms apart. */
export function readRelayState(text: string): RelayState {
  if (text === "") return { form: "empty" };
  if (text.startsWith("s/")) return { form: "descope" };
  if (!text.includes("=")) return { form: "other" };
  const fields = readForm(text)?.fields;
  if (fields === undefined || (!fields.has("identity_provider") && !fields.has("idp_identifier")))
    return { form: "other" };
  let ambiguous = false;
  const only = (name: string): string | undefined => {
    const values = fields.get(name);
    if (values === undefined) return undefined;
    const value = values.length === 1 ? decodeValue(values[0] ?? "") : undefined;
    if (value === undefined) ambiguous = true;
    return value;
  };
  const named = {
    form: "identity-provider",
    providerName: only("identity_provider"),
    identifier: only("idp_identifier"),
    clientId: only("client_id"),
    redirectUri: only("redirect_uri"),
  } as const;
  return ambiguous ? { form: "ambiguous" } : named;
}
