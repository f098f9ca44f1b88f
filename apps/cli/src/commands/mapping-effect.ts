import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { text } from "node:stream/consumers";
import type { CliHost } from "../cli-host.ts";
import { withMapping } from "../config/with-mapping.ts";
import { loadConfig } from "../config/load.ts";
import { usageError } from "../errors.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import type { Command } from "../invocation.ts";
import { findReadRun, type MappingEffect, type PlanNumbers, reckonEffect } from "../mapping-effect/reckon-effect.ts";
import { openSources } from "../open-sources.ts";
import { openTarget } from "../open-target.ts";
import type { Output } from "../output/output.ts";
import { formatCount, printable, printableName } from "../output/printable.ts";
import { prepareConfig } from "../prepare.ts";
import { systemClock } from "../system.ts";

interface MappingEffectOptions {
  readonly mapping?: string;
  readonly watch?: boolean;
}

const EVERY_MS = 500;
const MOST_GROUPS = 5;

/** Says what other mapping rules would make of the plan, over all users that the newest run has read. */
export const mappingEffect: Command<MappingEffectOptions> = async (invocation) => {
  const { host, output, options } = invocation;
  const needs = { source: true, target: true };
  const before = await prepareConfig(invocation, needs);
  const mapping = options.mapping === undefined ? undefined : await readMapping(options.mapping, host);
  const after =
    mapping === undefined
      ? before
      : await loadConfig({
          cwd: host.cwd,
          variables: host.variables,
          config: options.config,
          state: options.state,
          needs,
          change: (written) => withMapping(written, mapping),
        });
  if (!(await before.state.exists())) throw usageError("there is no run yet", "begin one with `c2d plan`");
  await using store = await before.state.open();
  const run = await findReadRun(store);
  using opened = openSources(before);
  let toldAt = -Infinity;
  const effect = await reckonEffect({
    store,
    run,
    before,
    after,
    sources: opened.sources,
    target: openTarget(before),
    signal: host.signal,
    onProgress(done, total) {
      const now = systemClock.monotonic();
      if (now - toldAt < EVERY_MS) return;
      toldAt = now;
      if (options.watch === true) output.document({ state: "running", done, total });
      else output.progress.update({ step: "planning", users: done, total });
    },
  });
  output.progress.clear();
  print(effect, output);
  output.document(options.watch === true ? { state: "done", ...effect } : effect);
  return EXIT_CODES.done;
};

async function readMapping(path: string, host: CliHost): Promise<unknown> {
  const isInput = path === "-";
  try {
    const content = isInput ? await text(host.stdin) : await readFile(resolve(host.cwd, path), "utf8");
    return JSON.parse(content) as unknown;
  } catch {
    throw usageError(`${isInput ? "standard input" : printable(path)} holds no mapping as JSON`);
  }
}

const OPERATIONS = [
  ["create", "to create"],
  ["patch", "to patch"],
  ["none", "unchanged"],
  ["skip", "left out"],
] as const;

function print({ run, before, after, unreadGroups }: MappingEffect, output: Output): void {
  output.line(output.style("bold", `users of run ${run}, planned by these rules; nothing was written`));
  for (const [operation, words] of OPERATIONS) {
    output.line(`  ${words.padEnd(10)}  ${change(before.counts[operation], after.counts[operation])}`);
  }
  const rules = [...new Set([...before.findings, ...after.findings].map(({ rule }) => rule))].sort();
  for (const rule of rules) {
    const [was, is] = [countOf(before, rule), countOf(after, rule)];
    if (was !== is) output.line(`  ${rule}  ${change(was, is)}`);
  }
  if (unreadGroups.length > 0) {
    const names = unreadGroups.slice(0, MOST_GROUPS).map(printableName).join(", ");
    output.line(`  who is in ${names}${unreadGroups.length > MOST_GROUPS ? ", …" : ""} only a new plan reads`);
  }
}

function countOf({ findings }: PlanNumbers, rule: string): number {
  return findings.filter((finding) => finding.rule === rule).reduce((sum, { count }) => sum + count, 0);
}

function change(was: number, is: number): string {
  return was === is ? formatCount(is) : `${formatCount(was)} → ${formatCount(is)}`;
}
