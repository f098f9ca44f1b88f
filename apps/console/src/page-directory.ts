/**
 * Where the page of the console is, built.
 *
 * @module
 */
import { existsSync } from "node:fs";

/** The directory with `index.html` and what it loads. */
export function pageDirectory(): URL {
  // The same from `src` and from `dist`.
  return new URL("../dist/page/", import.meta.url);
}

/**
 * Builds the page in a checkout in which it is missing or older than its sources. Where the package was installed the page came with
 * it, and nothing is done.
 *
 * @param onBuild - Hears that a build begins, which takes some seconds.
 */
export async function preparePage(onBuild: () => void): Promise<void> {
  const builder = new URL("build-page.ts", import.meta.url);
  if (!existsSync(builder)) return;
  const { buildPageIfStale } = (await import(builder.href)) as {
    readonly buildPageIfStale: (onBuild: () => void) => Promise<void>;
  };
  await buildPageIfStale(onBuild);
}
