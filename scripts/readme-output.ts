// Runs every command of the documents against a sandbox, in order, and writes what it prints below it.
//
// A document shows commands in `console` fences. Each line that begins with `$ ` is run, in one directory per document.
// `console first=12` keeps the first 12 lines of each command's output. What differs from run to run is normalised.
//
// usage: node scripts/readme-output.ts [--check] [document...]
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { RUN_DOCUMENTS } from "./run-documents.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const bin = join(root, "apps", "cli", "bin", "c2d.mjs");

/** The sandbox that every document runs on; the README says the same. */
const SANDBOX = ["sandbox", "--users", "2000", "--seed", "readme"] as const;

/** Where the commands run, in the words of the documents. */
const SHOWN_DIRECTORY = "/home/you/cognito-to-descope";

interface World {
  readonly directory: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly normalise: (text: string) => string;
}

/** The document with the output of its commands. */
function runDocument(text: string, world: World): string {
  return text.replace(
    /^```console(?: first=(\d+))?\n([\s\S]*?)^```$/gm,
    (_fence, first: string | undefined, body: string) => {
      const commands = body.split("\n").filter((line) => line.startsWith("$ "));
      if (commands.length === 0) throw new Error(`a console fence without a command:\n${body}`);
      const shown = commands.map((line) => `${line}\n${cut(runCommand(line.slice(2), world), first)}`);
      return `\`\`\`console${first === undefined ? "" : ` first=${first}`}\n${shown.join("")}\`\`\``;
    },
  );
}

function cut(output: string, first: string | undefined): string {
  const lines = output.replace(/\s+$/, "").split("\n");
  if (lines.length === 1 && lines[0] === "") return "";
  const kept = first === undefined || lines.length <= Number(first) ? lines : [...lines.slice(0, Number(first)), "…"];
  return `${kept.map((line) => line.trimEnd()).join("\n")}\n`;
}

function runCommand(command: string, { directory, variables, normalise }: World): string {
  const { status, stdout, error } = spawnSync("bash", ["-c", `exec 2>&1; ${command}`], {
    cwd: directory,
    env: variables,
    encoding: "utf8",
    timeout: 120_000,
  });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`"${command}" ends with ${status}:\n${stdout}`);
  return normalise(stdout);
}

/** A directory with a sandbox of its own, and `npx` and `c2d` as a user of the package has them. */
async function withWorld<T>(use: (world: World) => T): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), "c2d-docs-"));
  const sandbox = spawn(process.execPath, [bin, ...SANDBOX], { stdio: ["ignore", "pipe", "inherit"] });
  try {
    const line = await firstLine(sandbox);
    const commands = join(directory, "bin");
    mkdirSync(commands);
    script(join(commands, "c2d"), `exec "${process.execPath}" "${bin}" "$@"`);
    script(join(commands, "npx"), `[ "$1" = c2d ] || exit 127; shift; exec "${process.execPath}" "${bin}" "$@"`);
    const work = join(directory, "migration");
    mkdirSync(work);
    writeFileSync(join(work, ".env"), environmentFile(line), { mode: 0o600 });
    return use({
      directory: work,
      variables: {
        PATH: `${commands}${delimiter}${process.env["PATH"] ?? ""}`,
        HOME: directory,
        TZ: "UTC",
        COLUMNS: "100",
      },
      normalise: (text) =>
        text
          // Progress is printed every few seconds only, so it depends on how fast the machine is.
          .replace(/^[a-z ]+: [\d,]+ of [\d,]+ (?:users|groups|definitions)\b.*\n/gm, "")
          // The same in the help of every command, and told once in the document.
          .replace(/^Global Options:\n(?:.+\n)*\n/m, "")
          .replaceAll(work, SHOWN_DIRECTORY)
          .replaceAll(line.cognito, "http://127.0.0.1:9229")
          .replaceAll(line.descope, "http://127.0.0.1:9230")
          .replace(/\/\S*\/c2d-demo-\w+/g, "/tmp/c2d-demo")
          .replace(/\b\d{8}-\d{6}-[0-9a-f]{6}\b/g, "20261123-090000-a1b2c3")
          .replace(/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, "2026-11-23T09:00:00.000Z")
          // A service that makes a run wait is an event, and how often it does depends on how fast the machine is.
          .replace(/\brecord of [\d,]+ events/g, "record of 18 events")
          .replace(/(?<= ends with )[0-9a-f]{64}\b/g, "4f1c…")
          .replace(/(?<=migration_log_cognito_)[\d_:-]+(?=\.log)/g, "23_11_2026_09:00:00")
          .replace(/disk space: [\d,]+ MB free/g, "disk space: 80,000 MB free")
          .replace(/\bv\d+\.\d+\.\d+\b/g, "v24.21.0"),
    });
  } finally {
    if (sandbox.exitCode === null) {
      const exit = once(sandbox, "exit");
      sandbox.kill("SIGTERM");
      await exit;
    }
    rmSync(directory, { recursive: true, force: true });
  }
}

interface SandboxLine {
  readonly cognito: string;
  readonly descope: string;
  readonly region: string;
  readonly userPoolId: string;
  readonly projectId: string;
  readonly managementKey: string;
}

/** The file that the README tells to write. */
function environmentFile(line: SandboxLine): string {
  return [
    `COGNITO_USER_POOL_ID=${line.userPoolId}`,
    `AWS_REGION=${line.region}`,
    "AWS_ACCESS_KEY_ID=sandbox",
    "AWS_SECRET_ACCESS_KEY=sandbox",
    `DESCOPE_PROJECT_ID=${line.projectId}`,
    `DESCOPE_MANAGEMENT_KEY=${line.managementKey}`,
    `AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER=${line.cognito}`,
    `DESCOPE_BASE_URL=${line.descope}`,
    "",
  ].join("\n");
}

async function firstLine(sandbox: ChildProcess): Promise<SandboxLine> {
  if (sandbox.stdout === null) throw new Error("the sandbox has no output");
  const ended = once(sandbox, "exit").then(() => {
    throw new Error("the sandbox ended before it was ready");
  });
  ended.catch(() => undefined);
  const [line] = (await Promise.race([once(createInterface({ input: sandbox.stdout }), "line"), ended])) as [string];
  return JSON.parse(line) as SandboxLine;
}

function script(path: string, text: string): void {
  writeFileSync(path, `#!/bin/sh\n${text}\n`);
  chmodSync(path, 0o755);
}

const check = process.argv.includes("--check");
const named = process.argv.slice(2).filter((argument) => argument !== "--check");
for (const path of named.length > 0 ? named : RUN_DOCUMENTS) {
  const text = readFileSync(join(root, path), "utf8");
  if (!text.includes(`c2d ${SANDBOX.join(" ")}`)) throw new Error(`${path} does not say how its sandbox is started`);
  const wanted = await withWorld((world) => runDocument(text, world));
  if (wanted === text) {
    console.error(`${path} shows what the commands print`);
  } else if (check) {
    const lines = text.split("\n");
    const at = wanted.split("\n").findIndex((line, index) => line !== lines[index]);
    console.error(`${path}:${at + 1} is stale: run scripts/readme-output.ts`);
    console.error(`  shows:  ${lines[at] ?? ""}\n  prints: ${wanted.split("\n")[at] ?? ""}`);
    process.exitCode = 1;
  } else {
    writeFileSync(join(root, path), wanted);
    console.error(`${path} is written anew`);
  }
}
