/**
 * The key with which a pool signs SAML requests and decrypts responses, and its self-signed X.509 certificate: valid for ten
 * years, as "SAML signing and encryption" of Cognito's developer guide says.
 */

import { X509Certificate, generateKeyPairSync, randomBytes, sign } from "node:crypto";

/** A key with its certificate. */
export interface SamlCertificate {
  /** PKCS #8 in PEM. */
  readonly privateKey: string;
  readonly certificate: X509Certificate;
}

function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

const sequence = (...parts: readonly Buffer[]): Buffer => der(0x30, ...parts);
/** sha256WithRSAEncryption, without parameters. */
const algorithm = sequence(Buffer.from("06092a864886f70d01010b", "hex"), der(0x05));

function distinguishedName(commonName: string): Buffer {
  return sequence(der(0x31, sequence(Buffer.from("0603550403", "hex"), der(0x0c, Buffer.from(commonName)))));
}

/** UTCTime up to 2049, GeneralizedTime from 2050 on (RFC 5280). */
function time(at: number): Buffer {
  const text = new Date(at).toISOString().replace(/[-:T]|\.\d+/g, "");
  return text < "2050" ? der(0x17, Buffer.from(text.slice(2))) : der(0x18, Buffer.from(text));
}

/** Makes a key and a certificate of ten years from a time in milliseconds. */
export function createSamlCertificate(commonName: string, now: number): SamlCertificate {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const serial = randomBytes(16);
  // A positive number without a leading zero.
  serial[0] = (serial.readUInt8(0) & 0x7f) | 0x40;
  const end = new Date(now);
  end.setUTCFullYear(end.getUTCFullYear() + 10);
  const content = sequence(
    der(0xa0, Buffer.from("020102", "hex")),
    der(0x02, serial),
    algorithm,
    distinguishedName(commonName),
    sequence(time(now), time(end.getTime())),
    distinguishedName(commonName),
    publicKey.export({ type: "spki", format: "der" }),
  );
  const signature = der(0x03, Buffer.from([0]), sign("sha256", content, privateKey));
  return {
    privateKey: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    certificate: new X509Certificate(sequence(content, algorithm, signature)),
  };
}

/** The certificate as Cognito answers it: Base64 without PEM's first and last lines. */
export function certificateText({ certificate }: SamlCertificate): string {
  return certificate.raw.toString("base64");
}
