/** The pages of the site, made from the documents of the repository. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { isPicture, linkedFiles, placeOf, relink } from "./links.ts";

/** Files of the site before it is built, by their path in it. */
export type StagedFiles = ReadonlyMap<string, string>;

/** A document, and everything that can be reached from the documents, as the site's generator takes it. */
export function stagePages(root: string): StagedFiles {
  const staged = new Map<string, string>();
  const waiting = documentsOf(root);
  const seen = new Set<string>(waiting);
  for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) {
    const text = readFileSync(join(root, path), "utf8");
    if (!path.endsWith(".md")) {
      staged.set(`public/files/${path}.txt`, text);
      continue;
    }
    staged.set(placeOf(path), relink(path, text));
    for (const linked of linkedFiles(path, text)) {
      if (seen.has(linked)) continue;
      seen.add(linked);
      const file = join(root, linked);
      if (!existsSync(file)) throw new Error(`${path} links to ${linked}, which is not there`);
      if (statSync(file).isDirectory()) throw new Error(`${path} links to the folder ${linked}: name a file of it`);
      if (!isPicture(linked)) waiting.push(linked);
    }
  }
  return staged;
}

/** Every document below `docs`, relative to the root. */
export function documentsOf(root: string): string[] {
  return filesBelowDocs(root).filter((path) => path.endsWith(".md"));
}

/** Every picture below `docs`, relative to the root. */
export function picturesOf(root: string): readonly string[] {
  return filesBelowDocs(root).filter(isPicture);
}

function filesBelowDocs(root: string): readonly string[] {
  return readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" })
    .map((name) => `docs/${name.replaceAll("\\", "/")}`)
    .sort();
}

/** The title of a page: its first heading. */
export function titleOf(text: string): string {
  const title = /^# (.+)$/m.exec(text)?.[1];
  if (title === undefined) throw new Error("a page without a title");
  return title.replaceAll("`", "");
}
