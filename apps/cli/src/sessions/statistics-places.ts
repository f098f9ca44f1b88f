import { readdir, stat } from "node:fs/promises";
import { basename, extname, join, relative, resolve } from "node:path";
import type { Config } from "../config/config.ts";

/** Where a verifier's statistics are. */
export interface StatisticsPlace {
  /** As it is told people: a path as seen from the working directory, a URL without what may be secret in it. */
  readonly shown: string;
  /** `lines`: a file that one snapshot after another is added to. `snapshot`: a file with the newest one. */
  readonly kind: "url" | "snapshot" | "lines";
  /** A URL or an absolute path. */
  readonly address: string;
  /** What the back end is called where its statistics do not say it. */
  readonly verifier: string;
}

/** Whether a place is a URL. */
function isUrl(place: string): boolean {
  return /^https?:\/\//.test(place);
}

/**
 * Finds the places: URLs and files as they are named, and the files `*.json` and `*.jsonl` of a directory, whichever are there now.
 *
 * @param base - Directory that relative paths begin at.
 */
export async function statisticsPlaces(written: readonly string[], base: string): Promise<readonly StatisticsPlace[]> {
  const found: Omit<StatisticsPlace, "verifier">[] = [];
  for (const place of written) {
    if (isUrl(place)) found.push({ shown: withoutSecrets(place), kind: "url", address: place });
    else found.push(...(await filesOf(base, resolve(base, place))));
  }
  const names = found.map(nameOf);
  const isAlone = (name: string): boolean => names.filter((other) => other === name).length === 1;
  return found.map((place, index) => {
    const name = names[index] ?? "";
    return { ...place, verifier: isAlone(name) ? name : place.shown };
  });
}

/**
 * The places as they are written in the config, relative to it, or on the command line, relative to where it was given.
 *
 * @param given - Those of the command line, which count before those of the config.
 */
export function configuredPlaces(
  { sessions, base }: Pick<Config, "sessions" | "base">,
  given: readonly string[] | undefined,
  cwd: string,
): readonly string[] {
  const [places, from] = given === undefined ? [sessions.statistics, base] : [given, cwd];
  return places.map((place) => (isUrl(place) ? place : resolve(from, place)));
}

async function filesOf(base: string, address: string): Promise<readonly Omit<StatisticsPlace, "verifier">[]> {
  const isDirectory = await stat(address).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isDirectory) return [{ shown: seenFrom(base, address), kind: kindOf(address), address }];
  const names = (await readdir(address)).filter((name) => [".json", ".jsonl"].includes(extname(name))).sort();
  return names.map((name) => {
    const path = join(address, name);
    return { shown: seenFrom(base, path), kind: kindOf(name), address: path };
  });
}

function seenFrom(base: string, path: string): string {
  const seen = relative(base, path);
  return seen.startsWith("..") ? path : seen;
}

/** Credentials stand before the host or in the query. */
function withoutSecrets(url: string): string {
  if (!URL.canParse(url)) return "a URL that cannot be read";
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname}`;
}

function kindOf(path: string): "snapshot" | "lines" {
  return extname(path) === ".jsonl" ? "lines" : "snapshot";
}

function nameOf({ kind, address }: Omit<StatisticsPlace, "verifier">): string {
  if (kind !== "url") return basename(address, extname(address));
  return URL.canParse(address) ? new URL(address).host : address;
}
