import type { Command as Commander } from "commander";
import type { Declare } from "../program.ts";

/** Declares the command about one user. */
export function declareUserCommand(program: Commander, declare: Declare): void {
  declare(program, {
    name: "user <text>",
    summary: "tell one user's story: what is planned and why, both sides, what became of it",
    examples: [
      ["c2d user ada@example.com", "by an address; a part of one, a number, a name or a sub does as well"],
      ["c2d user 4a1c33f0-9c5f-4bd9-8f6b-9b7d2e6f1a00 --now", "with what the project has now"],
      ["c2d user ada@example.com --reveal", "without masks; the run has it written down who looked"],
    ],
    load: async () => (await import("../commands/user.ts")).user,
  })
    .option("--run <id>", "another run than the newest that has a plan")
    .option("--reveal", "show personal values, and write down that somebody looked (-v does so too)")
    .option("--now", "ask the project for the user, instead of showing what was read for the plan or by a reconcile");
}
