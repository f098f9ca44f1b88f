import { type Command as Commander, Option } from "commander";
import type { Declare } from "../program.ts";

/** Declares `gateway` on the group of commands that write something for AWS. */
export function declareEmitGateway(emit: Commander, declare: Declare): void {
  declare(emit, {
    name: "gateway",
    summary: "write the gateway as a Lambda function, with its template",
    examples: [
      ["c2d aws emit gateway --jit", "check passwords at first sign-ins, behind a function URL"],
      [
        "c2d aws emit gateway --jit --vpc --endpoint http-api",
        "behind an HTTP API, with the state on PostgreSQL in a VPC",
      ],
      [
        "c2d aws emit gateway --exchange 1example23456789 --exchange-origin https://app.example.com",
        "exchange sessions",
      ],
    ],
    load: async () => (await import("../commands/aws-emit-gateway.ts")).emitGateway,
  })
    .option("--jit", "check passwords of users who sign in for the first time")
    .option("--exchange <client...>", "app clients whose ID tokens are exchanged (default: no exchange)")
    .option("--exchange-origin <origin...>", "origins of the pages that may ask for an exchange")
    .option("--exchange-cookies", "set the session as cookies DS and DSR, in place of answering with it")
    .option("--exchange-revoke", "revoke the Cognito refresh token that comes along; not for clients with a secret")
    .addOption(
      new Option("--endpoint <kind>", "what stands in front of it (default: function-url)").choices([
        "function-url",
        "http-api",
      ]),
    )
    .option("--name <name>", "name of the function (default: c2d-gateway)")
    .option("--vpc", "run it in subnets of a VPC, where the database of the state is")
    .option("--output <directory>", "directory to write to (default: c2d-gateway)");
}
