import { type Command as Commander, Option } from "commander";
import type { Declare } from "../program.ts";

/** Declares the commands that come before a migration. */
export function declareSetupCommands(program: Commander, declare: Declare): void {
  declare(program, {
    name: "init",
    summary: "write a config file; asks on a terminal",
    examples: [
      ["c2d init", "ask, then write c2d.config.ts"],
      ["c2d init --user-pool-id us-east-1_AbCdEf123 --project-id P2abc --yes", "without asking"],
      ["c2d init --format yaml --force", "replace what is there"],
    ],
    load: async () => (await import("../commands/init.ts")).init,
  })
    .addOption(new Option("--format <format>", "format of the file").choices(["ts", "json", "yaml"]).default("ts"))
    .option("--user-pool-id <id>", "user pool to read")
    .option("--region <region>", "AWS region (default: the one that the user pool ID begins with)")
    .option("--profile <name>", "profile of the shared AWS config files")
    .option("--role-arn <arn>", "role to assume, for a pool of another AWS account")
    .option("--endpoint <url>", "takes the place of Cognito's endpoint")
    .option("--tenant <id>", "Descope tenant that every user of the pool belongs to")
    .option("--project-id <id>", "Descope project to write")
    .option("--base-url <url>", "base URL of the Descope API")
    .option("--force", "replace a config file that is there");

  declare(program, {
    name: "doctor",
    summary: "check Node, config, credentials, permissions, project, state store and disk",
    examples: [
      ["c2d doctor", "check everything that can be checked by reading"],
      ["c2d doctor --probe", "also find out undocumented behaviour, with test users that are removed again"],
      ["c2d doctor --json", "for other programs"],
    ],
    load: async () => (await import("../commands/doctor.ts")).doctor,
  }).option("--probe", "find out how the project behaves, with test users that are removed again");
}
