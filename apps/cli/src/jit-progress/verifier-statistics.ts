import { open } from "node:fs/promises";
import { resolve } from "node:path";
import { usageError } from "../errors.ts";

/** Tokens that back ends still accept, by the counters of their verifiers. */
export interface TokensInUse {
  /** How many verifiers were asked. */
  readonly verifiers: number;
  /** Accepted since each verifier was started. */
  readonly accepted: { readonly cognito: number; readonly descope: number };
  /** Epoch milliseconds of the last accepted token of Cognito; null where none was. */
  readonly lastCognito: number | null;
}

const MOST_BYTES = 1024 * 1024;
const TIMEOUT_MS = 10_000;

/**
 * Reads the statistics of verifiers, as `verifier.statistics()` gives them, from files and URLs, and adds them up.
 *
 * @throws MigrationError `ERR_USAGE` when one cannot be read, or is something else.
 */
export async function readVerifierStatistics(
  places: readonly string[],
  cwd: string,
  signal: AbortSignal,
): Promise<TokensInUse> {
  const accepted = { cognito: 0, descope: 0 };
  let lastCognito: number | null = null;
  for (const place of places) {
    const statistics = parse(await read(place, cwd, signal), place);
    accepted.cognito += statistics.accepted.cognito;
    accepted.descope += statistics.accepted.descope;
    const { lastCognito: last } = statistics;
    if (last !== null) lastCognito = Math.max(lastCognito ?? 0, last);
  }
  return { verifiers: places.length, accepted, lastCognito };
}

async function read(place: string, cwd: string, signal: AbortSignal): Promise<string> {
  try {
    return await (/^https?:\/\//.test(place) ? readUrl(place, signal) : readFile(resolve(cwd, place)));
  } catch {
    signal.throwIfAborted();
    throw usageError(
      `the statistics at ${place} cannot be read`,
      "name a file, or an http or https URL, with the JSON that `verifier.statistics()` gives",
    );
  }
}

async function readUrl(url: string, signal: AbortSignal): Promise<string> {
  const response = await fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]) });
  if (!response.ok) throw new Error(`status ${response.status}`);
  let text = "";
  const decoder = new TextDecoder();
  for await (const part of response.body ?? []) {
    text += decoder.decode(part, { stream: true });
    if (text.length > MOST_BYTES) throw new Error("the answer is too long");
  }
  return text + decoder.decode();
}

async function readFile(path: string): Promise<string> {
  await using file = await open(path, "r");
  if ((await file.stat()).size > MOST_BYTES) throw new Error("the file is too long");
  return file.readFile("utf8");
}

function parse(
  text: string,
  place: string,
): { readonly accepted: TokensInUse["accepted"]; readonly lastCognito: number | null } {
  try {
    const { accepted, lastAccepted } = JSON.parse(text) as {
      readonly accepted: { readonly cognito: unknown; readonly descope: unknown };
      readonly lastAccepted?: { readonly cognito?: unknown };
    };
    const last = lastAccepted?.cognito;
    return {
      accepted: { cognito: count(accepted.cognito), descope: count(accepted.descope) },
      lastCognito: typeof last === "number" ? last : null,
    };
  } catch {
    throw usageError(
      `what stands at ${place} are no statistics of a verifier`,
      "they are the JSON that `verifier.statistics()` gives",
    );
  }
}

function count(value: unknown): number {
  if (typeof value === "number" && Number.isInteger(value) && value >= 0) return value;
  throw new TypeError("not a count");
}
