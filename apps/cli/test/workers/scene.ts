import { type ChildProcess } from "node:child_process";
import type { Sandbox } from "@cognito-to-descope/sandbox";
import { openStateStore } from "@cognito-to-descope/store";
import { expect } from "vitest";
import { type CommandResult, runC2d } from "../e2e/run-c2d.ts";
import { environmentFor } from "../commands/fast-world.ts";
import { projectUsers } from "../pipeline/world.ts";

/** A command that runs in a process of its own. */
export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<CommandResult>;
}

/** Starts a command beside others. */
export function begin(
  commandArguments: readonly string[],
  { folder, sandbox, url }: { readonly folder: string; readonly sandbox: Sandbox; readonly url: string },
): Running {
  let child: ChildProcess | undefined;
  const ended = runC2d([...commandArguments, "--json", ...(commandArguments[0] === "plan" ? [] : ["--no-log-file"])], {
    cwd: folder,
    env: { ...environmentFor(sandbox), C2D_STATE: url },
    onStart: (started) => (child = started),
  });
  return { child: child as unknown as ChildProcess, ended };
}

/** Every user of the newest run has one outcome, which is true, and the project has nobody twice. Gives the counts. */
export async function expectNobodyLost(url: string, sandbox: Sandbox): Promise<Readonly<Record<string, number>>> {
  const store = await openStateStore(url);
  try {
    const [run] = await store.listRuns();
    expect(run?.state).toBe("applied");
    const runId = run?.id ?? "";
    expect(await store.readOpenBatches(runId)).toEqual([]);
    const users = projectUsers(sandbox);
    const bySub = new Map(users.map((user) => [user.customAttributes["cognitoSub"], user]));
    expect(bySub.size).toBe(users.length);
    const counts: Record<string, number> = {};
    let written = 0;
    for (let after = 0; ;) {
      const page = await store.readAppliedItems(runId, after, 500);
      const last = page.at(-1);
      if (last === undefined) break;
      after = last.item.seq;
      for (const { item, outcome } of page) {
        expect(outcome, `user ${item.seq} has an outcome`).toBeDefined();
        const kind = outcome?.outcome ?? "none";
        counts[kind] = (counts[kind] ?? 0) + 1;
        if (kind !== "created" && kind !== "updated") continue;
        written += 1;
        expect(bySub.get(item.sub)?.userId).toBe(outcome?.userId);
      }
    }
    expect(users.length).toBe(written);
    return counts;
  } finally {
    await store[Symbol.asyncDispose]();
  }
}

/** Waits until a condition holds, for a minute at most. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  await expect.poll(holds, { timeout: 60_000, interval: 10 }).toBe(true);
}
