import { X509Certificate } from "node:crypto";
import { createSecureContext, type SecureContextOptions, type TlsOptions } from "node:tls";
import { MigrationError } from "@cognito-to-descope/core";

/** What the server shows of itself, and whom it lets in. All in PEM. */
export interface TlsCertificates {
  /** The server's certificate, followed by those between it and the root. */
  readonly cert: string | Uint8Array;
  readonly key: string | Uint8Array;
  /** Clients must have a certificate that one of these has signed. Without it they need none. */
  readonly clientCa?: string | Uint8Array | undefined;
}

/**
 * What a context is made of. Checked here, because a server that is given a key of another certificate fails at every
 * connection and not before.
 *
 * @throws MigrationError `ERR_USAGE` when the certificates cannot be used together.
 */
export function secureContextOptions({ cert, key, clientCa }: TlsCertificates): SecureContextOptions {
  const options: SecureContextOptions = {
    cert: bytes(cert),
    key: bytes(key),
    minVersion: "TLSv1.2",
    ...(clientCa === undefined ? {} : { ca: bytes(clientCa) }),
  };
  try {
    createSecureContext(options);
    // A CA that is none is passed over in silence, and then no client is let in.
    if (clientCa !== undefined) readCertificate(clientCa);
  } catch (error) {
    throw new MigrationError("ERR_USAGE", "the certificate and the key of the gateway cannot be used together", {
      cause: error,
      suggestion: "name PEM files: the certificate with its chain, its own unencrypted key, and the clients' CA",
    });
  }
  return options;
}

/** Options of the server, beside its context. */
export function tlsServerOptions({
  clientCa,
}: TlsCertificates): Pick<TlsOptions, "requestCert" | "rejectUnauthorized"> {
  return clientCa === undefined ? {} : { requestCert: true, rejectUnauthorized: true };
}

function readCertificate(pem: string | Uint8Array): X509Certificate {
  return new X509Certificate(bytes(pem));
}

function bytes(value: string | Uint8Array): string | Buffer {
  return typeof value === "string" ? value : Buffer.from(value);
}
