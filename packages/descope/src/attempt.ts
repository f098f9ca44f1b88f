import { classifyConnectionFailure } from "./connection-failure.ts";
import type { ConnectionFailure } from "./connection-failure.ts";

/** A request as it goes out. */
export interface OutgoingRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: Headers | Readonly<Record<string, string>>;
  readonly body?: string | undefined;
}

/** What one try of a request came to. */
export type Attempt =
  | { readonly kind: "answered"; readonly status: number; readonly headers: Headers; readonly text: string }
  | ({ readonly kind: "failed"; readonly cause: unknown } & ConnectionFailure)
  /** The caller's signal ended it. */
  | { readonly kind: "aborted"; readonly sent: boolean; readonly cause: unknown };

/**
 * Sends a request once and reads its answer whole, within the time.
 *
 * The caller's signal may live as long as the process, so it gets one listener, which is taken off again: signals that
 * are derived from it would pile up.
 */
export async function attemptRequest(
  request: OutgoingRequest,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<Attempt> {
  if (signal?.aborted === true) return { kind: "aborted", sent: false, cause: signal.reason };
  const controller = new AbortController();
  const abort = (): void => controller.abort(signal?.reason);
  const timer = setTimeout(
    () => controller.abort(new DOMException("the time for the answer is up", "TimeoutError")),
    timeoutMs,
  );
  signal?.addEventListener("abort", abort, { once: true });
  try {
    const response = await fetch(request.url, {
      method: request.method,
      headers: request.headers,
      ...(request.body === undefined ? {} : { body: request.body }),
      // The API redirects nothing: a redirect comes from something else, and must not get the key.
      redirect: "manual",
      signal: controller.signal,
    });
    const text = await response.text();
    return { kind: "answered", status: response.status, headers: response.headers, text };
  } catch (error) {
    if (isAborted(signal)) return { kind: "aborted", sent: true, cause: signal?.reason };
    return { kind: "failed", cause: error, ...classifyConnectionFailure(error) };
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
  }
}

/** A function, because the compiler believes that what was not aborted a moment ago still is not. */
function isAborted(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true;
}
