import type { Command as Commander } from "commander";
import type { Declare } from "../program.ts";

/** Declares `triggers` on the group of commands that write something for AWS. */
export function declareEmitTriggers(emit: Commander, declare: Declare): void {
  declare(emit, {
    name: "triggers",
    summary: "write the Lambda function that tells the gateway who signs up or in, with its template",
    examples: [
      [
        "c2d aws emit triggers --url https://gateway.example.com/v1/sync/events",
        "read the pool's triggers, then write",
      ],
      [
        "c2d aws emit triggers --url https://gateway.example.com/v1/sync/events --offline --user-pool-id us-east-1_AbCdEf123",
        "without reading the pool, which is said to have no such trigger",
      ],
    ],
    load: async () => (await import("../commands/aws-emit-triggers.ts")).emitTriggers,
  })
    .requiredOption("--url <url>", "where the gateway takes events: https://<host>/v1/sync/events")
    .option("--user-pool-id <id>", "user pool (default: that of the config)")
    .option(
      "--existing <trigger=arn>",
      "function that the pool calls by a trigger, in place of what is read; may be given twice; =none for none",
      (value: string, before: readonly string[] | undefined) => [...(before ?? []), value],
    )
    .option("--offline", "do not read the pool")
    .option("--output <directory>", "directory to write to (default: c2d-triggers)");
}
