import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";

/** One fenced block of a document or of a doc comment. */
export interface Fence {
  /** Path of the file, relative to the root of the repository. */
  readonly file: string;
  /** Number of the first line inside the fence, from 1. */
  readonly line: number;
  readonly language: string;
  readonly text: string;
}

/** Every markdown file of the repository that is its own. */
export function markdownFiles(root: string): readonly string[] {
  return filesBelow(root, [".md"]);
}

/** Files with one of the extensions, relative to the root, in a stable order. */
export function filesBelow(root: string, extensions: readonly string[]): readonly string[] {
  const found: string[] = [];
  const visit = (directory: string): void => {
    for (const entry of readdirSync(directory, { withFileTypes: true })) {
      if (entry.name === "node_modules" || entry.name === "dist" || entry.name.startsWith(".")) continue;
      const path = join(directory, entry.name);
      if (entry.isDirectory()) visit(path);
      else if (extensions.some((extension) => entry.name.endsWith(extension))) found.push(relative(root, path));
    }
  };
  visit(root);
  return found.sort();
}

/** Fenced blocks of a markdown text. */
export function fencesOf(file: string, text: string): readonly Fence[] {
  const fences: Fence[] = [];
  let open: { readonly indent: string; readonly language: string; readonly line: number } | undefined;
  let body: string[] = [];
  for (const [index, line] of text.split("\n").entries()) {
    const mark = /^(\s*)```(\S*)/.exec(line);
    if (open === undefined) {
      if (mark === null) continue;
      open = { indent: mark[1] ?? "", language: mark[2] ?? "", line: index + 2 };
      body = [];
    } else if (mark !== null && mark[2] === "") {
      fences.push({ file, line: open.line, language: open.language, text: body.join("\n") });
      open = undefined;
    } else {
      body.push(line.startsWith(open.indent) ? line.slice(open.indent.length) : line);
    }
  }
  if (open !== undefined) throw new Error(`${file}:${open.line - 1}: the fence is not closed`);
  return fences;
}

/** Fenced blocks in the doc comments of a source text, at their lines. */
export function fencesOfComments(file: string, source: string): readonly Fence[] {
  let inComment = false;
  const lines = source.split("\n").map((line) => {
    if (/^\s*\/\*\*/.test(line)) inComment = true;
    const text = inComment ? line.replace(/^\s*(?:\/\*\*|\*)? ?/, "") : "";
    if (line.includes("*/")) inComment = false;
    return text.replace(/\*\/\s*$/, "");
  });
  return fencesOf(file, lines.join("\n"));
}

/** TypeScript examples of all documents and of all doc comments. */
export function typeScriptExamples(root: string): readonly Fence[] {
  const documents = markdownFiles(root).flatMap((file) => fencesOf(file, readFileSync(join(root, file), "utf8")));
  const comments = filesBelow(root, [".ts"])
    .filter((file) => /^(?:packages|apps)\/[^/]+\/src\//.test(file))
    .flatMap((file) => fencesOfComments(file, readFileSync(join(root, file), "utf8")));
  return [...documents, ...comments].filter(({ language }) => language === "ts" || language === "typescript");
}
