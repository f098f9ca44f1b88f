import * as samlify from "samlify";
import { makeCertificate } from "../../sandbox/test/descope/self-signed-certificate.ts";

const BINDINGS = "urn:oasis:names:tc:SAML:2.0:bindings";

/** Certificates of two keys: making one takes longer than most tests. */
export const certificates: readonly [string, string] = [
  makeCertificate("one.example").certificate,
  makeCertificate("two.example").certificate,
];

const key = makeCertificate("key.example").privateKey;

/** Metadata as samlify writes it, of a provider with both bindings and one or more certificates. */
export function metadataOf(entityId: string, signing: readonly string[] = [certificates[0]]): string {
  return samlify
    .IdentityProvider({
      entityID: entityId,
      privateKey: key,
      signingCert: [...signing],
      encryptCert: certificates[1],
      wantAuthnRequestsSigned: true,
      nameIDFormat: ["urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"],
      singleSignOnService: [
        { Binding: `${BINDINGS}:HTTP-POST`, Location: `${entityId}/post` },
        { Binding: `${BINDINGS}:HTTP-Redirect`, Location: `${entityId}/redirect?a=1&b=2` },
      ],
      singleLogoutService: [{ Binding: `${BINDINGS}:HTTP-Redirect`, Location: `${entityId}/logout` }],
    })
    .getMetadata();
}

/** The document inside a federation's, without its own declaration. */
export function federationOf(...documents: readonly string[]): string {
  const inner = documents.map((document) => document.replace(/^<\?xml[^>]*\?>/, "")).join("");
  return `<EntitiesDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata">${inner}</EntitiesDescriptor>`;
}
