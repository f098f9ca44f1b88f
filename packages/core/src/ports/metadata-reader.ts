import type { DiscoveryReading } from "../sso/oidc-endpoints.ts";
import type { MetadataReading } from "../sso/saml-metadata.ts";
import type { AbortableOptions } from "./user-pool-source.ts";

/**
 * Reads what identity providers publish about themselves. What is wrong with it is an answer, not an exception: the other
 * connections go on.
 */
export interface MetadataReader {
  /** Fetches and parses SAML metadata. */
  fetch(url: string, options?: AbortableOptions): Promise<MetadataReading>;
  /** Parses SAML metadata that the pool holds as a file. */
  parse(xml: string): MetadataReading;
  /** Fetches the discovery document of an OIDC provider. */
  discover(issuer: string, options?: AbortableOptions): Promise<DiscoveryReading>;
}
