/** Checks the built site: every link and anchor leads somewhere, and nothing is fetched from anywhere else. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";

const ENTITIES: Readonly<Record<string, string>> = {
  "&amp;": "&",
  "&#38;": "&",
  "&quot;": '"',
  "&#39;": "'",
  "&lt;": "<",
  "&gt;": ">",
};

/**
 * What is wrong with the site.
 *
 * @param folder - Folder of the built site.
 * @param base - Path below which it is served, with a slash at both ends.
 */
export function checkSite(folder: string, base: string): readonly string[] {
  const problems = new Set<string>();
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) => name.replaceAll("\\", "/"));
  const anchors = new Map<string, ReadonlySet<string>>();
  const anchorsOf = (file: string): ReadonlySet<string> => {
    const known = anchors.get(file);
    if (known !== undefined) return known;
    const ids = new Set([...readFileSync(file, "utf8").matchAll(/\sid="([^"]+)"/g)].map(([, id]) => decode(id ?? "")));
    anchors.set(file, ids);
    return ids;
  };
  for (const name of names) {
    if (name.endsWith(".css")) {
      const css = readFileSync(join(folder, name), "utf8");
      for (const [, url] of css.matchAll(/(?:url\(|@import\s+)["']?(https?:[^"')]+|\/\/[^"')]+)/g))
        problems.add(`${name}: fetches ${url}`);
    }
    if (!name.endsWith(".html")) continue;
    // Inline scripts hold code, not links.
    const html = readFileSync(join(folder, name), "utf8").replace(/<script\b[^>]*>[\s\S]*?<\/script>/g, (script) =>
      script.slice(0, script.indexOf(">") + 1),
    );
    for (const [, tag = "", , target = ""] of html.matchAll(/<(\w+)\b[^>]*?\s(href|src)="([^"]*)"/g)) {
      const link = decode(target);
      if (/^(?:https?:)?\/\//.test(link)) {
        if (tag !== "a") problems.add(`${name}: fetches ${link}`);
        continue;
      }
      if (/^[a-z]+:/.test(link)) continue;
      const [path = "", anchor] = link.split("#");
      const file = fileOf(folder, base, name, decodeURIComponent(path));
      if (file === undefined) problems.add(`${name}: ${link} leads nowhere`);
      else if (
        anchor !== undefined &&
        anchor !== "" &&
        file.endsWith(".html") &&
        !anchorsOf(file).has(decodeURIComponent(anchor))
      )
        problems.add(`${name}: ${link} names no heading`);
    }
  }
  return [...problems];
}

/** The file that a path of a page leads to; undefined when there is none. */
function fileOf(folder: string, base: string, from: string, path: string): string | undefined {
  if (path === "") return join(folder, from);
  if (path.startsWith("/") && !path.startsWith(base)) return undefined;
  const bare = path.split("?")[0] ?? "";
  const file = bare.startsWith("/") ? join(folder, bare.slice(base.length)) : join(folder, dirname(from), bare);
  if (!existsSync(file)) return existsSync(`${file}.html`) ? `${file}.html` : undefined;
  if (!statSync(file).isDirectory()) return file;
  return existsSync(join(file, "index.html")) ? join(file, "index.html") : undefined;
}

function decode(text: string): string {
  return text.replace(/&(?:amp|quot|lt|gt|#38|#39);/g, (entity) => ENTITIES[entity] ?? entity);
}
