import type { MetadataReading, SamlCertificate, SamlEndpoint, SamlEntity } from "@cognito-to-descope/core";
import { elementsOf, parseXml, type XmlElement } from "./parse-xml.ts";
import { readCertificate } from "./read-certificate.ts";

const METADATA = "urn:oasis:names:tc:SAML:2.0:metadata";
const SIGNATURE = "http://www.w3.org/2000/09/xmldsig#";
const BINDINGS: Readonly<Record<string, SamlEndpoint["binding"]>> = {
  "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect": "redirect",
  "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST": "post",
};
/** The longest entity ID that the SAML metadata specification allows, section 2.2.1. */
const MAX_ENTITY_ID = 1024;
const MAX_ENTITIES = 5000;

/** Reads SAML metadata: one provider, or all of a federation's. Its signature is not looked at: the address is trusted. */
export function parseMetadata(xml: string): MetadataReading {
  if (xml.trim() === "") return { problem: "malformed", detail: "it is empty" };
  const parsed = parseXml(xml);
  if ("problem" in parsed) return parsed;
  const entities: SamlEntity[] = [];
  for (const element of elementsOf(parsed.document, METADATA, "EntityDescriptor").slice(0, MAX_ENTITIES)) {
    const entity = readEntity(element);
    if (entity !== undefined) entities.push(entity);
  }
  const [first, ...rest] = entities;
  return first === undefined
    ? { problem: "no-provider", detail: "it describes no identity provider" }
    : { entities: [first, ...rest] };
}

function readEntity(element: XmlElement): SamlEntity | undefined {
  const entityId = (element.getAttribute("entityID") ?? "").trim();
  const [descriptor] = elementsOf(element, METADATA, "IDPSSODescriptor");
  if (descriptor === undefined || entityId === "" || entityId.length > MAX_ENTITY_ID) return undefined;
  const certificates = new Map<string, SamlCertificate>();
  let unreadableCertificates = 0;
  for (const key of elementsOf(descriptor, METADATA, "KeyDescriptor")) {
    if (key.getAttribute("use") === "encryption") continue;
    for (const { textContent } of elementsOf(key, SIGNATURE, "X509Certificate")) {
      const certificate = readCertificate(textContent ?? "");
      if (certificate === undefined) unreadableCertificates += 1;
      else certificates.set(certificate.fingerprint, certificate);
    }
  }
  const until = earliest(element.getAttribute("validUntil"), descriptor.getAttribute("validUntil"));
  return {
    entityId,
    signOn: endpoints(descriptor, "SingleSignOnService"),
    signOut: endpoints(descriptor, "SingleLogoutService"),
    certificates: [...certificates.values()],
    unreadableCertificates,
    wantsSignedRequests: ["true", "1"].includes((descriptor.getAttribute("WantAuthnRequestsSigned") ?? "").trim()),
    nameIdFormats: elementsOf(descriptor, METADATA, "NameIDFormat")
      .map(({ textContent }) => (textContent ?? "").trim())
      .filter((format) => format !== ""),
    ...(until === undefined ? {} : { validUntil: until }),
  };
}

function endpoints(of: XmlElement, name: string): readonly SamlEndpoint[] {
  return elementsOf(of, METADATA, name).flatMap((element) => {
    const url = (element.getAttribute("Location") ?? "").trim();
    const scheme = URL.canParse(url) ? new URL(url).protocol : "";
    return scheme === "https:" || scheme === "http:"
      ? [{ binding: BINDINGS[element.getAttribute("Binding") ?? ""] ?? ("other" as const), url }]
      : [];
  });
}

function earliest(...times: readonly (string | null)[]): number | undefined {
  const known = times.map((time) => Date.parse(time ?? "")).filter((time) => !Number.isNaN(time));
  return known.length === 0 ? undefined : Math.min(...known);
}
