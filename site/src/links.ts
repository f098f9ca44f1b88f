/**
 * Where the links of a document lead once it is a page of the site.
 *
 * Documents link to each other, and to files of the repository, as GitHub reads them: relative to where they stand. The site
 * has the documents below its root, the other markdown files that they link to below `project/`, and everything else that they
 * link to as plain text below `files/`, so that it needs no other server to be read to the end.
 */
import { dirname, join, normalize, relative } from "node:path/posix";

/** A link of a document: what it names, relative to the root of the repository. */
export interface DocumentLink {
  /** File that the link leads to, relative to the root of the repository. */
  readonly path: string;
  /** Anchor with its `#`, or nothing. */
  readonly anchor: string;
}

const LINK = /(\]\()([^)\s]+)(\))/g;

/** Calls a function for each line of a markdown text that stands outside of fences, and puts together what it gives. */
function mapProse(text: string, map: (line: string) => string): string {
  let fence: string | undefined;
  return text
    .split("\n")
    .map((line) => {
      const mark = /^\s*(`{3,}|~{3,})/.exec(line)?.[1];
      if (fence === undefined && mark !== undefined) fence = mark;
      else if (fence !== undefined && mark?.startsWith(fence) === true) fence = undefined;
      else if (fence === undefined) return map(line);
      return line;
    })
    .join("\n");
}

/** What a relative link leads to; undefined for links to other sites and within a page. */
export function resolveLink(from: string, target: string): DocumentLink | undefined {
  if (/^(?:[a-z]+:|#|\/)/.test(target)) return undefined;
  const [path = "", anchor] = target.split("#");
  return { path: normalize(join(dirname(from), path)), anchor: anchor === undefined ? "" : `#${anchor}` };
}

/** Every file of the repository that a document links to. */
export function linkedFiles(from: string, text: string): readonly string[] {
  const found = new Set<string>();
  mapProse(text, (line) => {
    for (const [, , target = ""] of line.matchAll(LINK)) {
      const link = resolveLink(from, target);
      if (link !== undefined) found.add(link.path);
    }
    return line;
  });
  return [...found];
}

/** Where a file of the repository is on the site, relative to the site's root. Folders are shown by their README. */
export function placeOf(path: string): string {
  const page = (name: string): string => name.replace(/(^|\/)README\.md$/, "$1index.md");
  if (isPicture(path)) return path.slice("docs/".length);
  if (path.startsWith("docs/") && path.endsWith(".md")) return page(path.slice("docs/".length));
  if (path.endsWith(".md")) return `project/${page(path)}`;
  return `files/${path}.txt`;
}

/** The text of a document with its links as they are on the site. */
export function relink(from: string, text: string): string {
  return mapProse(text, (line) =>
    line.replace(LINK, (whole: string, before: string, target: string, after: string) => {
      const link = resolveLink(from, target);
      if (link === undefined) return whole;
      const place = placeOf(link.path);
      if (place.startsWith("files/")) return `${before}/${place}${after}`;
      const path = relative(dirname(placeOf(from)), place);
      return `${before}${path.startsWith(".") ? path : `./${path}`}${link.anchor}${after}`;
    }),
  );
}

/** Pictures among the documents stay where they are among them. */
export function isPicture(path: string): boolean {
  return /^docs\/.*\.(?:svg|png)$/.test(path);
}
