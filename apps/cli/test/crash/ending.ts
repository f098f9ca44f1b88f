import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import { checkChain, digestOutcomes, type OutcomeKind, type Run, type StateStore } from "@cognito-to-descope/core";
import type { Sandbox } from "@cognito-to-descope/sandbox";
import { openStateStore } from "@cognito-to-descope/store";
import { expect } from "vitest";
import { systemDigest } from "../../src/system.ts";
import type { CommandResult } from "../e2e/run-c2d.ts";
import { projectUsers } from "../pipeline/world.ts";
import type { Stage } from "./crash-scene.ts";

/** What the state file says of each user: its outcomes, from the first run to the last, by `sub`. */
type RecordedOutcomes = ReadonlyMap<string, readonly { readonly kind: OutcomeKind; readonly userId?: string }[]>;

/** What a migration came to. */
export interface Ending {
  readonly project: readonly string[];
  readonly outcomes: RecordedOutcomes;
}

/** Migrates to the end. What the state file says must be true then. */
export async function migrateToTheEnd(
  stage: Stage,
  folder: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Ending> {
  const { code, stderr } = await stage.migrate(folder, { env });
  expect({ code, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stderr: "" });
  const outcomes = await readOutcomes(folder);
  expectNothingButTrue(outcomes, stage.sandbox);
  return { project: stage.project(), outcomes };
}

/** The process was killed, and what the state file says is true all the same. */
export async function expectKilled({ code, stderr }: CommandResult, stage: Stage, folder: string): Promise<void> {
  expect({ code, stderr: code === null ? "" : stderr }).toEqual({ code: null, stderr: "" });
  expectNothingButTrue(await readOutcomes(folder), stage.sandbox);
}

/**
 * The project is the same, and every user was created, patched and left out as in the other migration, and once only. A
 * run that comes after one that was done finds its users unchanged.
 */
export function expectSameEnding(ending: Ending, reference: Ending): void {
  expectSameLines(told(ending.outcomes), told(reference.outcomes));
  expectSameProject(ending.project, reference);
}

/** Two projects are equal in everything but what they generate. */
export function expectSameProject(project: readonly string[], reference: Pick<Ending, "project">): void {
  expectSameLines(project, reference.project);
}

/** Shows no more than the first few differences: there are hundreds of lines. */
function expectSameLines(lines: readonly string[], expected: readonly string[]): void {
  const without = (all: readonly string[], others: readonly string[]): readonly string[] => {
    const known = new Set(others);
    return all.filter((line) => !known.has(line)).slice(0, 3);
  };
  expect({
    lines: lines.length,
    missing: without(expected, lines),
    unexpected: without(lines, expected),
  }).toEqual({ lines: expected.length, missing: [], unexpected: [] });
}

/** Reads every outcome of every run from a copy of the state file, which stays as the process left it. */
async function readOutcomes(folder: string): Promise<RecordedOutcomes> {
  const copy = join(folder, "copy-to-read");
  cpSync(join(folder, ".c2d"), copy, { recursive: true });
  const store = await openStateStore(join(copy, "state.db"));
  try {
    const bySub = new Map<string, { readonly kind: OutcomeKind; readonly userId?: string }[]>();
    for (const { id, state } of [...(await store.listRuns())].reverse()) {
      await expectWholeRecord(store, id, state);
      for (const { item, outcome } of await store.readAppliedItems(id, 0, 1_000_000)) {
        if (outcome === undefined) continue;
        const { outcome: kind, userId } = outcome;
        const list = bySub.get(item.sub) ?? [];
        list.push({ kind, ...(userId === undefined ? {} : { userId }) });
        bySub.set(item.sub, list);
      }
    }
    return bySub;
  } finally {
    await store[Symbol.asyncDispose]();
    rmSync(copy, { recursive: true });
  }
}

/** Whenever a process was killed, the chain of events is whole, and what it says of the outcomes is true. */
async function expectWholeRecord(store: StateStore, id: string, state: Run["state"]): Promise<void> {
  const record = await store.readRecord(id);
  expect(checkChain(systemDigest, { run: id, ...record })).toEqual([]);
  expect(record.events[0]?.type).toBe("run-began");
  const ended = record.events.findLast(({ type }) => type === "apply-ended");
  expect(ended === undefined).toBe(state !== "applied");
  if (ended === undefined) return;
  expect(await digestOutcomes({ store, runId: id, digest: systemDigest })).toBe(ended.data["digest"]);
}

/** Whoever is recorded as being in the project is there, by the user ID that is recorded. */
function expectNothingButTrue(recorded: RecordedOutcomes, sandbox: Sandbox): void {
  const users = new Map(projectUsers(sandbox).map((user) => [user.customAttributes["cognitoSub"], user.userId]));
  const untrue = [...recorded].filter(([sub, outcomes]) =>
    outcomes.some(({ kind, userId }) => isThere(kind) && (userId === undefined || users.get(sub) !== userId)),
  );
  expect(untrue).toEqual([]);
}

function told(recorded: RecordedOutcomes): readonly string[] {
  return [...recorded]
    .map(([sub, outcomes]) => {
      const kinds = outcomes.map(({ kind }) => kind);
      const done = kinds.filter((kind) => kind !== "unchanged" && kind !== "skipped");
      // What the last run says of a user that an earlier one wrote is that there was nothing left to do.
      return [sub, ...(done.length > 0 ? done : kinds.slice(-1))].join(" ");
    })
    .sort();
}

function isThere(kind: OutcomeKind): boolean {
  return kind === "created" || kind === "updated" || kind === "unchanged";
}
