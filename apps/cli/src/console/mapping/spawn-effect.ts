import { type ChildProcessByStdio, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { createInterface } from "node:readline";
import { ERROR_CODES, MigrationError, type MigrationErrorCode } from "@cognito-to-descope/core";
import type { MappingEffect } from "../../mapping-effect/reckon-effect.ts";
import type { EffectProcess } from "../mapping-services.ts";

/** How the program is started once more. */
export interface ProgramStart {
  /** Node with its options and the program's file. */
  readonly command: readonly string[];
  readonly cwd: string;
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** Options that say which config and state are meant. */
  readonly options: readonly string[];
}

type Line =
  | { readonly state: "running"; readonly done: number; readonly total: number }
  | ({ readonly state: "done" } & MappingEffect);

/** Reckons the effect of rules by `c2d mapping effect` in a process of its own: planning a million users takes long. */
export function spawnEffect(
  { command: [file = "", ...before], cwd, variables, options }: ProgramStart,
  mapping: unknown,
  onProgress: (done: number, total: number) => void,
): EffectProcess {
  const words = [...before, "mapping", "effect", "--mapping", "-", "--json", "--watch", ...options];
  const child = spawn(file, words, { cwd, env: { ...variables }, stdio: ["pipe", "pipe", "pipe"] });
  return { result: readResult(child, mapping, onProgress), cancel: () => void child.kill("SIGTERM") };
}

async function readResult(
  child: ChildProcessByStdio<Writable, Readable, Readable>,
  mapping: unknown,
  onProgress: (done: number, total: number) => void,
): Promise<MappingEffect> {
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (errors += text));
  // A process that ends at once reads nothing; how it ended says why.
  child.stdin.on("error", () => undefined);
  child.stdin.end(JSON.stringify(mapping));
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  let result: MappingEffect | undefined;
  for await (const line of createInterface({ input: child.stdout })) {
    const told = JSON.parse(line) as Line;
    if (told.state === "running") onProgress(told.done, told.total);
    else {
      const { state: _done, ...effect } = told;
      result = effect;
    }
  }
  const code = await ended;
  if (result !== undefined && code === 0) return result;
  throw toError(errors);
}

/** The error that the program printed: its message is fit to be shown. */
function toError(printed: string): MigrationError {
  const code = /^ *code: (ERR_\w+)$/m.exec(printed)?.[1];
  const known = code !== undefined && Object.hasOwn(ERROR_CODES, code) ? (code as MigrationErrorCode) : "ERR_ABORTED";
  const message = /^c2d: (.+)$/m.exec(printed)?.[1] ?? "the effect was not reckoned to its end";
  return new MigrationError(known, message, { suggestion: "run `c2d mapping effect` in a terminal to see more" });
}
