/** Makes self-signed X.509 certificates, for identity providers in tests. */

import { generateKeyPairSync, sign } from "node:crypto";

function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size =
    length < 128
      ? Buffer.from([length])
      : length < 256
        ? Buffer.from([0x81, length])
        : Buffer.from([0x82, length >> 8, length & 0xff]);
  return Buffer.concat([Buffer.from([tag]), size, content]);
}

const sequence = (...parts: readonly Buffer[]): Buffer => der(0x30, ...parts);
const sha256WithRsa = sequence(Buffer.from("06092a864886f70d01010b", "hex"), der(0x05));

function name(commonName: string): Buffer {
  const attribute = sequence(Buffer.from("0603550403", "hex"), der(0x0c, Buffer.from(commonName)));
  return sequence(der(0x31, attribute));
}

/** A key and its certificate, good from 2020 to 2049, or until another time as X.509 writes it. */
export function makeCertificate(
  commonName: string,
  until = "491231000000Z",
): { readonly privateKey: string; readonly certificate: string } {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const validity = sequence(der(0x17, Buffer.from("200101000000Z")), der(0x17, Buffer.from(until)));
  const toBeSigned = sequence(
    der(0x02, Buffer.from([1])),
    sha256WithRsa,
    name(commonName),
    validity,
    name(commonName),
    publicKey.export({ type: "spki", format: "der" }),
  );
  const signature = der(0x03, Buffer.from([0]), sign("sha256", toBeSigned, privateKey));
  const base64 = sequence(toBeSigned, sha256WithRsa, signature).toString("base64");
  return {
    privateKey: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    certificate: `-----BEGIN CERTIFICATE-----\n${base64.replaceAll(/(.{64})(?!$)/g, "$1\n")}\n-----END CERTIFICATE-----`,
  };
}
