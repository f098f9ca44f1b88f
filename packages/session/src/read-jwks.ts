import type { KeyFailure, VerifierOptions } from "./options.ts";

/** The keys of an issuer could not be read. Holds nothing of the answer. */
export class KeyReadFailed extends Error {
  readonly failure: KeyFailure;
  constructor(failure: KeyFailure) {
    super(`the keys could not be read: ${failure}`);
    this.name = "KeyReadFailed";
    this.failure = failure;
  }
}

/** What a reading may take. */
export interface ReadLimits {
  readonly timeoutMs: number;
  readonly maxBytes: number;
}

/** Most keys that are looked at; both providers publish a handful. */
const MAX_KEYS = 100;

/**
 * Reads a JWKS.
 *
 * @throws KeyReadFailed
 */
export async function readJwks(
  fetchKeys: NonNullable<VerifierOptions["fetch"]>,
  url: string,
  limits: ReadLimits,
): Promise<readonly unknown[]> {
  const signal = AbortSignal.timeout(limits.timeoutMs);
  // A fetch that does not heed its signal must not hold up those who wait for the keys.
  const timeout = new Promise<never>((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(new KeyReadFailed("timeout")), { once: true });
  });
  const reading = readText(fetchKeys, url, limits.maxBytes, signal);
  reading.catch(() => undefined);
  let text: string;
  try {
    text = await Promise.race([reading, timeout]);
  } catch (error) {
    if (error instanceof KeyReadFailed) throw error;
    throw new KeyReadFailed(signal.aborted ? "timeout" : "unreachable");
  }
  let keys: unknown;
  try {
    keys = (JSON.parse(text) as { keys?: unknown } | null)?.keys;
  } catch {
    throw new KeyReadFailed("not-json");
  }
  if (!Array.isArray(keys)) throw new KeyReadFailed("not-json");
  return keys.slice(0, MAX_KEYS);
}

async function readText(
  fetchKeys: NonNullable<VerifierOptions["fetch"]>,
  url: string,
  maxBytes: number,
  signal: AbortSignal,
): Promise<string> {
  // A redirect would let whoever controls it choose the keys; not every runtime knows "error".
  const response = await fetchKeys(url, { redirect: "manual", headers: { accept: "application/json" }, signal });
  if (response.status !== 200) {
    await response.body?.cancel();
    throw new KeyReadFailed("status");
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader = response.body?.getReader();
  if (reader === undefined) throw new KeyReadFailed("not-json");
  for (;;) {
    const { done, value } = (await reader.read()) as { done: boolean; value?: Uint8Array };
    if (value !== undefined) {
      size += value.length;
      if (size > maxBytes) {
        await reader.cancel();
        throw new KeyReadFailed("too-large");
      }
      chunks.push(value);
    }
    if (done) break;
  }
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return new TextDecoder().decode(bytes);
}
