/** AWS Signature Version 4, the receiving side: https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html */

import { createHash, createHmac, timingSafeEqual } from "node:crypto";

import type { WireRequest } from "../wire/service.ts";
import { AwsError } from "./aws-error.ts";

/** How signatures are treated. */
export interface SignaturePolicy {
  /** Secret by access key id. With them, keys must be known and signatures right; without, any signature is accepted. */
  readonly accessKeys?: Readonly<Record<string, string>> | undefined;
  /** Region that the credential scope must name. */
  readonly region: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

const maxSkewMs = 5 * 60 * 1000;

/**
 * Accepts a signed request.
 *
 * @returns The access key id.
 * @throws AwsError as AWS refuses it.
 */
export function verifySignature(request: WireRequest, policy: SignaturePolicy): string {
  const header = request.headers["authorization"];
  if (header === undefined) throw new AwsError("MissingAuthenticationTokenException", "Missing Authentication Token");
  const match = /^AWS4-HMAC-SHA256\s+Credential=([^,\s]+),\s*SignedHeaders=([^,\s]+),\s*Signature=([0-9a-f]+)$/.exec(
    header,
  );
  if (match === null) {
    throw new AwsError(
      "IncompleteSignatureException",
      "Authorization header requires 'Credential', 'Signature' and 'SignedHeaders'.",
    );
  }
  const [, credential, signedHeaders, signature] = match as unknown as [string, string, string, string];
  const [accessKeyId, date, region, service, terminator] = credential.split("/");
  if (accessKeyId === undefined || date === undefined || terminator !== "aws4_request") {
    throw new AwsError("IncompleteSignatureException", "Credential must have exactly 5 slash-delimited elements.");
  }
  const { accessKeys } = policy;
  if (accessKeys === undefined) return accessKeyId;

  const secret = Object.hasOwn(accessKeys, accessKeyId) ? accessKeys[accessKeyId] : undefined;
  if (secret === undefined) {
    throw new AwsError("UnrecognizedClientException", "The security token included in the request is invalid.");
  }
  if (region !== policy.region || service !== "cognito-idp") {
    throw new AwsError("InvalidSignatureException", "Credential should be scoped to a valid region. ");
  }
  const stamp = request.headers["x-amz-date"] ?? "";
  const time = parseStamp(stamp);
  if (time === undefined || !stamp.startsWith(date)) {
    throw new AwsError("InvalidSignatureException", "Date in Credential scope does not match date in the request.");
  }
  const skew = time - policy.now();
  if (Math.abs(skew) > maxSkewMs) {
    const nowStamp = formatStamp(policy.now());
    const bound = formatStamp(policy.now() + (skew < 0 ? -maxSkewMs : maxSkewMs));
    throw new AwsError(
      "InvalidSignatureException",
      skew < 0
        ? `Signature expired: ${stamp} is now earlier than ${bound} (${nowStamp} - 5 min.)`
        : `Signature not yet current: ${stamp} is still later than ${bound} (${nowStamp} + 5 min.)`,
    );
  }
  const scope = `${date}/${region}/${service}/aws4_request`;
  const toSign = `AWS4-HMAC-SHA256\n${stamp}\n${scope}\n${sha256(canonicalRequest(request, signedHeaders))}`;
  const key = hmac(hmac(hmac(hmac(`AWS4${secret}`, date), region), service), "aws4_request");
  const expected = hmac(key, toSign);
  const given = Buffer.from(signature, "hex");
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    throw new AwsError(
      "InvalidSignatureException",
      "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.",
    );
  }
  return accessKeyId;
}

function canonicalRequest(request: WireRequest, signedHeaders: string): string {
  const query = [...request.query]
    .map(([name, value]) => `${uriEncode(name)}=${uriEncode(value)}`)
    .toSorted()
    .join("&");
  const headers = signedHeaders
    .split(";")
    .map((name) => `${name}:${(request.headers[name] ?? "").trim().replace(/ +/g, " ")}\n`)
    .join("");
  return [request.method, request.path || "/", query, headers, signedHeaders, sha256(request.body)].join("\n");
}

function uriEncode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}

function parseStamp(stamp: string): number | undefined {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(stamp);
  if (match === null) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

function formatStamp(time: number): string {
  return new Date(time).toISOString().replace(/[-:]|\.\d+/g, "");
}

function sha256(data: string | Buffer): string {
  return createHash("sha256").update(data).digest("hex");
}

function hmac(key: string | Buffer, data: string): Buffer {
  return createHmac("sha256", key).update(data, "utf8").digest();
}
