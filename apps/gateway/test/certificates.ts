// The certificate library asks for it.
import "reflect-metadata";
import { createPrivateKey, randomBytes, webcrypto } from "node:crypto";
import {
  BasicConstraintsExtension,
  cryptoProvider,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  type X509Certificate,
  X509CertificateGenerator,
} from "@peculiar/x509";

cryptoProvider.set(webcrypto as never);

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };

/** A certificate with its key, in PEM. */
export interface IssuedCertificate {
  readonly cert: string;
  readonly key: string;
}

/** A certificate authority of one test. */
export interface CertificateAuthority {
  readonly cert: string;
  /** A certificate for 127.0.0.1. */
  issue(commonName: string): Promise<IssuedCertificate>;
}

/** Makes an authority with certificates that are good for a day. */
export async function createAuthority(commonName: string): Promise<CertificateAuthority> {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
  const notBefore = new Date(Date.now() - 60_000);
  const notAfter = new Date(Date.now() + 86_400_000);
  const times = { notBefore, notAfter, signingAlgorithm: ALGORITHM };
  const name = `CN=${commonName}`;
  const authority = await X509CertificateGenerator.createSelfSigned({
    ...times,
    serialNumber: serial(),
    name,
    keys: keys as never,
    extensions: [new BasicConstraintsExtension(true), new KeyUsagesExtension(KeyUsageFlags.keyCertSign, true)],
  });
  return {
    cert: authority.toString("pem"),
    async issue(subject) {
      const own = await webcrypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
      const certificate: X509Certificate = await X509CertificateGenerator.create({
        ...times,
        serialNumber: serial(),
        subject: `CN=${subject}`,
        issuer: name,
        publicKey: own.publicKey as never,
        signingKey: keys.privateKey as never,
        extensions: [new SubjectAlternativeNameExtension([{ type: "ip", value: "127.0.0.1" }])],
      });
      const der = Buffer.from(await webcrypto.subtle.exportKey("pkcs8", own.privateKey));
      const key = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
      return { cert: certificate.toString("pem"), key: key.export({ type: "pkcs8", format: "pem" }).toString() };
    },
  };
}

function serial(): string {
  // A positive number without a leading zero.
  const bytes = randomBytes(16);
  bytes[0] = (bytes.readUInt8(0) & 0x7f) | 0x40;
  return bytes.toString("hex");
}
