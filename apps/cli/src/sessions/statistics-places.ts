import { readdir, stat } from "node:fs/promises";
import { basename, extname, join, resolve } from "node:path";

/** Where a verifier's statistics are. */
export interface StatisticsPlace {
  /** As it is told people: as it was written. */
  readonly shown: string;
  /** `lines`: a file that one snapshot after another is added to. `snapshot`: a file with the newest one. */
  readonly kind: "url" | "snapshot" | "lines";
  /** A URL or an absolute path. */
  readonly address: string;
  /** What the back end is called where its statistics do not say it. */
  readonly verifier: string;
}

/** Whether a place is a URL. */
export function isUrl(place: string): boolean {
  return /^https?:\/\//.test(place);
}

/**
 * Finds the places: URLs and files as they are named, and the files `*.json` and `*.jsonl` of a directory, whichever are there now.
 *
 * @param base - Directory that relative paths begin at.
 */
export async function statisticsPlaces(written: readonly string[], base: string): Promise<readonly StatisticsPlace[]> {
  const found: Omit<StatisticsPlace, "verifier">[] = [];
  for (const shown of written) {
    if (isUrl(shown)) found.push({ shown, kind: "url", address: shown });
    else found.push(...(await filesOf(shown, resolve(base, shown))));
  }
  const names = found.map(nameOf);
  const isAlone = (name: string): boolean => names.filter((other) => other === name).length === 1;
  return found.map((place, index) => {
    const name = names[index] ?? "";
    return { ...place, verifier: isAlone(name) ? name : place.shown };
  });
}

async function filesOf(shown: string, address: string): Promise<readonly Omit<StatisticsPlace, "verifier">[]> {
  const isDirectory = await stat(address).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isDirectory) return [{ shown, kind: kindOf(address), address }];
  const names = (await readdir(address)).filter((name) => [".json", ".jsonl"].includes(extname(name))).sort();
  return names.map((name) => ({ shown: join(shown, name), kind: kindOf(name), address: join(address, name) }));
}

function kindOf(path: string): "snapshot" | "lines" {
  return extname(path) === ".jsonl" ? "lines" : "snapshot";
}

function nameOf({ kind, address }: Omit<StatisticsPlace, "verifier">): string {
  if (kind !== "url") return basename(address, extname(address));
  return URL.canParse(address) ? new URL(address).host : address;
}
