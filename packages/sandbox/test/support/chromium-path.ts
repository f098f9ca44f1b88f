/** Where the machine has its Chromium. Tests that need one are skipped where there is none. */

import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/**
 * Where the machine has its browser: `CHROMIUM` in the environment, or the first of the usual names on the path. Where
 * `CHROMIUM` names none there is none: `CHROMIUM=none npm test` goes without.
 */
export function chromiumPath(): string | undefined {
  const { CHROMIUM: named, PATH = "" } = process.env;
  if (named !== undefined && named !== "") return isExecutable(named) ? named : undefined;
  const folders = [...PATH.split(delimiter), "/usr/bin"];
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
