import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { ERROR_CODES, FINDING_RULES } from "@cognito-to-descope/core";
import { describe, expect, test } from "vitest";
import { checkExamples } from "../check-examples.ts";
import { fenceProblems } from "../check-fences.ts";
import { commandLines, refusalOf, unknownIn } from "../command-lines.ts";
import { type Fence, fencesOf, fencesOfComments, markdownFiles, typeScriptExamples } from "../fences.ts";
import { generatedDocuments } from "../generate-docs.ts";
import { RUN_DOCUMENTS } from "../run-documents.ts";

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
    expect(rows.length).toBeGreaterThan(120);
    for (const row of rows) {
      expect(row).toHaveLength(3);
      expect(row.every((cell) => cell !== "")).toBe(true);
    }
  });

  test("every row leads to tests that are there by the names it gives", () => {
    const problems: string[] = [];
    for (const [statement = "", , proofs = ""] of rows) {
      const links = [...proofs.matchAll(/\[((?:\\.|[^\]\\])+)\]\(\.\.\/([^)]+\.test\.ts)\)/g)];
      if (links.length === 0 && !proofs.includes("_not yet_")) problems.push(`${statement} has no proof`);
      for (const [, text = "", path = ""] of links) {
        const source = existsSync(join(root, path)) ? read(path).replaceAll("\\", "") : "";
        // A name is that of the test, after those of the groups that it stands in.
        const missing = text
          .replace(/\\(.)/g, "$1")
          .split(" › ")
          .filter((name) => !['"', "`"].some((quote) => source.includes(`${quote}${name}${quote}`)));
        if (missing.length > 0) problems.push(`${path} has no "${missing.join('", "')}"`);
      }
    }
    expect(problems).toEqual([]);
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
});

/** Fences that nothing checks, each with the reason. */
const UNCHECKED_FENCES: Readonly<Record<string, string>> = {
  "docs/gateway.md promql": "no parser of PromQL is on npm in a state to rely on",
  "docs/recipes/many-machines.md sql": "one statement of PostgreSQL, for an administrator to type",
  "packages/sandbox/README.md console": "a command that runs until a signal ends it",
};

describe("fences", () => {
  const all = documents.flatMap((file) => fencesOf(file, read(file)));

  test("are each of a kind that is checked, and hold", async () => {
    expect(await fenceProblems(all, RUN_DOCUMENTS, UNCHECKED_FENCES)).toEqual([]);
  });

  test("with an unknown command, an unknown option, an open quote or a key that no config has are named", async () => {
    const fence = (language: string, text: string): Fence => ({ file: "a.md", line: 1, language, text });
    const wrong = [
      fence("sh", "c2d mirate --yes"),
      fence("sh", "FOO=1 npx c2d plan --dry | tee log"),
      fence("sh", "echo 'open"),
      fence("yaml", "# c2d.config.yaml\nsorce: {}"),
      fence("json", "{"),
      fence("console", "$ c2d plan"),
      fence("python", "print(1)"),
    ];
    const problems = await fenceProblems(wrong, RUN_DOCUMENTS, {});
    expect(problems).toHaveLength(wrong.length);
    expect(problems[0]).toContain("unknown command 'mirate'");
    expect(problems[1]).toContain("unknown option '--dry'");
  });

  test("of the help texts show examples that the program takes", async () => {
    const examples = all
      .filter(({ file, language }) => file === "docs/commands.md" && language === "console")
      .flatMap(({ text }) =>
        [...text.matchAll(/^ {2}((?:\S+ \| )?c2d .*?)(?: {2}.*)?$/gm)].map(([, line]) => line ?? ""),
      );
    expect(examples.length).toBeGreaterThan(80);
    const refused: string[] = [];
    for (const line of examples) {
      for (const args of commandLines(line)) {
        const refusal = args.includes("…") ? undefined : await refusalOf(args);
        if (refusal !== undefined) refused.push(`${line}: ${refusal}`);
      }
    }
    expect(refused).toEqual([]);
  });
});

describe("commands in prose", () => {
  test.each(documents)("of %s are commands of the program", async (file) => {
    const prose = read(file).replace(/^\s*```[\s\S]*?^\s*```/gm, "");
    const unknown: string[] = [];
    for (const [, line = ""] of prose.matchAll(/`(c2d [a-z][^`\n]*)`/g)) {
      for (const args of commandLines(line)) {
        const problem = await unknownIn(args);
        if (problem !== undefined) unknown.push(`${line}: ${problem}`);
      }
    }
    expect(unknown).toEqual([]);
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
