import type { ChildProcess } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type CommandResult, environmentOf, runC2d, startSandboxCommand, temporaryFolder } from "../e2e/run-c2d.ts";
import { writeFastConfig } from "./fast-world.ts";
import { runInProcess } from "./run-in-process.ts";

// Each test starts processes, which takes its time on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder[Symbol.dispose]());

function c2d(commandArguments: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<CommandResult> {
  return runC2d(commandArguments, { cwd: folder.path, env });
}

function inProcess(
  commandArguments: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<CommandResult> {
  return runInProcess(commandArguments, { cwd: folder.path, env });
}

describe("help", () => {
  test("names every command", async () => {
    const { code, stdout } = await inProcess(["--help"]);
    expect(code).toBe(0);
    for (const name of [
      "init",
      "doctor",
      "assess",
      "plan",
      "apply",
      "migrate",
      "reconcile",
      "status",
      "pause",
      "resume",
      "throttle",
      "export",
    ]) {
      expect(stdout).toMatch(new RegExp(`^  ${name} `, "m"));
    }
    expect((await inProcess([])).stdout).toBe(stdout);
  });

  test.each([
    ["init"],
    ["doctor"],
    ["assess"],
    ["plan"],
    ["apply"],
    ["migrate"],
    ["reconcile"],
    ["status"],
    ["pause"],
    ["resume"],
    ["throttle"],
    ["export"],
    ["purge"],
    ["aws", "policy"],
    ["sandbox"],
    ["demo"],
    ["completion"],
  ])("of %s %s has examples", async (...names) => {
    const { code, stdout } = await inProcess([...names.filter((name) => name !== undefined), "--help"]);
    expect(code).toBe(0);
    expect(stdout).toContain("Examples:\n");
  });
});

describe("init", () => {
  const settings = ["--user-pool-id", "us-east-1_AbCdEf123", "--project-id", "P2abc", "--tenant", "acme"];
  const env = { DESCOPE_MANAGEMENT_KEY: "key" };

  test.each(["ts", "json", "yaml"])("writes a %s config that the other commands take", async (format) => {
    const written = await inProcess(["init", "--format", format, ...settings]);
    expect(written.code, written.stderr).toBe(0);
    expect(written.stdout).toContain("DESCOPE_MANAGEMENT_KEY");
    expect(readdirSync(folder.path)).toEqual([`c2d.config.${format}`]);
    const policy = await c2d(["aws", "policy"], env);
    expect(policy.stdout, policy.stderr).toContain("userpool/us-east-1_AbCdEf123");
  });

  test("replaces nothing without --force", async () => {
    writeFileSync(join(folder.path, "c2d.config.json"), "{}");
    const refused = await inProcess(["init", "--format", "json", ...settings]);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain("--force");
    expect(readFileSync(join(folder.path, "c2d.config.json"), "utf8")).toBe("{}");
    expect((await inProcess(["init", "--format", "ts", "--force"])).code).toBe(2);
    expect((await inProcess(["init", "--format", "json", "--force", ...settings])).code).toBe(0);
    expect(readFileSync(join(folder.path, "c2d.config.json"), "utf8")).toContain("P2abc");
  });

  test("writes nothing when a setting is wrong, and names all that are", async () => {
    const { code, stderr } = await inProcess([
      "init",
      "--user-pool-id",
      "x y",
      "--base-url",
      "nowhere",
      "--role-arn",
      "me",
    ]);
    expect(code).toBe(2);
    for (const path of ["source.userPoolId", "source.roleArn", "target.baseUrl"]) expect(stderr).toContain(path);
    expect(readdirSync(folder.path)).toEqual([]);
  });
});

describe("completion", () => {
  test.each(["bash", "zsh", "fish", "powershell"])("prints a script for %s", async (shell) => {
    const { code, stdout } = await c2d(["completion", shell]);
    expect(code).toBe(0);
    expect(stdout).toContain("c2d");
  });

  test("completes commands, options and their values", async () => {
    expect((await c2d(["complete", "--", "mig"])).stdout).toContain("migrate");
    expect((await c2d(["complete", "--", "migrate", "--dry"])).stdout).toContain("--dry-run");
    expect((await c2d(["complete", "--", "export", "--format", ""])).stdout).toContain("descope-json");
  });

  test("names the shells when there is no script", async () => {
    const { code, stderr } = await c2d(["completion", "tcsh"]);
    expect(code).toBe(2);
    expect(stderr).toContain("bash, zsh, fish, powershell");
  });
});

describe("sandbox", () => {
  test("prints one JSON line when it is ready, and ends with 0 by a signal", async () => {
    const { code, stdout } = await runC2d(["sandbox", "--users", "10"], {
      cwd: folder.path,
      onStart: (child) => {
        child.stdout?.once("data", () => child.kill("SIGTERM"));
      },
    });
    expect(code).toBe(0);
    expect(Object.keys(JSON.parse(stdout) as object)).toEqual([
      "cognito",
      "descope",
      "region",
      "userPoolId",
      "clientId",
      "projectId",
      "managementKey",
    ]);
  });

  test("serves a pool that was exported, and one that was saved, as it was", async () => {
    const bySignal = { onStart: (child: ChildProcess) => child.stdout?.once("data", () => child.kill("SIGTERM")) };
    const exportFrom = async (name: string, ...more: readonly string[]): Promise<readonly string[]> => {
      await using sandbox = await startSandboxCommand(more, folder.path);
      const env = { ...environmentOf(sandbox.line), AWS_REGION: sandbox.line.region };
      const { code, stderr } = await inProcess(["export", "--format", "jsonl", "--output", name], env);
      expect({ code, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stderr: "" });
      const lines = readFileSync(join(folder.path, name), "utf8").trimEnd().split("\n");
      return lines.filter((line) => !line.startsWith('{"type":"pool"')).sort();
    };
    writeFastConfig(folder.path);
    const users = ["--users", "80", "--groups", "3"];
    const original = await exportFrom("pool.jsonl", ...users);
    expect(original.length).toBeGreaterThan(200);
    expect(await exportFrom("loaded.jsonl", "--load", "pool.jsonl")).toEqual(original);
    const saved = await runC2d(["sandbox", ...users, "--save", "saved"], { cwd: folder.path, ...bySignal });
    expect(saved.code).toBe(0);
    expect(await exportFrom("restored.jsonl", "--restore", "saved")).toEqual(original);
    writeFileSync(join(folder.path, "cut.jsonl"), '{"type":"pool"');
    const cut = await c2d(["sandbox", "--load", "cut.jsonl"]);
    expect(cut.code).toBe(2);
    expect(cut.stderr).toMatch(/line 1: /);
  });

  test("listens on the loopback address unless told otherwise", async () => {
    const listening = async (...more: readonly string[]): Promise<string> => {
      await using sandbox = await startSandboxCommand(["--users", "1", "--only", "cognito", ...more], folder.path);
      return new URL(sandbox.line.cognito).hostname;
    };
    expect(await listening()).toBe("127.0.0.1");
    expect(await listening("--host", "0.0.0.0")).toBe("0.0.0.0");
  });

  test("says what is wrong with faults, ports and numbers", async () => {
    writeFileSync(join(folder.path, "faults.json"), '[{"operation":"ListUsers","fault":{"kind":"sneeze"}}]');
    const faults = await c2d(["sandbox", "--faults", "faults.json"]);
    expect(faults.code).toBe(2);
    expect(faults.stderr).toContain('faults[0]: "fault.kind" must be one of');
    expect((await c2d(["sandbox", "--users", "-1"])).code).toBe(2);
    const elsewhere = await c2d(["sandbox", "--users", "1", "--host", "192.0.2.1"]);
    expect(elsewhere.code).toBe(2);
    expect(elsewhere.stderr).toContain("cannot listen on 192.0.2.1:0 (EADDRNOTAVAIL)");
    let taken = "";
    await runC2d(["sandbox", "--users", "1"], {
      cwd: folder.path,
      onStart: (child) => {
        child.stdout?.once("data", (text: string) => {
          const { port } = new URL((JSON.parse(text) as { readonly cognito: string }).cognito);
          void c2d(["sandbox", "--users", "1", "--cognito-port", port]).then(({ code, stderr }) => {
            taken = `${code} ${stderr}`;
            child.kill("SIGTERM");
          });
        });
      },
    });
    expect(taken).toMatch(/^2 c2d: port \d+ on 127\.0\.0\.1 is in use\n/);
    expect(taken).toContain("code: ERR_PORT_IN_USE");
  });
});

describe("demo", () => {
  test("shows a whole migration that ends without a discrepancy, and leaves nothing behind", async () => {
    const temporary = mkdtempSync(join(tmpdir(), "c2d-e2e-"));
    try {
      const { code, stdout, stderr } = await c2d(["demo", "--users", "120"], { TMPDIR: temporary });
      expect(code, stderr).toBe(0);
      expect(stdout).toContain("dry run: nothing was written to the project");
      expect(stdout.match(/writes that Descope saw: 0$/gm)).toHaveLength(2);
      expect(stdout).toMatch(/120 users read, \d+ created, 0 discrepancies\n$/);
      expect(readdirSync(temporary)).toEqual([]);
      expect(readdirSync(folder.path)).toEqual([]);
    } finally {
      rmSync(temporary, { recursive: true });
    }
  });

  test("gives one JSON document", async () => {
    const { code, stdout } = await c2d(["demo", "--users", "60", "--json"]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      dryRunWrites: 0,
      secondWrites: 0,
      first: { dryRun: false },
      second: { users: { created: 0 } },
    });
    expect(existsSync(join(folder.path, ".c2d"))).toBe(false);
  });
});
