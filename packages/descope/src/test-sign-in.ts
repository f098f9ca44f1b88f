import { inflateRawSync } from "node:zlib";
import type { AbortableOptions, SsoPlace, TestSamlRequest, TestSignIn } from "@cognito-to-descope/core";
import { translateFailure, vendorCodeOf } from "./errors.ts";
import type { ManagementClient } from "./management-client.ts";
import { text } from "./sso-wire.ts";

const PATH = "/v1/auth/saml/authorize";

/** Largest request that is unpacked, in bytes. */
const MAX_REQUEST = 64 * 1024;

/** Parameters that say who asks for what. `state`, `nonce` and `code_challenge` stay out. */
const TELLING = ["client_id", "identity_provider", "redirect_uri", "response_type", "scope"] as const;

/** Begins a sign-in that is marked as a test, and reads where it would lead. */
export async function startTest(
  client: ManagementClient,
  { tenantId, ssoId }: SsoPlace,
  options: AbortableOptions,
): Promise<TestSignIn> {
  const operation = `POST ${PATH}`;
  const queryParams = { tenant: tenantId, test: "true", ...(ssoId === "" ? {} : { ssoId }) };
  const response = await client.run((sdk) => sdk.httpClient.post(PATH, {}, { queryParams }), options);
  const body: unknown = await response.json();
  if (!response.ok) {
    throw translateFailure({ kind: "refused", operation, status: response.status, vendorCode: vendorCodeOf(body) });
  }
  const address = text((body as { readonly url?: unknown }).url);
  if (!URL.canParse(address)) {
    throw translateFailure({ kind: "unexpected", operation, reason: "answered without an address" });
  }
  const url = new URL(address);
  const encoded = url.searchParams.get("SAMLRequest");
  const samlRequest = encoded === null ? undefined : readSamlRequest(encoded, url.searchParams.has("Signature"));
  const parameters = TELLING.flatMap((name) => {
    const value = url.searchParams.get(name);
    return value === null ? [] : [[name, value] as const];
  });
  return {
    address: `${url.origin}${url.pathname}`,
    parameters: Object.fromEntries(parameters),
    ...(samlRequest === undefined ? {} : { samlRequest }),
  };
}

/**
 * What a request of the HTTP-Redirect binding says (SAML bindings, 3.4.4.1: deflated, base64). Read by its few attributes and
 * not by an XML parser: it is Descope's own, and only compared.
 */
function readSamlRequest(encoded: string, isSigned: boolean): TestSamlRequest | undefined {
  let xml: string;
  try {
    xml = inflateRawSync(Buffer.from(encoded, "base64"), { maxOutputLength: MAX_REQUEST }).toString("utf8");
  } catch {
    return undefined;
  }
  const [, tag] = /<(?:[\w.-]+:)?AuthnRequest\b([^>]*)>/.exec(xml) ?? [];
  if (tag === undefined) return undefined;
  const attribute = (name: string): string => unescapeXml(new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1] ?? "");
  const issuer = /<(?:[\w.-]+:)?Issuer\b[^>]*>([^<]*)</.exec(xml)?.[1] ?? "";
  return {
    destination: attribute("Destination"),
    issuer: unescapeXml(issuer).trim(),
    acsUrl: attribute("AssertionConsumerServiceURL"),
    isSigned: isSigned || /<(?:[\w.-]+:)?SignatureValue\b/.test(xml),
  };
}

function unescapeXml(value: string): string {
  return value
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&apos;", "'")
    .replaceAll("&amp;", "&");
}
