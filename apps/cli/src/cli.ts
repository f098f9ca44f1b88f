import { CommanderError } from "commander";
import type { CliHost } from "./cli-host.ts";
import { EXIT_CODES } from "./exit-codes.ts";
import { createOutput, type Output } from "./output/output.ts";
import { createProgram } from "./program.ts";

/** Commands that go on where they were interrupted. */
const CONTINUED_COMMANDS: ReadonlySet<string> = new Set(["plan", "apply", "migrate", "sync", "retry"]);

/**
 * Runs one command line and gives its exit code. Throws nothing: whatever goes wrong is printed here.
 *
 * @param args - The arguments after the program's name.
 */
export async function runCli(args: readonly string[], host: CliHost): Promise<number> {
  // Errors of the command line itself have to be printed before it is understood.
  const given = new Set(args.slice(0, args.includes("--") ? args.indexOf("--") : undefined));
  const output = createOutput(host, {
    json: given.has("--json"),
    quiet: given.has("--quiet"),
    verbose: given.has("--verbose") || given.has("-v"),
    color: !given.has("--no-color"),
    documentLines: given.has("--watch"),
  });
  let exitCode: number = EXIT_CODES.done;
  let commandName = "";
  try {
    const program = await createProgram(args, host, (name, code) => {
      commandName = name;
      exitCode = code;
    });
    await program.parseAsync(args.length === 0 ? ["--help"] : [...args], { from: "user" });
    output.progress.clear();
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return EXIT_CODES.done;
    // The help of a group of commands that was called without one of them.
    if (error instanceof CommanderError && error.code === "commander.help") return EXIT_CODES.usage;
    return await report(error, { host, output, commandName, debug: given.has("--debug") });
  }
}

interface Reporting {
  readonly host: CliHost;
  readonly output: Output;
  readonly commandName: string;
  readonly debug: boolean;
}

async function report(error: unknown, { host, output, commandName, debug }: Reporting): Promise<number> {
  const [{ exitCodeOf, usageError }, { printError }, { Declined }, { hasCode, MigrationError }] = await Promise.all([
    import("./errors.ts"),
    import("./output/print-error.ts"),
    import("./confirm.ts"),
    import("@cognito-to-descope/core"),
  ]);
  let shown = error;
  if (error instanceof CommanderError) {
    shown = usageError(error.message.replace(/^error: /, ""), `see \`c2d ${commandName} --help\``.replace("  ", " "));
  } else if (host.signal.aborted && !(error instanceof Declined) && !hasCode(error, "ERR_OUTPUT_UNWRITABLE")) {
    const kept = CONTINUED_COMMANDS.has(commandName)
      ? "interrupted: everything done so far is kept; the same command continues"
      : "interrupted: nothing was written by half";
    shown = new MigrationError("ERR_ABORTED", kept, { cause: error });
  }
  printError(shown, output, host.stderr, debug);
  return exitCodeOf(shown);
}
