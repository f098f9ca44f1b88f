import { mkdtempSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, test } from "vitest";
import { checkSite } from "../src/check-site.ts";
import { placeOf, relink } from "../src/links.ts";
import { llmsIndex } from "../src/llms-index.ts";
import { slugOf } from "../src/slug.ts";
import { stagePages } from "../src/stage-pages.ts";
import { unlisted } from "../src/sidebar.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

describe("the table of contents", () => {
  test("leads to every document, and to nothing else", () => {
    expect(unlisted(stagePages(root))).toEqual([]);
  });
});

describe("links on the site", () => {
  test("between documents stay relative, and a README is the index of its folder", () => {
    expect(relink("docs/errors/ERR_USAGE.md", "see [all](README.md#codes) and [words](../glossary.md)")).toBe(
      "see [all](./index.md#codes) and [words](../glossary.md)",
    );
  });

  test("to other documents of the repository lead to their pages, and to code to its text", () => {
    expect(
      relink("docs/flows.md", "[facts](../packages/descope/src/facts.md) [test](../scripts/test/docs.test.ts)"),
    ).toBe("[facts](./project/packages/descope/src/facts.md) [test](/files/scripts/test/docs.test.ts.txt)");
    expect(placeOf("README.md")).toBe("project/index.md");
  });

  test("to pictures lead to where they stand among the documents", () => {
    expect(relink("docs/flows.md", "![flow](flows/combined.svg)")).toBe("![flow](./flows/combined.svg)");
    expect(relink("README.md", "![console](docs/images/console.png)")).toBe("![console](../images/console.png)");
  });

  test("in fences, to other sites, and within a page stay as they are", () => {
    const text = "[a](https://example.com/README.md) [b](#words)\n```md\n[c](README.md)\n```";
    expect(relink("docs/flows.md", text)).toBe(text);
  });

  test("anchors are those of GitHub", () => {
    expect(slugOf("What `c2d jit setup` does, and why")).toBe("what-c2d-jit-setup-does-and-why");
  });
});

test("llms.txt names every part of the guide as it is", () => {
  expect(readFileSync(join(root, "llms.txt"), "utf8"), "run site/write-llms-index.ts").toBe(llmsIndex(root));
});

describe("the check of the built site", () => {
  const folders: string[] = [];
  afterEach(() => {
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
  });

  function siteOf(files: Readonly<Record<string, string>>): string {
    const folder = mkdtempSync(join(tmpdir(), "c2d-site-"));
    folders.push(folder);
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    return folder;
  }

  test("accepts links to pages, folders and headings below its base", () => {
    const folder = siteOf({
      "index.html": '<a href="/guide/errors/#codes">a</a> <a href="./flows.html">b</a> <a href="#top" id="top">c</a>',
      "errors/index.html": '<h2 id="codes">Codes</h2> <a href="../flows">d</a>',
      "flows.html": '<a href="https://example.com/">e</a> <a href="mailto:someone@example.com">f</a>',
    });
    expect(checkSite(folder, "/guide/")).toEqual([]);
  });

  test("names dead links, headings that are not there, links out of the base, and what is fetched from elsewhere", () => {
    const folder = siteOf({
      "index.html":
        '<a href="/guide/gone.html">a</a> <a href="#gone">b</a> <a href="/flows.html">c</a> <img src="https://example.com/x.png">',
      "flows.html": '<link rel="stylesheet" href="style.css">',
      "style.css": '@import "https://example.com/font.css";',
    });
    expect(checkSite(folder, "/guide/")).toEqual([
      "index.html: /guide/gone.html leads nowhere",
      "index.html: #gone names no heading",
      "index.html: /flows.html leads nowhere",
      "index.html: fetches https://example.com/x.png",
      "style.css: fetches https://example.com/font.css",
    ]);
  });
});
