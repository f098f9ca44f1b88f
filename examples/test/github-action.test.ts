import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { startSandbox } from "@cognito-to-descope/sandbox";

const EXAMPLE = fileURLToPath(new URL("../github-action/", import.meta.url));
const BIN = fileURLToPath(new URL("../../apps/cli/bin/c2d.mjs", import.meta.url));

interface Step {
  readonly uses?: string;
  readonly run?: string;
}

interface Workflow {
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<
    Record<string, { readonly steps: readonly Step[]; readonly env?: Readonly<Record<string, string>> }>
  >;
}

function read(name: string): Workflow {
  return parse(readFileSync(join(EXAMPLE, name), "utf8")) as Workflow;
}

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "c2d-action-"));
  copyFileSync(join(EXAMPLE, "sandbox-env.mjs"), join(folder, "sandbox-env.mjs"));
  // What `npm ci` would bring.
  mkdirSync(join(folder, "bin"));
  const npx = `#!/bin/sh\n[ "$1" = c2d ] && shift && exec "${process.execPath}" "${BIN}" "$@"\nexit 127\n`;
  writeFileSync(join(folder, "bin/npx"), npx, { mode: 0o755 });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs one step in a shell of its own, as a runner does. Gives its exit code. */
async function runStep(script: string, env: Readonly<Record<string, string>>): Promise<number> {
  const child = spawn("bash", ["--noprofile", "--norc", "-e", "-o", "pipefail", "-c", script], {
    cwd: folder,
    stdio: "ignore",
    env: { PATH: `${join(folder, "bin")}${delimiter}${process.env["PATH"] ?? ""}`, HOME: folder, ...env },
  });
  const [code] = (await once(child, "exit")) as [number | null];
  return code ?? 1;
}

/** Runs the steps of a workflow until one fails. Gives its exit code, and how many went well. */
async function runSteps(
  name: string,
  given: Readonly<Record<string, string>>,
): Promise<{ readonly code: number; readonly ran: number }> {
  const githubEnv = join(folder, "github-env");
  writeFileSync(githubEnv, "");
  let ran = 0;
  for (const { run } of Object.values(read(name).jobs).flatMap((job) => job.steps)) {
    if (run === undefined || run === "npm ci") continue;
    const set = readFileSync(githubEnv, "utf8").split("\n").filter(Boolean);
    const entries = set.map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)] as const);
    const code = await runStep(run, { GITHUB_ENV: githubEnv, ...given, ...Object.fromEntries(entries) });
    if (code !== 0) return { code, ran };
    ran += 1;
  }
  return { code: 0, ran };
}

describe.each(["rehearsal.yml", "nightly.yml"])("%s", (name) => {
  test("pins every action by its commit, and installs by the lockfile", () => {
    const text = readFileSync(join(EXAMPLE, name), "utf8");
    const steps = Object.values(read(name).jobs).flatMap((job) => job.steps);
    for (const one of steps.flatMap((step) => step.uses ?? [])) {
      expect(one).toMatch(/@[0-9a-f]{40}$/);
      expect(text).toMatch(new RegExp(`uses: ${one} # v\\d+\\.\\d+\\.\\d+`));
    }
    expect(steps.map(({ run }) => run)).toContain("npm ci");
    expect(read(name).permissions["contents"]).toBe("read");
  });
});

test("the steps of a rehearsal migrate everybody, find nothing to do the second time, and leave nothing running", async () => {
  const { code, ran } = await runSteps("rehearsal.yml", {});
  expect([code, ran]).toEqual([0, 5]);
  const { users, reconcile } = JSON.parse(readFileSync(join(folder, "migration.json"), "utf8")) as {
    readonly users: { readonly created: number };
    readonly reconcile: { readonly discrepancies: number };
  };
  expect(users.created).toBeGreaterThan(150);
  expect(reconcile.discrepancies).toBe(0);
});

test("the steps of a night follow the pool, and the gate fails when the two sides differ", async () => {
  const { env = {} } = read("nightly.yml").jobs["follow"] ?? { steps: [] };
  expect(Object.keys(env)).toEqual([
    "COGNITO_USER_POOL_ID",
    "DESCOPE_PROJECT_ID",
    "DESCOPE_MANAGEMENT_KEY",
    "C2D_STATE",
  ]);
  const sandbox = await startSandbox({ users: 60, seed: "nightly" });
  try {
    // What the environment of the repository and the action for AWS would set.
    const given = {
      AWS_ACCESS_KEY_ID: "sandbox",
      AWS_SECRET_ACCESS_KEY: "sandbox",
      AWS_REGION: sandbox.region,
      AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: sandbox.cognito,
      DESCOPE_BASE_URL: sandbox.descope,
      COGNITO_USER_POOL_ID: sandbox.userPoolId,
      DESCOPE_PROJECT_ID: sandbox.projectId,
      DESCOPE_MANAGEMENT_KEY: sandbox.managementKey,
      C2D_STATE: join(folder, "state.db"),
    };
    expect(await runSteps("nightly.yml", given)).toEqual({ code: 0, ran: 2 });
    const call = async (path: string, body: object): Promise<unknown> => {
      const answer = await fetch(sandbox.descope + path, {
        method: "POST",
        headers: {
          authorization: `Bearer ${sandbox.projectId}:${sandbox.managementKey}`,
          "content-type": "application/json",
        },
        body: JSON.stringify(body),
      });
      return await answer.json();
    };
    const { users } = (await call("/v2/mgmt/user/search", { limit: 1 })) as {
      readonly users: readonly { readonly loginIds: readonly string[] }[];
    };
    await call("/v1/mgmt/user/update/name", { loginId: users[0]?.loginIds[0], displayName: "changed by somebody" });
    // The last command of the night alone: a sync before it would mend what differs.
    const steps = read("nightly.yml").jobs["follow"]?.steps ?? [];
    expect(await runStep(steps.findLast(({ run }) => run !== undefined)?.run ?? "", given)).toBe(3);
  } finally {
    await sandbox.stop();
  }
});
