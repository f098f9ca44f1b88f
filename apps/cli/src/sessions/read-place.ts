import { open } from "node:fs/promises";
import { readStatisticsSnapshot, type SnapshotDefaults, type StatisticsSnapshot } from "@cognito-to-descope/core";
import type { StatisticsPlace } from "./statistics-places.ts";

/** What stands at a place. */
export interface PlaceContent {
  readonly text: string;
  /** Epoch milliseconds: when a file was written; of a URL, now. */
  readonly at: number;
}

const MOST_BYTES = 1024 * 1024;

/** How a place is read. */
export interface PlaceReading {
  /** Epoch milliseconds. */
  readonly now: number;
  /** Milliseconds within which a URL has to answer. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/**
 * Reads a URL or a file.
 *
 * @throws Error when it cannot be read, or is longer than 1 MiB.
 */
export async function readPlace(
  { kind, address }: Pick<StatisticsPlace, "kind" | "address">,
  { now, timeoutMs, signal }: PlaceReading,
): Promise<PlaceContent> {
  if (kind !== "url") return await readFile(address);
  return { text: await readUrl(address, AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)])), at: now };
}

/** Reads the snapshot that a text is. Undefined for anything else. */
export function parseSnapshot(text: string, defaults: SnapshotDefaults): StatisticsSnapshot | undefined {
  try {
    return readStatisticsSnapshot(JSON.parse(text), defaults, (date) => Date.parse(date));
  } catch {
    return undefined;
  }
}

async function readUrl(url: string, signal: AbortSignal): Promise<string> {
  const response = await fetch(url, { signal });
  if (!response.ok) throw new Error(`status ${response.status}`);
  let text = "";
  const decoder = new TextDecoder();
  for await (const part of response.body ?? []) {
    text += decoder.decode(part, { stream: true });
    if (text.length > MOST_BYTES) throw new Error("the answer is too long");
  }
  return text + decoder.decode();
}

async function readFile(path: string): Promise<PlaceContent> {
  await using file = await open(path, "r");
  const { size, mtimeMs } = await file.stat();
  if (size > MOST_BYTES) throw new Error("the file is too long");
  return { text: await file.readFile("utf8"), at: mtimeMs };
}
