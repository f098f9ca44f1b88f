import { createHash, X509Certificate } from "node:crypto";
import type { SamlCertificate } from "@cognito-to-descope/core";

/** Longest base64 of a certificate that is looked at. */
const MAX_CHARACTERS = 20_000;

/** Reads a certificate from the base64 in metadata, with or without line breaks and PEM lines; undefined when it is none. */
export function readCertificate(text: string): SamlCertificate | undefined {
  const base64 = text.replace(/-----[A-Z ]+-----/g, "").replace(/\s+/g, "");
  if (base64.length === 0 || base64.length > MAX_CHARACTERS || !/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return undefined;
  try {
    const certificate = new X509Certificate(Buffer.from(base64, "base64"));
    const notBefore = Date.parse(certificate.validFrom);
    const notAfter = Date.parse(certificate.validTo);
    if (Number.isNaN(notBefore) || Number.isNaN(notAfter)) return undefined;
    const lines = certificate.raw
      .toString("base64")
      .replace(/(.{64})/g, "$1\n")
      .trimEnd();
    return {
      pem: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----`,
      fingerprint: createHash("sha256").update(certificate.raw).digest("hex"),
      notBefore,
      notAfter,
    };
  } catch {
    return undefined;
  }
}
