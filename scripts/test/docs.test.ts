import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { ERROR_CODES, FINDING_RULES } from "@cognito-to-descope/core";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { configSchema } from "../../apps/cli/src/config/schema.ts";
import { checkExamples } from "../check-examples.ts";
import { fencesOf, fencesOfComments, markdownFiles, typeScriptExamples } from "../fences.ts";
import { generatedDocuments } from "../generate-docs.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), "utf8");
const documents = markdownFiles(root);

function pagesIn(directory: string): readonly string[] {
  return readdirSync(join(root, directory))
    .filter((name) => name.endsWith(".md") && name !== "README.md")
    .map((name) => name.slice(0, -3))
    .sort();
}

describe("the pages of findings and errors", () => {
  test("there is a page for every finding rule, and none for anything else", () => {
    expect(pagesIn("docs/findings")).toEqual(Object.keys(FINDING_RULES).sort());
  });

  test.each(pagesIn("docs/findings"))(
    "%s says what it means, why, what the tool does, what to do, and what the user sees",
    (page) => {
      const headings = [...read(`docs/findings/${page}.md`).matchAll(/^## (.*)$/gm)].map(([, heading]) => heading);
      expect(headings).toEqual([
        "What it means",
        "Why it happens",
        "What the tool does",
        "What you can do",
        "What happens to the user",
      ]);
    },
  );

  test("there is a page for every error code, and none for anything else", () => {
    expect(pagesIn("docs/errors")).toEqual(Object.keys(ERROR_CODES).sort());
  });

  test.each(pagesIn("docs/errors"))("%s says what happened, who can mend it, and how", (page) => {
    const headings = [...read(`docs/errors/${page}.md`).matchAll(/^## (.*)$/gm)].map(([, heading]) => heading);
    expect(headings).toEqual(["What happened", "Who can mend it", "How"]);
  });

  test("what repeats the code is what the code says", () => {
    const stale = [...generatedDocuments(root)].filter(([path, text]) => read(path) !== text).map(([path]) => path);
    expect(stale, "run scripts/generate-docs.ts").toEqual([]);
  });
});

describe("the runbooks", () => {
  test("are all in the index", () => {
    const index = read("docs/runbooks/README.md");
    expect(pagesIn("docs/runbooks").filter((page) => !index.includes(`](${page}.md)`))).toEqual([]);
  });

  test.each(pagesIn("docs/runbooks"))(
    "%s says what is seen, why, what to do, what not to do, and how to check",
    (page) => {
      const headings = [...read(`docs/runbooks/${page}.md`).matchAll(/^## (.*)$/gm)].map(([, heading]) => heading);
      expect(headings).toEqual(["What you see", "Why", "What to do", "What not to do", "How to check"]);
    },
  );
});

describe("links", () => {
  test.each(documents)("every relative link of %s leads somewhere", (file) => {
    const text = read(file).replace(/```[\s\S]*?```/g, "");
    const broken = [...text.matchAll(/\]\(([^)\s]+)\)/g)]
      .map(([, target]) => target ?? "")
      .filter((target) => !/^[a-z]+:/.test(target))
      .filter((target) => {
        const [path = "", anchor] = target.split("#");
        const absolute = path === "" ? join(root, file) : resolve(join(root, dirname(file)), path);
        if (!existsSync(absolute)) return true;
        return anchor !== undefined && !anchorsOf(readFileSync(absolute, "utf8")).has(anchor);
      });
    expect(broken).toEqual([]);
  });
});

/** The anchors that a page's headings get. */
function anchorsOf(text: string): ReadonlySet<string> {
  return new Set(
    [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
      (heading ?? "")
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, "")
        .replaceAll(" ", "-"),
    ),
  );
}

describe("the guide's coverage", () => {
  const rows = read("docs/guide-coverage.md")
    .split("\n")
    .filter((line) => line.startsWith("|") && !/^\| (?:Statement|-)/.test(line))
    .map((line) =>
      line
        .split(/(?<!\\)\|/)
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );

  test("every row says what does it and what proves it, or that it is not there yet", () => {
    expect(rows.length).toBeGreaterThan(80);
    for (const row of rows) {
      expect(row).toHaveLength(3);
      expect(row.every((cell) => cell !== "")).toBe(true);
    }
  });

  test("every path that it names is there", () => {
    const named = [...read("docs/guide-coverage.md").matchAll(/`((?:apps|packages|scripts|docs)\/[^`\s]+)`/g)];
    expect(named.length).toBeGreaterThan(30);
    const missing = named.map(([, path]) => path ?? "").filter((path) => !existsSync(join(root, path)));
    expect([...new Set(missing)]).toEqual([]);
  });
});

describe("the command reference", () => {
  test("has a section for every command of the program", () => {
    const bin = join(root, "apps", "cli", "bin", "c2d.mjs");
    const { stdout } = spawnSync(process.execPath, [bin, "--help"], { encoding: "utf8" });
    const commands = [...(stdout.split("Commands:")[1] ?? "").matchAll(/^ {2}([a-z]+)/gm)].map(
      ([, name]) => name ?? "",
    );
    expect(commands.length).toBeGreaterThan(10);
    const headings = [...read("docs/commands.md").matchAll(/^###? (.*)$/gm)].map(([, heading]) =>
      heading?.toLowerCase(),
    );
    const missing = commands.filter(
      (name) => name !== "help" && !headings.some((heading) => heading?.startsWith(name)),
    );
    expect(missing).toEqual([]);
  });
});

describe("examples", () => {
  test("every TypeScript example compiles", () => {
    expect(checkExamples(root, typeScriptExamples(root))).toEqual([]);
  });

  test("an example that does not compile is named with its file and line", () => {
    const text = 'text\n\n```ts\nconst fine = 1;\nconst wrong: number = "text";\n```\n';
    const [problem = ""] = checkExamples(root, fencesOf("docs/page.md", text));
    expect(problem).toMatch(/^docs\/page\.md\(5,7\): error TS2322/);
  });

  test("examples in doc comments are found at their lines", () => {
    const source = "export {};\n/**\n * Says.\n *\n * ```ts\n * const a = `x`;\n * ```\n */\n";
    expect(fencesOfComments("a.ts", source)).toEqual([
      { file: "a.ts", line: 6, language: "ts", text: "const a = `x`;" },
    ]);
  });

  test("every YAML config in the documents is a valid config", () => {
    const configs = documents
      .flatMap((file) => fencesOf(file, read(file)))
      .filter(({ language, text }) => language === "yaml" && text.startsWith("# c2d.config.yaml"));
    expect(configs.length).toBeGreaterThan(0);
    for (const { text } of configs) expect(configSchema.safeParse(parse(text)).error).toBeUndefined();
  });
});

test.each(documents)("%s keeps the tone: no exclamation mark in prose, and nothing promised for later", (file) => {
  const prose = read(file)
    .replace(/```[\s\S]*?```/g, "")
    .replace(/`[^`\n]*`/g, "")
    .replace(/<!--[\s\S]*?-->/g, "");
  expect(prose).not.toMatch(/[A-Za-z]!(?:\s|$)/);
  expect(prose).not.toMatch(/\b(?:TODO|FIXME|coming soon)\b/);
});
