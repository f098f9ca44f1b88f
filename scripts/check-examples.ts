// Type-checks every TypeScript example of the documents and doc comments: an example that does not compile misleads.
//
// usage: node scripts/check-examples.ts
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Fence, typeScriptExamples } from "./fences.ts";

/**
 * Compiles examples as modules of this repository, with its own compiler options, and gives what the compiler says
 * against them, at the lines where they stand.
 */
export function checkExamples(root: string, examples: readonly Fence[]): readonly string[] {
  // Inside the repository, so that the packages are found as users of them find them.
  const directory = mkdtempSync(join(root, ".examples-"));
  try {
    examples.forEach(({ line, text }, index) => {
      // Blank lines before the text make the compiler count lines as the document does.
      writeFileSync(join(directory, `example-${index}.ts`), `${"\n".repeat(line - 1)}${text}\nexport {};\n`);
    });
    writeFileSync(
      join(directory, "tsconfig.json"),
      JSON.stringify({
        extends: "../tsconfig.json",
        // An example shows a declaration without using it.
        compilerOptions: {
          noUnusedLocals: false,
          noUnusedParameters: false,
          isolatedDeclarations: false,
          declaration: false,
        },
        include: ["*.ts"],
      }),
    );
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [join(root, "node_modules", "typescript", "bin", "tsc"), "--noEmit", "--pretty", "false", "-p", directory],
      { cwd: root, encoding: "utf8", timeout: 120_000 },
    );
    if (status === 0) return [];
    const messages = `${stdout}${stderr}`.split("\n").filter((line) => line !== "");
    const own = messages.flatMap((message) => {
      const found = new RegExp(`${basename(directory)}/example-(\\d+)\\.ts\\((.*)$`).exec(message);
      const example = examples[Number(found?.[1])];
      return example === undefined ? [] : [`${example.file}(${found?.[2]}`];
    });
    return own.length > 0 ? own : messages;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = fileURLToPath(new URL("..", import.meta.url));
  const examples = typeScriptExamples(root);
  const problems = checkExamples(root, examples);
  for (const problem of problems) console.error(problem);
  console.error(problems.length === 0 ? `${examples.length} examples compile` : `${problems.length} problems`);
  process.exitCode = problems.length === 0 ? 0 : 1;
}
