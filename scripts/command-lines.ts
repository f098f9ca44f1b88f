import { PassThrough } from "node:stream";
import type { Command } from "commander";
import { parse } from "shell-quote";
import { createProgram } from "../apps/cli/src/program.ts";

/**
 * Command lines of `c2d` in a shell text, each as its arguments. What stands for something that readers have to put in, such as
 * `<run>`, counts as a word.
 */
export function commandLines(shell: string): readonly (readonly string[])[] {
  return shell
    .replaceAll(/\\\n\s*/g, " ")
    .split("\n")
    .flatMap((line) => simpleCommands(withoutPlaceholders(line)))
    .flatMap((words) => {
      while (/^[A-Z_][A-Z0-9_]*=/.test(words[0] ?? "")) words.shift();
      if (words[0] === "npx") words.shift();
      return words[0] === "c2d" || words[0] === "cognito-to-descope" ? [words.slice(1)] : [];
    });
}

/** A shell text in which nothing that readers have to put in looks like a redirection. */
export function withoutPlaceholders(shell: string): string {
  return shell.replaceAll(/<([a-zA-Z][\w. -]*)>/g, (_whole, name: string) => name.replaceAll(/[^a-zA-Z]/g, "-"));
}

/** Simple commands of one line, as their words; what they are joined by and sent to is left out. */
function simpleCommands(line: string): string[][] {
  const commands: string[][] = [[]];
  let redirected = false;
  for (const part of parse(line, (name) => `$${name}`)) {
    if (typeof part === "string") {
      if (redirected) redirected = false;
      else commands.at(-1)?.push(part);
    } else if ("comment" in part) {
      break;
    } else if (part.op === "glob") {
      commands.at(-1)?.push(part.pattern);
    } else if (/^[<>]/.test(part.op)) {
      redirected = true;
    } else {
      commands.push([]);
    }
  }
  return commands;
}

/** Why the program would not take these arguments; undefined when it would. Runs nothing. */
export async function refusalOf(args: readonly string[]): Promise<string | undefined> {
  const program = await createProgram(args, idleHost(), () => undefined);
  for (const command of program.commands) disarm(command);
  try {
    await program.parseAsync([...args], { from: "user" });
    return undefined;
  } catch (error) {
    const { code, message } = error as { readonly code?: string; readonly message: string };
    // The help of the program, or of a group of commands that was asked for.
    return code?.startsWith("commander.help") === true || code === "commander.version" ? undefined : message;
  }
}

/**
 * Why the program does not know a command that prose names, such as `c2d sso` or `c2d jit setup --gateway`; undefined when it
 * does. Operands and values may be left out.
 */
export async function unknownIn(args: readonly string[]): Promise<string | undefined> {
  const program = await createProgram(args, idleHost(), () => undefined);
  let command: Command = program;
  let options = false;
  for (const word of args) {
    if (word.startsWith("-")) {
      options = true;
      const name = word.split("=")[0];
      const known = [...command.options, ...program.options].some(
        ({ long, short }) => name === long || name === short || name === "--help" || name === "-h",
      );
      if (!known) return `${command.name()} has no option ${name}`;
      continue;
    }
    // Behind an option stands its value.
    if (options) continue;
    const next = command.commands.find((candidate) => candidate.name() === word);
    if (next !== undefined) command = next;
    else if (command.commands.length > 0 && command.registeredArguments.length === 0)
      return `${command.name()} has no command ${word}`;
  }
  return undefined;
}

/** Lets a command do nothing. The program itself stays without an action, so that it says which command it does not know. */
function disarm(command: Command): void {
  command.action(() => undefined);
  for (const child of command.commands) disarm(child);
}

function idleHost(): Parameters<typeof createProgram>[1] {
  const nothing = new PassThrough();
  nothing.resume();
  return {
    cwd: "/",
    variables: {},
    stdin: nothing,
    stdout: nothing,
    stderr: nothing,
    signal: new AbortController().signal,
  };
}
