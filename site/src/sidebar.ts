import { dirname } from "node:path/posix";
import type { DefaultTheme } from "vitepress";
import { FOLDERS, PARTS } from "./navigation.ts";
import { type StagedFiles, titleOf } from "./stage-pages.ts";

/** The tables of contents: one for the folders with many pages each, and one for all else. */
export function sidebars(staged: StagedFiles): DefaultTheme.SidebarMulti {
  const link = (path: string): DefaultTheme.SidebarItem => {
    const place = path.replace(/(^|\/)README\.md$/, "$1index.md");
    const text = staged.get(place);
    if (text === undefined) throw new Error(`the table of contents names ${path}, which is not there`);
    return { text: titleOf(text), link: `/${place.replace(/(?:index)?\.md$/, "")}` };
  };
  const main = PARTS.map(({ title, pages }): DefaultTheme.SidebarItem => ({ text: title, items: pages.map(link) }));
  const folders = FOLDERS.map(([folder, title]): readonly [string, DefaultTheme.SidebarItem[]] => [
    `/${folder}/`,
    [
      { text: "All of the guide", link: "/" },
      { text: title, items: pagesBelow(folder, staged).map(link) },
    ],
  ]);
  return { ...Object.fromEntries(folders), "/": main };
}

/** Pages of a folder, its index first. */
export function pagesBelow(folder: string, staged: StagedFiles): readonly string[] {
  return [...staged.keys()]
    .filter((path) => dirname(path) === folder && path.endsWith(".md"))
    .sort(
      (one, other) => Number(other.endsWith("/index.md")) - Number(one.endsWith("/index.md")) || (one < other ? -1 : 1),
    );
}

/** Documents that no table of contents leads to, and entries that lead nowhere. */
export function unlisted(staged: StagedFiles): readonly string[] {
  const listed = new Set<string>();
  const visit = (items: readonly DefaultTheme.SidebarItem[]): void => {
    for (const item of items) {
      if (item.link !== undefined) listed.add(item.link);
      visit(item.items ?? []);
    }
  };
  for (const items of Object.values(sidebars(staged))) if (Array.isArray(items)) visit(items);
  return [...staged.keys()]
    .filter((path) => path.endsWith(".md") && !path.startsWith("project/"))
    .filter((path) => !listed.has(`/${path.replace(/(?:index)?\.md$/, "")}`));
}
