import type { ReadConnection } from "./read-connection.ts";
import type { ConnectionFinding } from "./sso-plan.ts";
import type { MetadataProblem } from "./saml-metadata.ts";
import type { FindingRule } from "../findings/rules.ts";

/** How long before its end a certificate is worth a word, in milliseconds: 30 days. */
export const CERTIFICATE_WARNING_MS: number = 30 * 86_400_000;

const CLASS_FINDINGS: Readonly<Partial<Record<string, FindingRule>>> = {
  B: "sso-single-logout",
  C: "sso-signed-requests",
  D: "sso-encrypted-responses",
  F: "sso-no-domain",
};

const METADATA_FINDINGS: Readonly<Record<MetadataProblem, FindingRule>> = {
  "address-refused": "sso-metadata-unreachable",
  unreachable: "sso-metadata-unreachable",
  "too-large": "sso-metadata-unreadable",
  "has-dtd": "sso-metadata-unreadable",
  malformed: "sso-metadata-unreadable",
  "no-provider": "sso-metadata-unreadable",
};

/** What is to be known about a connection by itself: its class, its metadata, its certificates. */
export function connectionFindings(read: ReadConnection, now: number): readonly ConnectionFinding[] {
  const findings: ConnectionFinding[] = [];
  const ofClass = CLASS_FINDINGS[read.connection.class];
  if (ofClass !== undefined) findings.push({ rule: ofClass });
  if (read.discoveryProblem !== undefined)
    findings.push({ rule: "sso-discovery-failed", detail: read.discoveryProblem });
  const { metadata, entity } = read;
  if (metadata !== undefined && "problem" in metadata) {
    findings.push({ rule: METADATA_FINDINGS[metadata.problem], detail: metadata.detail });
  }
  if (metadata !== undefined && "entities" in metadata && metadata.entities.length > 1) {
    findings.push({ rule: "sso-metadata-several", detail: `${metadata.entities.length} providers` });
  }
  if (entity === undefined) return findings;
  if (entity.validUntil !== undefined && entity.validUntil <= now) {
    findings.push({ rule: "sso-metadata-expired", detail: isoDay(entity.validUntil) });
  }
  if (entity.unreadableCertificates > 0) {
    findings.push({
      rule: "sso-certificate-unreadable",
      detail: `${entity.unreadableCertificates} of its certificates`,
    });
  }
  const last = Math.max(...entity.certificates.map(({ notAfter }) => notAfter));
  if (entity.certificates.length > 0 && last <= now) {
    findings.push({ rule: "sso-certificate-expired", detail: isoDay(last) });
  } else if (entity.certificates.length > 0 && last - now < CERTIFICATE_WARNING_MS) {
    findings.push({ rule: "sso-certificate-ending", detail: isoDay(last) });
  }
  return findings;
}

/** Days since 1970 as a date: the core has no clock and no calendar of the platform's. */
export function isoDay(epochMs: number): string {
  // Civil date from days, after Howard Hinnant's algorithm; proleptic Gregorian, UTC.
  const days = Math.floor(epochMs / 86_400_000) + 719_468;
  const era = Math.floor(days / 146_097);
  const dayOfEra = days - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shifted = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * shifted + 2) / 5) + 1;
  const month = shifted < 10 ? shifted + 3 : shifted - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return `${year}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;
}
