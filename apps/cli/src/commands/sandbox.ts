import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { MigrationError } from "@cognito-to-descope/core";
import { type FaultRule, parseFaultRules, startSandbox } from "@cognito-to-descope/sandbox";
import { usageError } from "../errors.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import type { Command } from "../invocation.ts";

interface SandboxOptions {
  readonly cognitoPort?: number;
  readonly descopePort?: number;
  readonly users?: number;
  readonly groups?: number;
  readonly seed?: string;
  readonly latency?: number;
  readonly quotas?: "real" | "none";
  readonly faults?: string;
  readonly only?: "cognito" | "descope";
}

/** Serves both services until a signal comes, and says in one JSON line where they are. */
export const sandbox: Command<SandboxOptions> = async ({ host, output, options }) => {
  const { cognitoPort, descopePort, users, groups, seed, latency, quotas, only } = options;
  const faults = options.faults === undefined ? undefined : readFaults(resolve(host.cwd, options.faults));
  const running = await started(() =>
    startSandbox({
      ...(cognitoPort === undefined ? {} : { cognitoPort }),
      ...(descopePort === undefined ? {} : { descopePort }),
      ...(users === undefined ? {} : { users }),
      ...(groups === undefined ? {} : { groups }),
      ...(seed === undefined ? {} : { seed }),
      ...(latency === undefined ? {} : { latencyMs: latency }),
      ...(quotas === undefined ? {} : { quotas }),
      ...(only === undefined ? {} : { only }),
      ...(faults === undefined ? {} : { faults }),
    }),
  );
  try {
    const { cognito, descope, region, userPoolId, clientId, projectId, managementKey } = running;
    const ready = { cognito, descope, region, userPoolId, clientId, projectId, managementKey };
    await output.data(`${JSON.stringify(ready)}\n`);
    if (!host.signal.aborted) {
      await new Promise<void>((ended) => host.signal.addEventListener("abort", () => ended(), { once: true }));
    }
    return EXIT_CODES.done;
  } finally {
    await running.stop();
  }
};

/** Starts a sandbox; a port that is taken is the operator's to change. */
async function started<T>(start: () => Promise<T>): Promise<T> {
  try {
    return await start();
  } catch (error) {
    const taken = error instanceof Error && /port \d+ .*in use/i.test(error.message);
    if (!taken) throw error;
    throw new MigrationError("ERR_PORT_IN_USE", "the port is taken by another program", {
      cause: error,
      suggestion: "choose another port, or none for a free one",
    });
  }
}

function readFaults(path: string): readonly FaultRule[] {
  try {
    return parseFaultRules(JSON.parse(readFileSync(path, "utf8")));
  } catch (error) {
    if (error instanceof TypeError) throw usageError("the file of faults does not hold fault rules", error.message);
    throw usageError(
      "the file of faults cannot be read, or is not JSON",
      "give a JSON file with a list of fault rules",
    );
  }
}
