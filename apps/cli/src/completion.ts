import createTab from "@bomb.sh/tab/commander";
import { type Command, CommanderError } from "commander";
import type { Output } from "./output/output.ts";

const SHELLS: ReadonlySet<string> = new Set(["bash", "zsh", "fish", "powershell"]);

/**
 * Adds `completion <shell>`, which prints a script, and `complete`, which that script calls at each press of the tab key.
 *
 * @throws CommanderError for a shell that there is no script for.
 */
export function addCompletion(program: Command, args: readonly string[], _output: Output): void {
  const shell = args[1];
  if (args[0] === "completion" && shell !== undefined && !shell.startsWith("-") && !SHELLS.has(shell)) {
    throw new CommanderError(2, "c2d.shell", `no such shell: there are ${[...SHELLS].join(", ")}`);
  }
  createTab(program, { completionCommandName: "completion" });
}
