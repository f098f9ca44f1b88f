import { Argument, type Command as Commander } from "commander";
import type { Declare } from "../program.ts";

/** Declares the commands that move app clients. */
export function declareAppsCommands(program: Commander, declare: Declare): void {
  const apps = program
    .command("apps")
    .summary("make inbound applications of app clients")
    .description("Make inbound applications of app clients.");
  declare(apps, {
    name: "assess",
    summary: "read every app client, and say what it is and what it becomes; reads only",
    examples: [["c2d apps assess", "needs no project"]],
    load: async () => (await import("../commands/apps-assess.ts")).appsAssess,
  });
  declare(apps, {
    name: "plan",
    summary: "say what would be made of every app client, and what its owner has to change",
    examples: [
      ["c2d apps plan", "writes nothing to the project"],
      ["c2d apps plan --sheet apps.md", "with a sheet for the owners of the clients"],
    ],
    load: async () => (await import("../commands/apps-plan.ts")).appsPlan,
  }).option("--sheet <file>", "write what each owner has to change, as Markdown");
  declare(apps, {
    name: "apply",
    summary: "make the inbound applications with the clients' own IDs and secrets, and read them back",
    examples: [
      ["c2d apps apply --dry-run", "show the plan, and write nothing"],
      ["c2d apps apply --sheet apps.md", "ask, then write; run again after an interruption"],
    ],
    load: async () => (await import("../commands/apps-apply.ts")).appsApply,
  })
    .option("--dry-run", "show the plan, and write nothing")
    .option("--sheet <file>", "write what each owner has to change, as Markdown");
  declare(apps, {
    name: "verify",
    summary: "try every application as its client does: settings, sign-in page, and a token where it gets one",
    examples: [["c2d apps verify", "signs nobody in"]],
    load: async () => (await import("../commands/apps-verify.ts")).appsVerify,
  });
  declare(apps, {
    name: "rollback",
    summary: "take back what apply wrote, as far as nobody changed it since",
    examples: [
      ["c2d apps rollback --dry-run", "show what would be taken back"],
      ["c2d apps rollback 1example23456789", "one app client"],
    ],
    load: async () => (await import("../commands/apps-rollback.ts")).appsRollback,
  })
    .addArgument(new Argument("[client...]", "app clients, by ID (default: all)"))
    .option("--dry-run", "show what would be taken back, and write nothing");
}
