import type { WholeAnswer } from "./bridge-http.ts";

/** An answer in the form of RFC 9457. Never holds what the request held. */
export function refusal(status: number, code: string, title: string): WholeAnswer {
  const type = `urn:cognito-to-descope:problem:${code}`;
  return jsonAnswer(status, "application/problem+json", { type, title, status, code });
}

/** An answer of the bridge itself. */
export function jsonAnswer(status: number, contentType: string, body: unknown): WholeAnswer {
  const bytes = new TextEncoder().encode(JSON.stringify(body));
  return {
    status,
    headers: [
      ["content-type", contentType],
      ["cache-control", "no-store"],
      ["content-security-policy", "default-src 'none'; frame-ancestors 'none'"],
      ["referrer-policy", "no-referrer"],
      ["x-content-type-options", "nosniff"],
      ["content-length", String(bytes.length)],
    ],
    body: bytes,
  };
}
