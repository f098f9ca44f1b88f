import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { repositoryFields } from "../repository-fields.ts";
import { root, workspaces } from "../workspaces.ts";

interface Workflow {
  readonly permissions?: unknown;
  readonly jobs: Readonly<Record<string, Job>>;
}

interface Job {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly environment?: string;
  readonly "timeout-minutes"?: number;
  readonly steps: readonly Step[];
}

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

const folder = join(root, ".github/workflows");
const files = readdirSync(folder);
const texts = new Map(files.map((name) => [name, readFileSync(join(folder, name), "utf8")]));
const read = (name: string): Workflow => parse(texts.get(name) ?? "") as Workflow;

describe.each(files)("%s", (name) => {
  const { permissions, jobs } = read(name);
  const steps = Object.values(jobs).flatMap((job) => job.steps);

  test("pins every action by its commit, with the version beside it", () => {
    const uses = steps.flatMap((step) => step.uses ?? []);
    expect(uses.length).toBeGreaterThan(0);
    for (const one of uses) {
      expect(one).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/);
      expect(texts.get(name)).toMatch(new RegExp(`uses: ${one} # v\\d+\\.\\d+\\.\\d+`));
    }
  });

  test("gives no more rights than reading unless a job asks for them, and ends by itself", () => {
    expect(permissions).toBeOneOf([{}, { contents: "read" }]);
    for (const job of Object.values(jobs)) expect(job["timeout-minutes"]).toBeGreaterThan(0);
  });

  test("runs scripts that are there, and puts nothing of an event into a shell", () => {
    const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
      readonly scripts: Readonly<Record<string, string>>;
    };
    for (const { run = "" } of steps) {
      expect(run).not.toContain("${{");
      for (const [, script = ""] of run.matchAll(/npm run ([\w-]+)/g)) expect(Object.keys(scripts)).toContain(script);
      for (const [, script = ""] of run.matchAll(/node (scripts\/[\w-]+\.\w+)/g))
        expect(readdirSync(join(root, "scripts"))).toContain(script.replace("scripts/", ""));
    }
  });
});

test("only the job that publishes gets an identity, and nothing but the lockfile decides what it builds", () => {
  const { jobs } = read("release.yml");
  const withIdentity = Object.entries(jobs).filter(([, job]) => job.permissions?.["id-token"] !== undefined);
  expect(withIdentity.map(([name]) => name)).toEqual(["publish"]);
  const { publish } = jobs;
  expect(publish).toMatchObject({ environment: "npm", permissions: { contents: "read", "id-token": "write" } });
  expect(publish?.steps.some(({ uses = "" }) => uses.startsWith("actions/cache"))).toBe(false);
  const node = publish?.steps.find(({ uses = "" }) => uses.startsWith("actions/setup-node"));
  expect(node?.with).toMatchObject({ "package-manager-cache": false });
  expect(node?.with).not.toHaveProperty("cache");
  expect(texts.get("release.yml")).not.toMatch(/NPM_TOKEN|NODE_AUTH_TOKEN|secrets\./);
});

test("a release says where it comes from, and nothing else of a name is taken", () => {
  expect(repositoryFields("acme/c2d", "packages/core")).toEqual({
    homepage: "https://github.com/acme/c2d/tree/main/packages/core#readme",
    bugs: { url: "https://github.com/acme/c2d/issues" },
    repository: { type: "git", url: "git+https://github.com/acme/c2d.git", directory: "packages/core" },
  });
  expect(() => repositoryFields("https://evil.example/x/y", "apps/cli")).toThrow("owner/name");
});

test("changesets take all packages to one version and write down why", { timeout: 120_000 }, () => {
  const copy = mkdtempSync(join(tmpdir(), "c2d-changesets-"));
  try {
    const git = (...words: readonly string[]): void =>
      void execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@example.com", ...words], { cwd: copy });
    const manifests = workspaces.map((workspace) => `${workspace.folder}/package.json`);
    const kept = ["package.json", "package-lock.json", ".changeset", ...manifests];
    execFileSync("/bin/sh", ["-c", `tar -cf - ${kept.join(" ")} | tar -xf - -C "$1"`, "sh", copy], { cwd: root });
    git("init", "-q", "-b", "main");
    git("add", ".");
    git("commit", "-q", "-m", "all");
    execFileSync(process.execPath, [join(root, "node_modules/@changesets/cli/bin.js"), "version"], {
      cwd: copy,
      stdio: "ignore",
      env: { ...process.env, NODE_OPTIONS: "" },
    });
    const versions = manifests.map((path) => {
      const manifest = JSON.parse(readFileSync(join(copy, path), "utf8")) as {
        readonly version: string;
        readonly dependencies?: Readonly<Record<string, string>>;
      };
      const ours = Object.entries(manifest.dependencies ?? {}).filter(([name]) =>
        name.startsWith("@cognito-to-descope/"),
      );
      return [manifest.version, ...ours.map(([, version]) => version)];
    });
    expect(new Set(versions.flat()).size).toBe(1);
    expect(readFileSync(join(copy, "apps/cli/CHANGELOG.md"), "utf8")).toContain("### Minor Changes");
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
});
