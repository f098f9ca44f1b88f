/** Reads the metadata of SAML identity providers, and writes that of the service. */

import { DOMParser } from "@xmldom/xmldom";

import { invalid } from "../refusal.ts";

/** What a metadata document says of an identity provider. */
export interface IdpMetadata {
  readonly entityId: string;
  readonly ssoUrl: string;
  /** Base64 of each signing certificate. */
  readonly certificates: readonly string[];
}

const metadataNamespace = "urn:oasis:names:tc:SAML:2.0:metadata";
const signatureNamespace = "http://www.w3.org/2000/09/xmldsig#";
const redirectBinding = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect";
const mostBytes = 1024 * 1024;
const fetchTimeoutMs = 5000;

/** @throws Refusal when the document is no metadata of an identity provider. */
export function parseIdpMetadata(xml: string): IdpMetadata {
  if (/<!(DOCTYPE|ENTITY)/i.test(xml)) throw invalid("The metadata must not have a DTD");
  const document = parseXml(xml);
  const descriptor = document?.getElementsByTagNameNS(metadataNamespace, "IDPSSODescriptor")[0];
  const entity = document?.getElementsByTagNameNS(metadataNamespace, "EntityDescriptor")[0];
  if (descriptor === undefined || entity === undefined) throw invalid("The metadata has no identity provider");
  const services = [...elements(descriptor, metadataNamespace, "SingleSignOnService")];
  const service = services.find((one) => one.getAttribute("Binding") === redirectBinding) ?? services[0];
  const certificates: string[] = [];
  for (const key of elements(descriptor, metadataNamespace, "KeyDescriptor")) {
    if (key.getAttribute("use") === "encryption") continue;
    for (const one of elements(key, signatureNamespace, "X509Certificate"))
      certificates.push((one.textContent ?? "").replaceAll(/\s/g, ""));
  }
  const ssoUrl = service?.getAttribute("Location") ?? "";
  if (ssoUrl === "" || certificates.length === 0)
    throw invalid("The metadata has no sign-on address or no signing certificate");
  return { entityId: entity.getAttribute("entityID") ?? "", ssoUrl, certificates };
}

/** @throws Refusal when the address cannot be read or is no metadata. */
export async function fetchIdpMetadata(url: string): Promise<IdpMetadata> {
  let text: string;
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(fetchTimeoutMs) });
    if (!response.ok) throw new Error(`status ${response.status}`);
    text = await response.text();
  } catch {
    throw invalid("The metadata cannot be read from its address");
  }
  if (text.length > mostBytes) throw invalid("The metadata is too large");
  return parseIdpMetadata(text);
}

/** The issuer that a SAML response names. A hint only: nothing is verified here. */
export function unverifiedIssuer(xml: string): string | undefined {
  if (/<!(DOCTYPE|ENTITY)/i.test(xml)) return undefined;
  const issuer = parseXml(xml)?.getElementsByTagNameNS("urn:oasis:names:tc:SAML:2.0:assertion", "Issuer")[0];
  return issuer?.textContent?.trim();
}

/** The metadata of the service for one connection. */
export function writeSpMetadata(entityId: string, acsUrl: string): string {
  const escape = (text: string): string =>
    text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
  return (
    `<?xml version="1.0"?><EntityDescriptor xmlns="${metadataNamespace}" entityID="${escape(entityId)}">` +
    '<SPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol" WantAssertionsSigned="true">' +
    `<AssertionConsumerService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="${escape(acsUrl)}" index="1"/>` +
    "</SPSSODescriptor></EntityDescriptor>"
  );
}

type XmlElement = ReturnType<ReturnType<DOMParser["parseFromString"]>["getElementsByTagNameNS"]>[number];

function* elements(of: XmlElement, namespace: string, name: string): IterableIterator<XmlElement> {
  const found = of.getElementsByTagNameNS(namespace, name);
  for (let i = 0; i < found.length; i += 1) {
    const element = found[i];
    if (element !== undefined) yield element;
  }
}

function parseXml(xml: string): ReturnType<DOMParser["parseFromString"]> | undefined {
  try {
    const silent = (): void => undefined;
    return new DOMParser({
      errorHandler: {
        warning: silent,
        error: silent,
        fatalError: (text: string) => {
          throw new TypeError(text);
        },
      },
    }).parseFromString(xml, "text/xml");
  } catch {
    return undefined;
  }
}
