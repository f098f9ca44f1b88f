import { z } from "@hono/zod-openapi";
import { type ConsoleRoute, consoleRoute, type JsonBody, jsonBody } from "./route.ts";
import { count, type QueryCount, queryCount, time } from "./values.ts";

const FAILURE_CLASSES = ["login-id-taken", "refused", "target-error", "changed-since"] as const;

/** What the console starts, each as the command of the same name does it. */
export type StartRequest =
  | { readonly command: "plan" }
  | { readonly command: "migrate"; readonly dryRun?: boolean | undefined }
  /** `run`: refused unless it is the newest one, which is what apply, reconcile and retry work on. */
  | { readonly command: "apply" | "reconcile"; readonly run: string }
  | {
      readonly command: "retry";
      readonly run: string;
      readonly classes?: readonly (typeof FAILURE_CLASSES)[number][] | undefined;
      /** Numbers of users in the run. */
      readonly users?: readonly number[] | undefined;
    }
  /** `confirm`: the project's ID, where the config lets a sync delete users. */
  | { readonly command: "sync"; readonly dryRun?: boolean | undefined; readonly confirm?: string | undefined }
  /** `confirm`: the run's ID once more, unless it is a dry run. */
  | {
      readonly command: "rollback";
      readonly run: string;
      readonly dryRun?: boolean | undefined;
      readonly confirm?: string | undefined;
    };

/** Name of a command that the console starts. */
export type StartedCommandName = StartRequest["command"];

/** A command that the console has started: a process of its own, which outlives the console. */
export interface StartedCommand {
  readonly id: string;
  readonly command: StartedCommandName;
  /** As it would be typed: `c2d retry --only refused --yes`. */
  readonly line: string;
  /** Who started it. */
  readonly by: string;
  readonly startedAt: string;
  readonly pid: number;
  /** `gone`: it ended without saying how: it was killed, or ended while no console was there. */
  readonly state: "running" | "ended" | "gone";
  /** Exit code; null while it runs, and where nobody knows. */
  readonly exitCode: number | null;
  /** What the exit code means. */
  readonly meaning: string | null;
}

/** Commands that the console has started, newest first. */
export interface StartedCommands {
  /** Whether commands can be started here. */
  readonly available: boolean;
  /** What a sync has to be confirmed with: the project's ID where the config lets it delete users, null elsewhere. */
  readonly confirmSync: string | null;
  readonly commands: readonly StartedCommand[];
}

/** A run that a command is started for. It becomes an argument, so nothing that begins as an option does is one. */
const wantedRun: z.ZodString = z.string().regex(/^\w[\w.-]{0,63}$/);

const startSchema: z.ZodType<StartRequest> = z
  .discriminatedUnion("command", [
    z.strictObject({ command: z.literal("plan") }),
    z.strictObject({ command: z.literal("migrate"), dryRun: z.boolean().optional() }),
    z.strictObject({ command: z.enum(["apply", "reconcile"]), run: wantedRun }),
    z.strictObject({
      command: z.literal("retry"),
      run: wantedRun,
      classes: z.array(z.enum(FAILURE_CLASSES)).min(1).max(FAILURE_CLASSES.length).optional(),
      users: z.array(z.int().min(1)).min(1).max(100).optional(),
    }),
    z.strictObject({
      command: z.literal("sync"),
      dryRun: z.boolean().optional(),
      confirm: z.string().max(200).optional(),
    }),
    z.strictObject({
      command: z.literal("rollback"),
      run: wantedRun,
      dryRun: z.boolean().optional(),
      confirm: z.string().max(200).optional(),
    }),
  ])
  .openapi("StartRequest");

/** Schema of a {@link StartedCommand}. */
export const startedCommandSchema: z.ZodType<StartedCommand> = z
  .object({
    id: z.string(),
    command: z.enum(["plan", "migrate", "apply", "reconcile", "retry", "sync", "rollback"]),
    line: z.string(),
    by: z.string(),
    startedAt: time,
    pid: count,
    state: z.enum(["running", "ended", "gone"]),
    exitCode: z.int().nullable(),
    meaning: z.string().nullable(),
  })
  .openapi("StartedCommand");

