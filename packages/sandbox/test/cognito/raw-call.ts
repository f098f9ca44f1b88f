/** Calls the sandbox as the wire sees it, and holds every good answer against AWS's model. */

import { expect } from "vitest";

import type { Sandbox } from "../../src/index.ts";
import { answerProblems } from "./model-shape.ts";

const signature =
  "AWS4-HMAC-SHA256 Credential=AKIASANDBOX/20260101/us-east-1/cognito-idp/aws4_request, SignedHeaders=host, Signature=00";

/** An answer: its status and its JSON. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

/** Sends a body as it is. */
export async function rawCall(
  url: string,
  operation: string,
  body: string,
  headers: Readonly<Record<string, string>> = { authorization: signature },
): Promise<RawAnswer> {
  const answer = await fetch(url, {
    method: "POST",
    headers: {
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": `AWSCognitoIdentityProviderService.${operation}`,
      ...headers,
    },
    body,
  });
  const text = await answer.text();
  if (answer.status === 200) expect(answerProblems(operation, text)).toEqual([]);
  return {
    status: answer.status,
    headers: answer.headers,
    body: text === "" ? {} : (JSON.parse(text) as Record<string, unknown>),
  };
}

/** Makes calls that must succeed; gives their answers. */
export function caller(sandbox: Sandbox): (operation: string, input?: object) => Promise<Record<string, unknown>> {
  return async (operation, input = {}) => {
    const { status, body } = await rawCall(sandbox.cognito, operation, JSON.stringify(input));
    if (status !== 200) throw Object.assign(new Error(String(body["message"])), { name: String(body["__type"]) });
    return body;
  };
}
