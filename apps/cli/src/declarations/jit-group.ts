import type { Command as Commander } from "commander";

/** The group of commands about just-in-time migration, made where it is not there yet. */
export function jitGroup(program: Commander): Commander {
  return (
    program.commands.find((command) => command.name() === "jit") ??
    program
      .command("jit")
      .summary("just-in-time migration: keep passwords by checking each once")
      .description("Just-in-time migration: keep passwords by checking each once.")
  );
}
