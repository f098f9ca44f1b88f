import type { Command as Commander } from "commander";
import type { Declare } from "../program.ts";

/** Declares the commands that run until they are stopped. */
export function declareServiceCommands(program: Commander, declare: Declare): void {
  declare(program, {
    name: "gateway",
    summary: "take events of the pools' triggers and exchange sessions, until a signal",
    examples: [
      ["c2d gateway", "take events, on this machine only, port 8420; needs C2D_EVENTS_SECRET in the environment"],
      ["c2d gateway --listen 0.0.0.0:8420", "for a load balancer in front of it, where TLS ends"],
      [
        "c2d gateway --exchange 1example23456789 --exchange-origin https://app.example.com",
        "give Descope sessions for fresh Cognito tokens; needs DESCOPE_MANAGEMENT_KEY",
      ],
    ],
    load: async () => (await import("../commands/gateway.ts")).gateway,
  })
    .option("--listen <address>", "address and port to listen on (default: 127.0.0.1:8420)")
    .option("--exchange <client...>", "app clients whose ID tokens are exchanged (default: no exchange)")
    .option("--exchange-origin <origin...>", "origins of the pages that may ask for an exchange")
    .option("--exchange-cookies", "set the session as cookies DS and DSR, in place of answering with it")
    .option("--exchange-revoke", "revoke the Cognito refresh token that comes along; not for clients with a secret");

  declare(program, {
    name: "worker",
    summary: "help to apply every run of the project that is applied with the same PostgreSQL state",
    examples: [
      ["c2d worker --state postgres://c2d@db.internal/c2d", "until Ctrl-C, on as many machines as there are"],
      ["c2d worker --until-idle", "end when no run is read, planned or applied"],
    ],
    load: async () => (await import("../commands/worker.ts")).worker,
  })
    .option("--until-idle", "end when there is nothing to do")
    .option("--log-file <file>", "log file (default: migration_log_cognito_<date>_<time>.log in this directory)")
    .option("--no-log-file", "write no log file");
}
