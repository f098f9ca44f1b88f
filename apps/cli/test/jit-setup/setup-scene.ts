import { generateKeyPairSync, type JsonWebKey } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { createUserPoolSource } from "@cognito-to-descope/cognito";
import type { Connectors, Flows, PoolSettings } from "@cognito-to-descope/core";
import { createConnectors, createFlows } from "@cognito-to-descope/descope";
import { type Sandbox, type SandboxOptions, startSandbox } from "@cognito-to-descope/sandbox";
import { onTestFinished } from "vitest";
import { systemClock } from "../../src/system.ts";
import { environmentFor, writeFastConfig } from "../commands/fast-world.ts";
import { runInProcess } from "../commands/run-in-process.ts";
import { type CommandResult, temporaryFolder } from "../e2e/run-c2d.ts";

/** A sandbox with a pool and a project, and a folder in which commands run. */
export interface SetupScene {
  readonly sandbox: Sandbox;
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  readonly settings: PoolSettings;
  readonly connectors: Connectors;
  readonly flows: Flows;
  /** Runs `c2d jit …`. */
  jit(...words: readonly string[]): Promise<CommandResult>;
  /** Runs `c2d jit setup --json …` and gives its document. */
  setup(...words: readonly string[]): Promise<SetupDocument>;
  /** How many requests have changed something. */
  writes(): number;
  /** What stands in `.env.c2d-jit`. */
  secrets(): Readonly<Record<string, string | undefined>>;
}

/** What `c2d jit setup --json` prints. */
export interface SetupDocument {
  readonly code: number | null;
  readonly written: boolean;
  readonly clients: readonly {
    readonly userPoolId: string;
    readonly clientId: string;
    readonly operation: string;
    readonly differences: readonly { readonly setting: string }[];
  }[];
  readonly connector: { readonly id: string | null; readonly operation: string };
  readonly connectorId: string | null;
  readonly flow: { readonly id: string; readonly operation: string };
  readonly findings: readonly { readonly rule: string; readonly subjects: readonly string[] }[];
  readonly byHand: readonly string[];
  readonly files: readonly string[];
  readonly secretsFile: string | null;
}

/** Gateway that nobody asks anything of. */
export const GATEWAY = ["--gateway", "https://jit.example.com"] as const;

/** One for all scenes of a test file: making a key takes longer than most tests. */
let signingKey: JsonWebKey | undefined;

/** Starts a scene; it ends with the test. */
export async function startScene(options: SandboxOptions = {}, config: object = {}): Promise<SetupScene> {
  signingKey ??= generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ format: "jwk" });
  const sandbox = await startSandbox({ users: 1, groups: 2, profile: "plain", descope: { signingKey }, ...options });
  onTestFinished(() => sandbox.stop());
  const folder = temporaryFolder();
  onTestFinished(() => folder[Symbol.dispose]());
  writeFastConfig(folder.path, config);
  const env = environmentFor(sandbox);
  const source = createUserPoolSource({
    userPoolId: sandbox.userPoolId,
    region: sandbox.region,
    endpoint: sandbox.cognito,
    clock: systemClock,
    limits: { perPoolOperation: { requests: 1_000_000, windowMs: 1000 } },
  });
  onTestFinished(() => source.close());
  const target = {
    projectId: sandbox.projectId,
    managementKey: sandbox.managementKey,
    baseUrl: sandbox.descope,
    clock: systemClock,
    random: Math.random,
  };
  const jit = (...words: readonly string[]): Promise<CommandResult> =>
    runInProcess(["jit", ...words], { cwd: folder.path, env });
  return {
    sandbox,
    folder: folder.path,
    env,
    settings: source.settings(),
    connectors: createConnectors(target),
    flows: createFlows(target),
    jit,
    async setup(...words) {
      const { code, stdout, stderr } = await jit("setup", "--json", ...words);
      if (stdout === "") throw new Error(stderr);
      return { code, ...(JSON.parse(stdout) as Omit<SetupDocument, "code">) };
    },
    writes: () => sandbox.requests.count({ write: true }),
    secrets: () => parseEnv(readFileSync(join(folder.path, ".env.c2d-jit"), "utf8")),
  };
}
