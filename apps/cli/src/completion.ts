import createTab from "@bomb.sh/tab/commander";
import type { Command } from "commander";

/** Adds `completion <shell>`, which prints a script, and `complete`, which that script calls at each press of the tab key. */
export function addCompletion(program: Command): void {
  createTab(program, { completionCommandName: "completion" });
}
