import type { Attempt } from "./attempt.ts";
import type { Endpoint } from "./endpoints.ts";
import { translateFailure, vendorCodeOf } from "./errors.ts";
import { retryAfterMs } from "./retry-after.ts";

/** A definite answer of the API: it did what was asked, or says why not. */
export interface Answer {
  readonly status: number;
  readonly ok: boolean;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON: an object or an array. */
  readonly body: object;
}

/** What to do after a try. */
export type Verdict =
  | { readonly kind: "answer"; readonly answer: Answer }
  /** Certainly not executed: wait, then send again. */
  | { readonly kind: "throttled"; readonly retryAfterMs: number | undefined }
  /** Send again, as long as tries are left; `error` is thrown when none is. */
  | { readonly kind: "retry"; readonly reason: string; readonly error: (attempts: number) => Error }
  | { readonly kind: "fail"; readonly error: unknown };

/**
 * Decides what a try of a request means.
 *
 * The rule behind all of it: a write that must not happen twice is sent again only when it certainly did not happen.
 */
export function judgeAttempt(attempt: Attempt, endpoint: Endpoint, nowMs: number): Verdict {
  switch (attempt.kind) {
    case "aborted":
      return judgeAbort(attempt, endpoint);
    case "failed":
      return judgeFailure(attempt, endpoint);
    case "answered":
      if (attempt.status === 429) return { kind: "throttled", retryAfterMs: retryAfterMs(attempt.headers, nowMs) };
      if (attempt.status >= 500 || attempt.status === 408) return judgeServerError(attempt, endpoint);
      return attempt.status >= 200 && attempt.status < 300
        ? judgeSuccess(attempt, endpoint)
        : judgeRefusal(attempt, endpoint);
    default:
      return attempt satisfies never;
  }
}

type Answered = Extract<Attempt, { kind: "answered" }>;
type Aborted = Extract<Attempt, { kind: "aborted" }>;
type Failed = Extract<Attempt, { kind: "failed" }>;

function judgeAbort({ sent, cause }: Aborted, { operation, repeatable }: Endpoint): Verdict {
  if (repeatable || !sent) return { kind: "fail", error: cause };
  return { kind: "fail", error: translateFailure({ kind: "lost", operation, reason: "aborted", cause }) };
}

function judgeFailure({ reason, sent, permanent, cause }: Failed, { operation, repeatable }: Endpoint): Verdict {
  if (sent && !repeatable) return { kind: "fail", error: translateFailure({ kind: "lost", operation, reason, cause }) };
  const error = (attempts: number): Error =>
    translateFailure({ kind: "unreachable", operation, reason, attempts, cause });
  return permanent ? { kind: "fail", error: error(1) } : { kind: "retry", reason, error };
}

function judgeServerError({ status, text }: Answered, { operation, repeatable }: Endpoint): Verdict {
  const vendorCode = vendorCodeOf(parseBody(text));
  const reason = `status ${status}`;
  if (!repeatable) {
    return { kind: "fail", error: translateFailure({ kind: "lost", operation, reason, status, vendorCode }) };
  }
  const error = (attempts: number): Error =>
    translateFailure({ kind: "unreachable", operation, reason, attempts, status, vendorCode });
  return { kind: "retry", reason: String(status), error };
}

function judgeSuccess({ status, headers, text }: Answered, { operation, reading, repeatable }: Endpoint): Verdict {
  const body = parseBody(text) ?? (text === "" && repeatable && !reading ? {} : undefined);
  if (body !== undefined) return { kind: "answer", answer: { status, ok: true, headers, text, body } };
  if (!repeatable) {
    const reason = "the answer cannot be read";
    return { kind: "fail", error: translateFailure({ kind: "lost", operation, reason, status }) };
  }
  const error = (): Error => translateFailure({ kind: "not-json", operation, status });
  // A page from elsewhere stays one; JSON that breaks off may come whole the next time.
  return looksLikeMarkup(text) ? { kind: "fail", error: error() } : { kind: "retry", reason: "answer cut", error };
}

function judgeRefusal({ status, headers, text }: Answered, { operation, repeatable }: Endpoint): Verdict {
  const telling = status === 401 || status === 403 || status === 413;
  const body =
    parseBody(text) ?? (telling && !looksLikeMarkup(text) ? {} : undefined) ?? (status === 413 ? {} : undefined);
  if (body !== undefined) return { kind: "answer", answer: { status, ok: false, headers, text, body } };
  const error = (): Error => translateFailure({ kind: "not-json", operation, status });
  // A refusal of the API that breaks off is not that of somebody else: what was refused is asked again, or looked up.
  if (!/^\s*[[{]/.test(text)) return { kind: "fail", error: error() };
  if (repeatable) return { kind: "retry", reason: "answer cut", error };
  const reason = "the answer cannot be read";
  return { kind: "fail", error: translateFailure({ kind: "lost", operation, reason, status }) };
}

/** The JSON object or array in a body; undefined for anything else. The parser's error is dropped: it quotes the body. */
function parseBody(text: string): object | undefined {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === "object" && body !== null ? body : undefined;
  } catch {
    return undefined;
  }
}

function looksLikeMarkup(text: string): boolean {
  return /^\s*</.test(text);
}
