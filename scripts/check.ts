// Everything that must hold before a change lands, from fast to slow. Each step is named after what it guarantees.
//
// usage: node scripts/check.ts [part of a step's name...]
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { delimiter, join } from "node:path";
import { root } from "./workspaces.ts";

const results = join(root, "node_modules", ".test-results.json");

const steps: readonly (readonly [name: string, command: string, ...commandArguments: string[]])[] = [
  ["code has one format", "oxfmt", "--check"],
  [
    "code follows the rules and the layering",
    "oxlint",
    "--type-aware",
    "--deny-warnings",
    "packages",
    "apps",
    "scripts",
    "bench",
    "examples",
    "site",
  ],
  ["types are right", "tsc", "--noEmit"],
  ["nothing is unused or undeclared", "knip"],
  ["tests pass", "npm", "test", "--", "--reporter=default", "--reporter=json", `--outputFile.json=${results}`],
  ["packages build", "node", "scripts/build.ts"],
  ["packages install and run outside the checkout", "node", "scripts/check-packages.ts"],
  ["the container starts, serves and stops", "node", "scripts/check-container.ts"],
  ["examples in the documentation compile", "node", "scripts/check-examples.ts"],
  ["the guide is built, and every link in it leads somewhere", "node", "site/build.ts", "--base", "/guide/"],
  ["the guide can be read by everybody, on every screen", "node", "site/check-pages.ts", "--base", "/guide/"],
  ["the README shows what the commands print", "node", "scripts/readme-output.ts", "--check"],
];

const wanted = process.argv.slice(2);
const failed: string[] = [];
rmSync(results, { force: true });
for (const [name, command, ...commandArguments] of steps) {
  if (wanted.length > 0 && !wanted.some((part) => name.includes(part))) continue;
  console.log(`\n── ${name}`);
  const started = performance.now();
  const { status } = spawnSync(command, commandArguments, {
    cwd: root,
    stdio: "inherit",
    env: {
      ...process.env,
      PATH: `${join(root, "node_modules", ".bin")}${delimiter}${process.env["PATH"] ?? ""}`,
      NODE_OPTIONS: "--conditions=@cognito-to-descope/source --disable-warning=ExperimentalWarning",
    },
  });
  console.log(
    `── ${status === 0 ? "holds" : "FAILS"}: ${name} (${((performance.now() - started) / 1000).toFixed(1)} s)`,
  );
  if (status !== 0) failed.push(name);
}

if (existsSync(results)) {
  const { numPassedTests, numFailedTests, numPendingTests } = JSON.parse(readFileSync(results, "utf8")) as Record<
    string,
    number
  >;
  console.log(`\n${numPassedTests} passed, ${numFailedTests} failed, ${numPendingTests} skipped`);
}
if (failed.length > 0) {
  console.error(`\nfailed: ${failed.join("; ")}`);
  process.exit(1);
}
