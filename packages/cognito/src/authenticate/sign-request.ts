import { createHash, createHmac, type Hash, type Hmac } from "node:crypto";
import type { SignatureV4 } from "@smithy/signature-v4";
import { exchangeHeaders } from "./exchange.ts";

/** Keys of AWS. */
export interface SigningKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** Gives the keys to sign with, renewed where they expire. The AWS SDK's own providers fit. */
export type SigningKeyProvider = () => Promise<SigningKeys>;

/** Signs requests to Cognito. */
export interface RequestSigner {
  /** The headers that prove who sends the request. */
  sign(operation: string, body: string): Promise<Readonly<Record<string, string>>>;
}

/** The hash that the signing library asks for, by Node. */
class NodeSha256 {
  readonly #hash: Hash | Hmac;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash("sha256") : createHmac("sha256", toBytes(secret));
  }

  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(toBytes(data));
  }

  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.#hash.digest());
  }
}

function toBytes(data: string | ArrayBuffer | ArrayBufferView): string | Uint8Array {
  if (typeof data === "string") return data;
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
}

/** What a signer needs. */
export interface RequestSignerOptions {
  readonly endpoint: URL;
  readonly region: string;
  readonly credentials: SigningKeyProvider;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/**
 * Makes a signer for one endpoint and region.
 *
 * The signing library is loaded with the first request that needs it: who signs in users with a public client does without.
 */
export function createRequestSigner({ endpoint, region, credentials, now }: RequestSignerOptions): RequestSigner {
  let loading: Promise<SignatureV4> | undefined;
  const load = async (): Promise<SignatureV4> => {
    const library = await import("@smithy/signature-v4");
    return new library.SignatureV4({ credentials, region, service: "cognito-idp", sha256: NodeSha256 });
  };
  return {
    async sign(operation, body) {
      const signer = await (loading ??= load());
      const { headers } = await signer.sign(
        {
          method: "POST",
          protocol: endpoint.protocol,
          hostname: endpoint.hostname,
          path: endpoint.pathname,
          query: {},
          headers: { ...exchangeHeaders(operation), host: endpoint.host },
          body,
        },
        { signingDate: new Date(now()) },
      );
      return headers;
    },
  };
}
