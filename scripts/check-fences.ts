import { spawnSync } from "node:child_process";
import { parse, parseDocument } from "yaml";
import { configSchema } from "../apps/cli/src/config/schema.ts";
import { commandLines, refusalOf, withoutPlaceholders } from "./command-lines.ts";
import type { Fence } from "./fences.ts";

/**
 * What is wrong with the fences of the documents. Every kind of fence has its check, and a fence of a kind without one is wrong:
 *
 * - `console`: run and compared by `scripts/readme-output.ts`, so it stands in a document that this script runs;
 * - `ts`: compiled by `scripts/check-examples.ts`;
 * - `sh`: read by bash, and its `c2d` lines by the program;
 * - `json`, `yaml`: parsed, and compared with the schema where they are a config; steps of a pipeline are read as `sh` is;
 * - `text`: what is printed, drawn or typed in, which nothing can check.
 *
 * @param run - Documents whose `console` fences are run.
 * @param exceptions - Other fences that nothing checks, as `<file> <language>`, with the reason.
 */
export async function fenceProblems(
  fences: readonly Fence[],
  run: readonly string[],
  exceptions: Readonly<Record<string, string>>,
): Promise<readonly string[]> {
  const problems: string[] = [];
  const used = new Set<string>();
  for (const fence of fences) {
    const where = `${fence.file}:${fence.line}`;
    const exception = `${fence.file} ${fence.language}`;
    if (exceptions[exception] !== undefined) used.add(exception);
    else for (const problem of await problemsOf(fence, run)) problems.push(`${where}: ${problem}`);
  }
  for (const name of Object.keys(exceptions)) if (!used.has(name)) problems.push(`${name}: an exception for nothing`);
  return problems;
}

async function problemsOf({ file, language, text }: Fence, run: readonly string[]): Promise<readonly string[]> {
  switch (language) {
    case "ts":
    case "text":
      return [];
    case "console":
      return run.includes(file) ? [] : ["a console fence in a document whose commands are not run"];
    case "sh":
      return shellProblems(text);
    case "json":
      return parseProblems(() => configProblems(text, JSON.parse(text)));
    case "yaml":
      return yamlProblems(text);
    default:
      return [`nothing checks a fence of the kind "${language}"`];
  }
}

async function shellProblems(text: string): Promise<readonly string[]> {
  const { status, stderr } = spawnSync("bash", ["-n"], { input: withoutPlaceholders(text), encoding: "utf8" });
  if (status !== 0) return [stderr.trim()];
  const problems: string[] = [];
  for (const args of commandLines(text)) {
    const refusal = await refusalOf(args);
    if (refusal !== undefined) problems.push(`c2d ${args.join(" ")}: ${refusal}`);
  }
  return problems;
}

async function yamlProblems(text: string): Promise<readonly string[]> {
  const { errors } = parseDocument(text);
  if (errors.length > 0) return errors.map(({ message }) => message);
  return [...configProblems(text, parse(text)), ...(await stepProblems(parse(text)))];
}

/** The steps of a pipeline are shell texts, wherever they stand in it. */
async function stepProblems(value: unknown): Promise<readonly string[]> {
  if (typeof value !== "object" || value === null) return [];
  const problems: string[] = [];
  for (const [key, member] of Object.entries(value)) {
    problems.push(
      ...(key === "run" && typeof member === "string" ? await shellProblems(member) : await stepProblems(member)),
    );
  }
  return problems;
}

/** A config says so in its first line, or by the schema that it names. */
function configProblems(text: string, value: unknown): readonly string[] {
  const config = text.startsWith("# c2d.config.yaml") || /"\$schema": "[^"]*config\.schema\.json"/.test(text);
  if (!config) return [];
  const { error } = configSchema.safeParse(value);
  return error === undefined ? [] : error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
}

function parseProblems(check: () => readonly string[]): readonly string[] {
  try {
    return check();
  } catch (error) {
    return [String(error)];
  }
}
