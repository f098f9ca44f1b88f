import type { Command as Commander } from "commander";
import type { Declare } from "../program.ts";

/** Declares the commands that run until they are stopped. */
export function declareServiceCommands(program: Commander, declare: Declare): void {
  declare(program, {
    name: "gateway",
    summary: "take events of the pools' triggers, until a signal; needs C2D_EVENTS_SECRET in the environment",
    examples: [
      ["c2d gateway", "on this machine only, port 8420"],
      ["c2d gateway --listen 0.0.0.0:8420", "for a load balancer in front of it, where TLS ends"],
    ],
    load: async () => (await import("../commands/gateway.ts")).gateway,
  }).option("--listen <address>", "address and port to listen on (default: 127.0.0.1:8420)");

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
