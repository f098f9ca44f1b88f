import type { Command as Commander } from "commander";
import type { Declare } from "../program.ts";

/** Declares the commands that look at mapping rules. */
export function declareMappingCommands(program: Commander, declare: Declare): void {
  const mapping = program
    .command("mapping")
    .summary("see what mapping rules do")
    .description("See what mapping rules do.");
  declare(mapping, {
    name: "effect",
    summary: "say what other mapping rules would make of the plan; writes nothing",
    examples: [
      ["c2d mapping effect --mapping rules.json", "the section `mapping` of a config, as JSON"],
      ["c2d mapping effect", "the config as it is now, against the newest plan"],
      ["c2d mapping effect --mapping - --json --watch < rules.json", "a line for each look, for other programs"],
    ],
    load: async () => (await import("../commands/mapping-effect.ts")).mappingEffect,
  })
    .option("--mapping <file>", "rules to try instead of those of the config; - for standard input")
    .option("--watch", "with --json, say again and again how far it is, a document a line");
}
