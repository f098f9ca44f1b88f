import { Argument, Command as Commander } from "commander";
import type { CliHost } from "./cli-host.ts";
import type { Command, GlobalOptions } from "./invocation.ts";
import { declareAppsCommands } from "./declarations/apps.ts";
import { declareAwsCommands } from "./declarations/aws.ts";
import { declareConsoleCommand } from "./declarations/console.ts";
import { declareControlCommands } from "./declarations/control.ts";
import { declareFlowCommands } from "./declarations/flow.ts";
import { declareIdMapCommands } from "./declarations/id-map.ts";
import { declareJitProgress } from "./declarations/jit-progress.ts";
import { declareJitSetup } from "./declarations/jit-setup.ts";
import { declareMappingCommands } from "./declarations/mapping.ts";
import { declareMigrationCommands } from "./declarations/migration.ts";
import { declareOidcCommands } from "./declarations/oidc.ts";
import { declareReportCommands } from "./declarations/report.ts";
import { declareSandboxCommands } from "./declarations/sandbox.ts";
import { declareServiceCommands } from "./declarations/services.ts";
import { declareSetupCommands } from "./declarations/setup.ts";
import { declareSsoCommands } from "./declarations/sso.ts";
import { declareUserCommand } from "./declarations/user.ts";
import { EXIT_CODES } from "./exit-codes.ts";
import { createOutput } from "./output/output.ts";
import { packageVersion } from "./version.ts";

/** How a command is declared: what the program says about it, and where it is. It is loaded when it is called. */
export interface Declaration {
  /** Name with its operands: `completion <shell>`. */
  readonly name: string;
  readonly summary: string;
  /** Command lines with what they do. */
  readonly examples: readonly (readonly [line: string, meaning: string])[];
  // oxlint-disable-next-line typescript/no-explicit-any -- each command has options of its own, which commander does not type
  readonly load: () => Promise<Command<any>>;
}

const SHELLS: readonly string[] = ["bash", "zsh", "fish", "powershell"];

/** Declares a command on a program or on a group of commands. */
export type Declare = (parent: Commander, declaration: Declaration) => Commander;

/**
 * The program with all its commands.
 *
 * @param onCommand - Hears which command runs, and its exit code when it has ended.
 */
export async function createProgram(
  args: readonly string[],
  host: CliHost,
  onCommand: (name: string, exitCode: number) => void,
): Promise<Commander> {
  const program = new Commander("c2d")
    .description(
      "Moves users, passwords, SSO connections and back ends from Amazon Cognito to Descope: plan, apply, reconcile.",
    )
    .version(packageVersion(), "-V, --version")
    .option("--config <file>", "config file (default: c2d.config.ts, .json or .yaml, or the environment alone)")
    .option("--state <place>", "state file, or postgres:// URL (default: .c2d/state.db)")
    .option("--json", "print one JSON document on stdout, and everything else on stderr")
    .option("--quiet", "print nothing but errors and the JSON document")
    .option("--no-color", "print without colours")
    .option("-y, --yes", "do not ask for confirmation")
    .option("--debug", "print the stack of an error")
    .option("-v, --verbose", "show every user, with login IDs: this prints personal data")
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => host.stdout.write(text),
      writeErr: (text) => host.stderr.write(text),
      outputError: () => undefined,
    })
    .exitOverride()
    .showSuggestionAfterError();

  const declare: Declare = (parent, declaration) => {
    const declared = parent.command(declaration.name);
    return declared
      .summary(declaration.summary)
      .description(`${declaration.summary[0]?.toUpperCase()}${declaration.summary.slice(1)}.`)
      .addHelpText("after", () => {
        const width = Math.max(...declaration.examples.map(([line]) => line.length));
        const lines = declaration.examples.map(([line, meaning]) => `  ${line.padEnd(width)}  ${meaning}`);
        return `\nExamples:\n${lines.join("\n")}`;
      })
      .action(async (...given: readonly unknown[]) => {
        const command = given.at(-1) as Commander;
        const name = nameOf(command);
        onCommand(name, 1);
        const options = command.optsWithGlobals<GlobalOptions & { readonly watch?: boolean }>();
        const run = await declaration.load();
        const exitCode = await run({
          host,
          output: createOutput(host, {
            json: options.json ?? false,
            quiet: options.quiet ?? false,
            verbose: options.verbose ?? false,
            color: options.color ?? true,
            documentLines: options.watch ?? false,
          }),
          options,
          operands: command.args,
        });
        onCommand(name, exitCode);
      })
      .exitOverride((error) => {
        // A wrong option is told before the command runs, with the help of that command.
        onCommand(nameOf(declared), EXIT_CODES.usage);
        throw error;
      });
  };

  declareSetupCommands(program, declare);
  declareMigrationCommands(program, declare);
  declareMappingCommands(program, declare);
  declareIdMapCommands(program, declare);
  declareFlowCommands(program, declare);
  declareServiceCommands(program, declare);
  declareConsoleCommand(program, declare);
  declareSsoCommands(program, declare);
  declareAppsCommands(program, declare);
  declareOidcCommands(program, declare);
  declareAwsCommands(program, declare);
  declareJitSetup(program, declare);
  declareJitProgress(program, declare);
  declareControlCommands(program, declare);
  declareReportCommands(program, declare);
  declareUserCommand(program, declare);
  declareSandboxCommands(program, declare);
  const printsScript = args[0] === "completion" && SHELLS.includes(args[1] ?? "");
  if (printsScript || args[0] === "complete") {
    const { addCompletion, BASH_WITHOUT_PACKAGE } = await import("./completion.ts");
    if (printsScript && args[1] === "bash") host.stdout.write(BASH_WITHOUT_PACKAGE);
    addCompletion(program);
  } else {
    program
      .command("completion")
      .addArgument(new Argument("<shell>", "shell that the script is for").choices(SHELLS))
      .summary("print a completion script for bash, zsh, fish or powershell")
      .description("Print a completion script for bash, zsh, fish or powershell.")
      .addHelpText(
        "after",
        "\nExamples:\n  source <(c2d completion bash)\n  c2d completion fish > ~/.config/fish/completions/c2d.fish",
      )
      .action(() => program.help());
  }
  return program;
}

function nameOf(command: Commander): string {
  const names: string[] = [];
  for (let at = command; at.parent; at = at.parent) names.unshift(at.name());
  return names.join(" ");
}
