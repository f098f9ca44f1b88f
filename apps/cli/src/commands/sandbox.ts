import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { MigrationError } from "@cognito-to-descope/core";
import { type FaultRule, LineInvalid, parseFaultRules, type Sandbox, startSandbox } from "@cognito-to-descope/sandbox";
import { usageError } from "../errors.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import type { Command } from "../invocation.ts";

interface SandboxOptions {
  readonly host?: string;
  readonly cognitoPort?: number;
  readonly descopePort?: number;
  readonly pools?: number;
  readonly users?: number;
  readonly groups?: number;
  readonly seed?: string;
  readonly latency?: number;
  readonly quotas?: "real" | "none";
  readonly load?: string;
  readonly restore?: string;
  readonly save?: string;
  readonly faults?: string;
  readonly only?: "cognito" | "descope";
}

/** Serves both services until a signal comes, and says in one JSON line where they are. */
export const sandbox: Command<SandboxOptions> = async ({ host, output, options }) => {
  const {
    host: address,
    cognitoPort,
    descopePort,
    pools,
    users,
    groups,
    seed,
    latency,
    quotas,
    only,
    load,
    restore,
  } = options;
  if (pools !== undefined && (load ?? restore) !== undefined) {
    throw usageError("--pools is about pools that are generated", "leave it out beside --load and --restore");
  }
  if (load !== undefined && restore !== undefined) {
    throw usageError("--load and --restore both say what is in the sandbox", "choose one of them");
  }
  const saveTo = options.save === undefined ? undefined : resolve(host.cwd, options.save);
  const faults = options.faults === undefined ? undefined : readFaults(resolve(host.cwd, options.faults));
  const running = await started(() =>
    startSandbox({
      ...(address === undefined ? {} : { host: address }),
      ...(cognitoPort === undefined ? {} : { cognitoPort }),
      ...(descopePort === undefined ? {} : { descopePort }),
      ...(pools === undefined ? {} : { pools }),
      ...(users === undefined ? {} : { users }),
      ...(groups === undefined ? {} : { groups }),
      ...(seed === undefined ? {} : { seed }),
      ...(latency === undefined ? {} : { latencyMs: latency }),
      ...(quotas === undefined ? {} : { quotas }),
      ...(only === undefined ? {} : { only }),
      ...(faults === undefined ? {} : { faults }),
      ...(load === undefined ? {} : { load: resolve(host.cwd, load) }),
      ...(restore === undefined ? {} : { restore: resolve(host.cwd, restore) }),
      ...(saveTo === undefined ? {} : { saveTo }),
    }),
  );
  try {
    const { cognito, descope, region, userPoolId, clientId, projectId, managementKey } = running;
    const ready = {
      cognito,
      descope,
      region,
      userPoolId,
      ...(pools === undefined ? {} : { userPoolIds: running.userPoolIds }),
      clientId,
      projectId,
      managementKey,
    };
    await output.data(`${JSON.stringify(ready)}\n`);
    if (!host.signal.aborted) {
      await new Promise<void>((ended) => host.signal.addEventListener("abort", () => ended(), { once: true }));
    }
    if (saveTo !== undefined) save(running, saveTo);
    return EXIT_CODES.done;
  } finally {
    await running.stop();
  }
};

/** Starts a sandbox; a file, an address or a port that cannot be used is the operator's to change. */
async function started<T>(start: () => Promise<T>): Promise<T> {
  try {
    return await start();
  } catch (error) {
    if (error instanceof LineInvalid) throw usageError("the file for the sandbox cannot be used", error.message);
    if ((error as NodeJS.ErrnoException).syscall === "open" || (error as NodeJS.ErrnoException).syscall === "read") {
      throw usageError("the file for the sandbox cannot be read", "name a file that is there and readable");
    }
    if (!(error instanceof Error)) throw error;
    if (/^port \d+ on \S+ is in use$/.test(error.message)) {
      throw new MigrationError("ERR_PORT_IN_USE", error.message, {
        cause: error,
        suggestion: "choose another port, or none for a free one",
      });
    }
    if (error.message.startsWith("cannot listen on ")) {
      throw usageError(error.message, "name an address of this machine and a port that you may use");
    }
    throw error;
  }
}

function save(running: Sandbox, path: string): void {
  try {
    running.save(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
    throw new MigrationError("ERR_OUTPUT_UNWRITABLE", "the sandbox cannot be saved", {
      cause: error,
      suggestion: "name a file in a directory that can be written",
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
