import { hash, randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { DEFAULT_RULES, type RunContext, type StateStore } from "@cognito-to-descope/core";
import { createUserPoolSource } from "@cognito-to-descope/cognito";
import { createProjectTarget } from "@cognito-to-descope/descope";

// As the CLI does.
setFlagsFromString("--semi-space-growth-factor=1");

/** What `sandbox-process.ts` prints when it is ready. */
export interface SandboxLine {
  readonly cognito: string;
  readonly descope: string;
  readonly region: string;
  readonly userPoolId: string;
  readonly projectId: string;
  readonly managementKey: string;
}

/** Which quotas the client keeps: the documented ones of a service, or none. */
export interface KeptQuotas {
  readonly cognito: boolean;
  readonly descope: boolean;
}

const unlimited = { requests: 1_000_000, windowMs: 1000 };
const clock: RunContext["clock"] = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: (ms, signal) => sleep(ms, undefined, signal === undefined ? {} : { signal }),
};

/** What the steps of a run work with, on a sandbox. */
export function benchContext(sandbox: SandboxLine, store: StateStore, quotas: KeptQuotas): RunContext {
  return {
    runId: randomUUID(),
    sources: [
      {
        source: createUserPoolSource({
          userPoolId: sandbox.userPoolId,
          endpoint: sandbox.cognito,
          accessKeyId: "AKIDEXAMPLE",
          secretAccessKey: "bench",
          clock,
          ...(quotas.cognito ? {} : { limits: { categories: { UserList: unlimited }, perPoolOperation: unlimited } }),
        }),
      },
    ],
    target: createProjectTarget({
      projectId: sandbox.projectId,
      managementKey: sandbox.managementKey,
      baseUrl: sandbox.descope,
      clock,
      random: Math.random,
      ...(quotas.descope
        ? {}
        : {
            limits: {
              "user-create": { ...unlimited, penaltyMs: 0 },
              "user-update": { ...unlimited, penaltyMs: 0 },
              "user-other": { ...unlimited, penaltyMs: 0 },
              general: { ...unlimited, penaltyMs: 0 },
            },
          }),
    }),
    store,
    rules: DEFAULT_RULES,
    configHash: "bench",
    clock,
    digest: { sha256: (text) => hash("sha256", text) },
  };
}

/** What the sandbox counts of the requests that it has answered. */
export interface SandboxStats {
  readonly requests: number;
  readonly writes: number;
  readonly operations: readonly {
    readonly service: string;
    readonly operation: string;
    readonly requests: number;
    readonly byStatus: Readonly<Record<string, number>>;
  }[];
}

/** Asks the sandbox for its counts. */
export async function readStats(sandbox: Pick<SandboxLine, "cognito">): Promise<SandboxStats> {
  return (await (await fetch(`${sandbox.cognito}/_sandbox/stats`)).json()) as SandboxStats;
}