const listSchema: z.ZodType<StartedCommands> = z
  .object({ available: z.boolean(), confirmSync: z.string().nullable(), commands: z.array(startedCommandSchema) })
  .openapi("StartedCommands");

const PATH = "/api/v1/commands";
const ONE_PATH = "/api/v1/commands/{id}";
const OUTPUT_PATH = "/api/v1/commands/{id}/output";
const INTERRUPT_PATH = "/api/v1/commands/{id}/interrupt";

type IdParams = z.ZodObject<{ id: z.ZodString }>;

const idParams: IdParams = z.object({
  id: z
    .string()
    .regex(/^[a-z0-9-]{1,64}$/)
    .openapi({ param: { name: "id", in: "path" } }),
});

/** Lists the commands that the console has started, newest first, twenty at most. */
export const listCommands: ConsoleRoute<"get", typeof PATH, StartedCommands> = consoleRoute({
  method: "get",
  path: PATH,
  operationId: "listCommands",
  summary: "Lists the commands that the console has started",
  description: "Newest first, twenty at most. The same document is the event `commands` of the live stream.",
  tag: "Commands",
  answer: listSchema,
  request: {},
});

/** Starts a command. */
export const startCommand: ConsoleRoute<
  "post",
  typeof PATH,
  StartedCommand,
  { readonly body: JsonBody<StartRequest> }
> = consoleRoute({
  method: "post",
  path: PATH,
  operationId: "startCommand",
  summary: "Starts a command as a process of its own",
  description:
    "It asks nothing, goes on when the console ends, and writes what it prints to a file. Refused while another process works on " +
    "the newest run.",
  tag: "Commands",
  answer: startedCommandSchema,
  request: { body: jsonBody(startSchema) },
});

/** Says how a command stands. */
export const readCommand: ConsoleRoute<"get", typeof ONE_PATH, StartedCommand, { readonly params: IdParams }> =
  consoleRoute({
    method: "get",
    path: ONE_PATH,
    operationId: "readCommand",
    summary: "Says how a command stands",
    tag: "Commands",
    answer: startedCommandSchema,
    request: { params: idParams },
  });

/** Part of what a command printed. */
export interface CommandOutput {
  readonly text: string;
  /** Where the next part begins, in bytes. */
  readonly next: number;
  /** Whether nothing more will come. */
  readonly complete: boolean;
}

const outputSchema: z.ZodType<CommandOutput> = z
  .object({ text: z.string(), next: count, complete: z.boolean() })
  .openapi("CommandOutput");

type OutputQuery = z.ZodObject<{ from: z.ZodOptional<QueryCount> }>;

const outputQuery: OutputQuery = z.object({ from: queryCount.optional() });

/** Gives what a command printed. */
export const readCommandOutput: ConsoleRoute<
  "get",
  typeof OUTPUT_PATH,
  CommandOutput,
  { readonly params: IdParams; readonly query: OutputQuery }
> = consoleRoute({
  method: "get",
  path: OUTPUT_PATH,
  operationId: "readCommandOutput",
  summary: "Gives what a command printed",
  description: "From the byte `from` on, 64 KiB at most.",
  tag: "Commands",
  answer: outputSchema,
  request: { params: idParams, query: outputQuery },
});

/** Interrupts a command as Ctrl-C does. */
export const interruptCommand: ConsoleRoute<
  "post",
  typeof INTERRUPT_PATH,
  StartedCommand,
  { readonly params: IdParams }
> = consoleRoute({
  method: "post",
  path: INTERRUPT_PATH,
  operationId: "interruptCommand",
  summary: "Interrupts a command as Ctrl-C does",
  description: "Everything done so far is kept, and the same command goes on.",
  tag: "Commands",
  answer: startedCommandSchema,
  request: { params: idParams },
});
