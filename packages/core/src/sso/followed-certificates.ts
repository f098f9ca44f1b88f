import type { SsoConfiguration } from "./connection-settings.ts";
import type { SamlEntity } from "./saml-metadata.ts";

/**
 * Whether the project has read metadata from its address once, and the provider has changed every certificate since.
 *
 * That Descope reads it again, and when, is documented nowhere. One certificate in common is enough: providers show the next
 * one before they use it.
 */
export function hasStaleCertificates(
  configuration: SsoConfiguration | undefined,
  entity: SamlEntity | undefined,
): boolean {
  const followed = new Set((configuration?.followedCertificates ?? []).map(certificateBody));
  if (followed.size === 0 || entity === undefined || entity.certificates.length === 0) return false;
  return entity.certificates.every(({ pem }) => !followed.has(certificateBody(pem)));
}

/** A certificate without what surrounds it: services give it back with and without its first and last line. */
export function certificateBody(pem: string): string {
  return pem.replace(/-----[A-Z ]+-----/g, "").replace(/\s+/g, "");
}
