/**
 * Reads what identity providers publish about themselves: SAML metadata and OIDC discovery documents.
 *
 * Both come from strangers, so nothing in them is followed or expanded: no document types, no entities, no private
 * addresses. What is relied on is in `facts.md`.
 *
 * @module
 */
export { createMetadataReader } from "./metadata-reader.ts";
export type { MetadataReaderOptions } from "./metadata-reader.ts";
