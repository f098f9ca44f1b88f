import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { hostname } from "node:os";
import { type Clock, MigrationError } from "@cognito-to-descope/core";
import type { CommandOutput, StartedCommand, StartRequest } from "@cognito-to-descope/console/contract";
import { isProcessThere } from "../../control/this-process.ts";
import { EXIT_CODES } from "../../exit-codes.ts";
import { makeDirectory } from "../../output/make-directory.ts";
import { commandArguments } from "./command-arguments.ts";
import {
  type CommandRecord,
  outputPath,
  readRecord,
  readRecords,
  removeOldRecords,
  writeRecord,
} from "./command-record.ts";

/** Starts commands as processes of their own, which outlive the console, and tells how they stand. */
export interface CommandStarter {
  /** @param operator - Who starts it. */
  start(request: StartRequest, operator: string): Promise<StartedCommand>;
  /** Newest first, twenty at most. */
  list(): readonly StartedCommand[];
  find(id: string): StartedCommand | undefined;
  /** What a command printed from a byte on, 64 KiB at most. */
  readOutput(id: string, from: number): Promise<CommandOutput | undefined>;
  /** Interrupts a command as Ctrl-C does; nothing happens to one that has ended. */
  interrupt(id: string): StartedCommand | undefined;
}

/** How commands are started. */
export interface CommandStarterOptions {
  /** The executable, and everything that comes before a command. */
  readonly program: readonly string[];
  readonly cwd: string;
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** Where records and output are kept. Made when the first command is started. */
  readonly directory: string;
  readonly clock: Pick<Clock, "now">;
}

const MOST_LISTED = 20;
const MOST_OUTPUT_BYTES = 65_536;

const MEANINGS: Readonly<Record<number, string>> = {
  [EXIT_CODES.done]: "done",
  [EXIT_CODES.defect]: "a defect of the program",
  [EXIT_CODES.usage]: "something has to be put right first",
  [EXIT_CODES.incomplete]: "finished; some users failed, or something differs",
  [EXIT_CODES.blocked]: "findings block the plan",
  [EXIT_CODES.interrupted]: "interrupted; everything done so far is kept",
};

/** Makes a starter. */
export function createCommandStarter(options: CommandStarterOptions): CommandStarter {
  const { program, cwd, variables, directory, clock } = options;
  const [executable = "", ...before] = program;
  return {
    async start(request, operator) {
      const given = commandArguments(request);
      const now = clock.now();
      const id = `${new Date(now).toISOString().replace(/\D/g, "").slice(0, 14)}-${randomBytes(3).toString("hex")}`;
      makeDirectory(directory);
      const output = openOutput(outputPath(directory, id));
      // Detached, so that neither the end of the console nor its Ctrl-C ends the command.
      const child = spawn(executable, [...before, ...given, "--no-color"], {
        cwd,
        env: { ...variables },
        detached: true,
        stdio: ["ignore", output, output],
      });
      closeSync(output);
      try {
        await once(child, "spawn");
      } catch (error) {
        throw new MigrationError("ERR_USAGE", "the command cannot be started", {
          cause: error,
          suggestion: "run it in a terminal",
        });
      }
      child.unref();
      const record: CommandRecord = {
        id,
        command: request.command,
        line: `c2d ${given.join(" ")}`,
        by: operator,
        startedAt: now,
        pid: child.pid ?? 0,
      };
      const written = writeRecord(directory, record);
      child.once("exit", (code) => {
        // A command that was killed says nothing.
        if (code === null) return;
        void written.then(() => writeRecord(directory, { ...record, exitCode: code })).catch(() => undefined);
      });
      await written;
      removeOldRecords(directory);
      return describe(record);
    },
    list: () => readRecords(directory).slice(0, MOST_LISTED).map(describe),
    find(id) {
      const record = readRecord(directory, id);
      return record === undefined ? undefined : describe(record);
    },
    async readOutput(id, from) {
      const record = readRecord(directory, id);
      if (record === undefined) return undefined;
      // Looked at before the output is: what it printed last is not missed then.
      const { state } = describe(record);
      const text = await readPart(outputPath(directory, id), from);
      return {
        text: text.toString("utf8"),
        next: from + text.length,
        complete: state !== "running" && text.length === 0,
      };
    },
    interrupt(id) {
      const record = readRecord(directory, id);
      if (record === undefined) return undefined;
      if (describe(record).state === "running") process.kill(record.pid, "SIGINT");
      return describe(record);
    },
  };
}

function describe(record: CommandRecord): StartedCommand {
  const { id, command, line, by, startedAt, pid, exitCode } = record;
  const state = exitCode !== undefined ? "ended" : isStillThere(record) ? "running" : "gone";
  return {
    id,
    command,
    line,
    by,
    startedAt: new Date(startedAt).toISOString(),
    pid,
    state,
    exitCode: exitCode ?? null,
    meaning: exitCode === undefined ? null : (MEANINGS[exitCode] ?? `exit code ${exitCode}`),
  };
}

/** After a restart of the machine another process may have the number. Where the system tells what it runs, it is looked at. */
function isStillThere({ pid, command }: CommandRecord): boolean {
  if (isProcessThere({ host: hostname(), pid }) !== true) return false;
  try {
    const commandLine = readFileSync(`/proc/${pid}/cmdline`, "utf8");
    // A process that has ended and was not waited for yet has none.
    return commandLine.split("\0").includes(command);
  } catch {
    return true;
  }
}

function openOutput(path: string): number {
  try {
    return openSync(path, "ax", 0o600);
  } catch (error) {
    throw new MigrationError("ERR_OUTPUT_UNWRITABLE", "what the command prints cannot be written", {
      cause: error,
      suggestion: "make the directory of the state file writable for this user",
    });
  }
}

async function readPart(path: string, from: number): Promise<Buffer> {
  const file = await open(path, "r");
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(MOST_OUTPUT_BYTES), 0, MOST_OUTPUT_BYTES, from);
    // A character that is cut at the end comes whole with the next part.
    let end = bytesRead;
    if (bytesRead === MOST_OUTPUT_BYTES) while (end > 0 && ((buffer[end - 1] ?? 0) & 0xc0) === 0x80) end -= 1;
    if (bytesRead === MOST_OUTPUT_BYTES && end > 0 && (buffer[end - 1] ?? 0) >= 0xc0) end -= 1;
    return buffer.subarray(0, end);
  } finally {
    await file.close();
  }
}
