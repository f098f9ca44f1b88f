/** One signing certificate of a SAML identity provider. */
export interface SamlCertificate {
  /** The certificate in PEM. */
  readonly pem: string;
  /** SHA-256 of the certificate in lower-case hexadecimal: what tells certificates apart. */
  readonly fingerprint: string;
  /** Epoch milliseconds. */
  readonly notBefore: number;
  /** Epoch milliseconds. */
  readonly notAfter: number;
}

/** An address of a SAML service. */
export interface SamlEndpoint {
  readonly binding: "redirect" | "post" | "other";
  readonly url: string;
}

/** One SAML identity provider, as its metadata describes it. */
export interface SamlEntity {
  readonly entityId: string;
  readonly signOn: readonly SamlEndpoint[];
  readonly signOut: readonly SamlEndpoint[];
  /** In the order of the metadata, each once. */
  readonly certificates: readonly SamlCertificate[];
  /** How many certificates of the metadata could not be read. */
  readonly unreadableCertificates: number;
  /** The provider says that it takes signed requests only. */
  readonly wantsSignedRequests: boolean;
  readonly nameIdFormats: readonly string[];
  /** Epoch milliseconds, where the metadata says until when it counts. */
  readonly validUntil?: number;
}

/** What went wrong with metadata. */
export type MetadataProblem =
  /** The address is not one that may be asked: not https, or of a private network. */
  | "address-refused"
  /** Nobody answered, or the answer was no success. */
  | "unreachable"
  /** The answer is larger than metadata is. */
  | "too-large"
  /** A document type or an entity declaration: refused unread. */
  | "has-dtd"
  /** Not XML, nested too deep, or not SAML metadata. */
  | "malformed"
  /** Metadata, but of no identity provider. */
  | "no-provider";

/** Metadata that was read, or why it could not be. */
export type MetadataReading =
  | { readonly entities: readonly [SamlEntity, ...SamlEntity[]] }
  | { readonly problem: MetadataProblem; /** Without the document's text. */ readonly detail: string };

/** The entity that a pool means: the only one, or the one whose sign-on address the pool uses. */
export function entityOf(reading: MetadataReading | undefined, signOnUrl: string | undefined): SamlEntity | undefined {
  if (reading === undefined || !("entities" in reading)) return undefined;
  const { entities } = reading;
  if (entities.length === 1 || signOnUrl === undefined) return entities[0];
  return entities.find(({ signOn }) => signOn.some(({ url }) => url === signOnUrl)) ?? entities[0];
}

/** Where sign-ins begin: the address for redirects, which is how Descope sends requests, or else the first one. */
export function signOnUrlOf(entity: SamlEntity): string | undefined {
  return (entity.signOn.find(({ binding }) => binding === "redirect") ?? entity.signOn[0])?.url;
}

/** Certificates in the order of their use: those that count now first, the one that lasts longest before all. */
export function byUse(certificates: readonly SamlCertificate[], now: number): readonly SamlCertificate[] {
  const counts = ({ notBefore, notAfter }: SamlCertificate): number => (notBefore <= now && now < notAfter ? 1 : 0);
  return [...certificates].sort((a, b) => counts(b) - counts(a) || b.notAfter - a.notAfter);
}
