import { createHmac, randomBytes } from "node:crypto";
import { type GatewaySecrets, PROBE_BODY } from "@cognito-to-descope/core";
import type { CheckResult } from "../doctor/check.ts";

/** Longest time for one answer, in milliseconds. */
const TIMEOUT_MS = 10_000;

/** What requests are sent with. */
interface Probe {
  readonly baseUrl: string;
  readonly secrets: GatewaySecrets;
  readonly signal: AbortSignal;
}

/**
 * Tries a gateway out without a user: nobody is let in without the token or with a wrong signature, and who has both is told
 * that credentials are missing. No password is checked, and Cognito hears nothing.
 */
export async function* probeGateway(probe: Probe): AsyncGenerator<CheckResult> {
  const ready = await ask(probe, "GET", "/readyz");
  yield judge("gateway answers", ready, [200], "start it with `c2d gateway --jit`, and let it be reached from here");
  if (ready.status === 0) return;
  const { token, hmacSecret } = probe.secrets;
  const stranger = randomBytes(32).toString("base64url");
  const signed = sign(hmacSecret);
  const closed = "do not let users near this gateway: it lets strangers try passwords";
  yield judge("a caller without a token", await verify(probe, undefined, signed), [401, 429], closed);
  yield judge("a caller with a wrong token", await verify(probe, stranger, signed), [401, 429], closed);
  const right = await verify(probe, token, signed);
  yield judge(
    "a caller with token and signature",
    right,
    [400],
    right.status === 404
      ? "this gateway checks no passwords: start it with --jit"
      : "the gateway has other secrets: give it those of .env.c2d-jit, and start it again",
    "let in, and told that credentials are missing",
  );
  if (right.status === 400) yield judgeUnsigned(await verify(probe, token, sign(stranger)));
}

function judgeUnsigned({ status, reason }: Answer): CheckResult {
  const check = "a caller with the token and a wrong signature";
  if (status === 401 || status === 429) return { check, result: "ok", detail: `refused with status ${status}` };
  return {
    check,
    result: "warn",
    detail: status === 400 ? "let in: the gateway asks for no signature" : told({ status, reason }),
    advice: "set C2D_JIT_HMAC_SECRET for the gateway too: a token alone can be replayed with another body",
  };
}

interface Answer {
  /** 0 when there is none. */
  readonly status: number;
  /** Why there is none. */
  readonly reason: string;
}

function verify(probe: Probe, token: string | undefined, signature: string): Promise<Answer> {
  return ask(probe, "POST", "/v1/jit/verify", {
    "content-type": "application/json",
    "x-descope-webhook-s256": signature,
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  });
}

/** As Descope signs: the body itself is the reading that speaks for itself, and the gateway takes each. */
function sign(secret: string): string {
  return createHmac("sha256", secret).update(PROBE_BODY).digest("base64");
}

async function ask(
  { baseUrl, signal }: Probe,
  method: "GET" | "POST",
  path: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  try {
    const response = await fetch(`${baseUrl}${path}`, {
      method,
      headers: { ...headers },
      redirect: "manual",
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
      ...(method === "GET" ? {} : { body: PROBE_BODY }),
    });
    await response.body?.cancel();
    return { status: response.status, reason: "" };
  } catch (error) {
    signal.throwIfAborted();
    const { cause, name } = error as { readonly cause?: Partial<Record<string, unknown>>; readonly name?: string };
    // Every failure of `fetch` is a TypeError; what it was about stands below it.
    const reason = [cause?.["code"], cause?.["message"], name].find((text) => typeof text === "string");
    return { status: 0, reason: reason ?? "no reason given" };
  }
}

function judge(check: string, answer: Answer, good: readonly number[], advice: string, detail?: string): CheckResult {
  if (good.includes(answer.status)) {
    return {
      check,
      result: "ok",
      detail: detail ?? (answer.status === 200 ? "ready" : `refused with status ${answer.status}`),
    };
  }
  return { check, result: "fail", detail: told(answer), advice };
}

function told({ status, reason }: Answer): string {
  return status === 0 ? `no answer (${reason})` : `answered with status ${status}`;
}
