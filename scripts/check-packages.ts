// Packs every workspace, checks what would be published, installs the tarballs in an empty folder, and runs the CLI
// there: what works in the checkout through links and sources must work for those who install it.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { createInterface } from "node:readline";
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { packWorkspace } from "./pack-workspace.ts";
import { root, workspaces } from "./workspaces.ts";

const folder = mkdtempSync(join(tmpdir(), "c2d-packages-"));
const problems: string[] = [];
// The source condition must not reach the installed packages: there are no sources in them.
const env = { ...process.env, NODE_OPTIONS: "" };

/** Adapters that load their framework, which whoever uses them has installed. */
const NEEDS_FRAMEWORK = /^@cognito-to-descope\/session\/(?:nestjs|trpc)$/;

/** The largest is the command line, which brings the Lambda functions and bridges that it emits. */
const MOST_KILOBYTES = 1500;

try {
  for (const workspace of workspaces) packWorkspace(workspace, folder);
  const tarballs = readdirSync(folder).filter((name) => name.endsWith(".tgz"));
  for (const tarball of tarballs) await checkTarball(join(folder, tarball));
  await checkInstalled(tarballs);
  checkAlone(tarballs);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
if (problems.length > 0) {
  for (const problem of problems) console.error(problem);
  process.exit(1);
}
console.log(`${workspaces.length} packages install and run`);

async function checkTarball(path: string): Promise<void> {
  const bytes = new Uint8Array(readFileSync(path));
  const { messages, pkg } = await publint({ pack: { tarball: bytes.buffer }, level: "warning", strict: true });
  for (const message of messages) {
    const text = formatMessage(message, pkg);
    if (text !== undefined) problems.push(`${path}: ${text}`);
  }
  const files = execFileSync("tar", ["-tzf", path], { encoding: "utf8" }).split("\n").filter(Boolean);
  const stray = files.filter((file) => /\/(?:src|test)\/|\.test\.|\.map$|\.tsbuildinfo$/.test(file));
  if (stray.length > 0) problems.push(`${path}: holds sources, maps or tests: ${stray.join(", ")}`);
  for (const name of ["package/LICENSE", "package/README.md"])
    if (!files.includes(name)) problems.push(`${path}: has no ${name}`);
  checkManifest(path, pkg);
  const kilobytes = Math.ceil(bytes.length / 1024);
  console.log(`${String(kilobytes).padStart(5)} KB  ${String(files.length).padStart(4)} files  ${basename(path)}`);
  if (kilobytes > MOST_KILOBYTES) problems.push(`${path}: has ${kilobytes} KB, more than ${MOST_KILOBYTES}`);
  const analysis = await checkPackage(createPackageFromTarballData(bytes));
  if (analysis.types === false) {
    problems.push(`${path}: no types`);
    return;
  }
  for (const problem of analysis.problems) {
    // The packages are ES modules only; `require` of them works from Node 22.12 on.
    if (problem.kind === "CJSResolvesToESM") continue;
    if ("resolutionKind" in problem && problem.resolutionKind === "node10") continue;
    problems.push(`${path}: ${problem.kind}`);
  }
}

/** What a registry shows of a package, and what bundlers and installers read. */
function checkManifest(path: string, manifest: Readonly<Record<string, unknown>>): void {
  for (const field of ["description", "keywords", "license", "engines", "files", "publishConfig"])
    if (manifest[field] === undefined) problems.push(`${path}: the manifest has no ${field}`);
  // Written by a release alone: see stamp-repository.ts.
  for (const field of ["repository", "homepage", "bugs"])
    if (manifest[field] !== undefined) problems.push(`${path}: the manifest of the checkout has a ${field}`);
}

/** The verifier goes into back ends that want nothing else: it must run with an empty folder around it. */
function checkAlone(tarballs: readonly string[]): void {
  const session = workspaces.find(({ folder: path }) => path === "packages/session");
  const tarball = tarballs.find((name) => name.startsWith("cognito-to-descope-session-"));
  if (session === undefined || tarball === undefined) throw new Error("there is no session package");
  const app = mkdtempSync(join(folder, "alone-"));
  writeFileSync(join(app, "package.json"), JSON.stringify({ name: "app", private: true, type: "module" }));
  const options = { cwd: app, env, stdio: ["ignore", "ignore", "inherit"] as ["ignore", "ignore", "inherit"] };
  execFileSync("npm", ["install", "--no-audit", "--no-fund", "--loglevel=error", join(folder, tarball)], options);
  const installed = readdirSync(join(app, "node_modules")).filter((name) => !name.startsWith("."));
  if (installed.join() !== "@cognito-to-descope") problems.push(`${session.name} brings ${installed.join(", ")}`);
  execFileSync("node", ["--input-type=module", "-e", importing(session.entries)], options);
}

/** A program that loads every entry in both ways. */
function importing(entries: readonly string[]): string {
  const alone = entries.filter((name) => !NEEDS_FRAMEWORK.test(name));
  const loading = `for (const name of ${JSON.stringify(alone)}) { await import(name); require(name); }`;
  return `import { createRequire } from "node:module"; const require = createRequire(import.meta.url); ${loading}`;
}

async function checkInstalled(tarballs: readonly string[]): Promise<void> {
  const app = mkdtempSync(join(folder, "app-"));
  writeFileSync(join(app, "package.json"), JSON.stringify({ name: "app", private: true, type: "module" }));
  // Together with the oldest Node that the packages promise to run on.
  const packages = ["node@22.18.0", ...tarballs.map((name) => join(folder, name))];
  run("npm", ["install", "--no-audit", "--no-fund", "--loglevel=error", ...packages]);
  const { version } = JSON.parse(readFileSync(`${root}/apps/cli/package.json`, "utf8")) as { readonly version: string };
  for (const bin of ["c2d", "cognito-to-descope"])
    expect(`npx ${bin} --version`, run("npx", ["--no-install", bin, "--version"]).trim(), version);
  await checkConsole();
  for (const node of [process.execPath, join(app, "node_modules", "node", "bin", "node")]) {
    const { stdout, code } = demo(node);
    expect(`exit code of c2d demo on ${node}`, String(code), "0");
    if (!stdout.includes("0 discrepancies")) problems.push(`c2d demo on ${node} does not end with 0 discrepancies`);
  }
  const entries = workspaces
    .filter(({ name }) => name !== "@cognito-to-descope/sandbox")
    .flatMap((workspace) => workspace.entries);
  run("node", ["--input-type=module", "-e", importing(entries)]);
  checkAuthorizer();
  checkGatewayFunction();

  /** The emitted Lambda function must come out without a bundler, and start with nothing around it. */
  function checkAuthorizer(): void {
    const project = "P2abcdefghijklmnopqrstuvwxyz";
    const target = ["http-api-lambda", "--api-id", "a1b2c3d4e5", "--issuer", `https://api.descope.com/${project}`];
    const accepted = ["--project-id", project, "--app-client", "4client", "--output", join(folder, "authorizer")];
    run("node", ["node_modules/.bin/c2d", "aws", "emit", ...target, ...accepted], {
      COGNITO_USER_POOL_ID: "eu-west-1_AbCdEf123",
    });
    const config = { userPools: [], projectId: project, audiences: [project] };
    const file = JSON.stringify(join(folder, "authorizer", "index.mjs"));
    run("node", ["--input-type=module", "-e", `await import(${file})`], { AUTHORIZER_CONFIG: JSON.stringify(config) });
  }
  /** So must the gateway's. Without its config it does not open; here it only has to load. */
  function checkGatewayFunction(): void {
    const output = join(folder, "gateway-function");
    run("node", ["node_modules/.bin/c2d", "aws", "emit", "gateway", "--jit", "--output", output], {
      COGNITO_USER_POOL_ID: "eu-west-1_AbCdEf123",
      DESCOPE_PROJECT_ID: "P2abcdefghijklmnopqrstuvwxyz",
    });
    run("node", ["--input-type=module", "-e", `await import(${JSON.stringify(join(output, "code", "index.mjs"))})`]);
  }
  /** The page must come with the package: there is no bundler here. */
  async function checkConsole(): Promise<void> {
    const child = spawn("node", ["node_modules/.bin/c2d", "console", "--json", "--port", "0"], {
      cwd: app,
      env,
      stdio: ["ignore", "pipe", "inherit"],
    });
    try {
      const [line] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
      const { url } = JSON.parse(line) as { readonly url: string };
      const page = await (await fetch(url)).text();
      const script = /src="([^"]+\.js)"/.exec(page)?.[1];
      const answer = await fetch(new URL(script ?? "/none", url));
      expect(
        "content type of the script of the console's page",
        answer.headers.get("content-type") ?? "",
        "text/javascript; charset=utf-8",
      );
    } finally {
      const exit = once(child, "exit");
      child.kill("SIGTERM");
      await exit;
    }
  }
  function run(command: string, commandArguments: readonly string[], more: NodeJS.ProcessEnv = {}): string {
    return execFileSync(command, commandArguments, {
      cwd: app,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "inherit"],
      env: { ...env, ...more },
    });
  }
  function demo(node: string): { readonly stdout: string; readonly code: number } {
    try {
      return { stdout: run(node, ["node_modules/.bin/c2d", "demo"]), code: 0 };
    } catch (error) {
      const failed = error as { readonly stdout?: string; readonly status?: number };
      return { stdout: failed.stdout ?? "", code: failed.status ?? 1 };
    }
  }
  function expect(what: string, actual: string, expected: string): void {
    if (actual !== expected) problems.push(`${what}: ${actual} instead of ${expected}`);
  }
}
