/** The guide as one text, for programs that read it whole: https://llmstxt.org (read 2026-11-26). */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PARTS } from "./navigation.ts";
import { documentsOf } from "./stage-pages.ts";

/** `llms.txt` as it stands in the repository, and `llms-full.txt` with every document in reading order, by their path in the site. */
export function fullText(root: string): ReadonlyMap<string, string> {
  const first = PARTS.flatMap(({ pages }) => pages.map((page) => `docs/${page}`));
  const rest = documentsOf(root).filter((path) => path.endsWith(".md") && !first.includes(path));
  const documents = [...first, ...rest].map(
    (path) => `<!-- ${path} -->\n\n${readFileSync(join(root, path), "utf8").trim()}\n`,
  );
  return new Map([
    ["public/llms.txt", readFileSync(join(root, "llms.txt"), "utf8")],
    ["public/llms-full.txt", documents.join("\n")],
  ]);
}
