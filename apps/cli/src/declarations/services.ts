import { type Command as Commander, Option } from "commander";
import type { Declare } from "../program.ts";
import { afterMigration } from "./after-migration.ts";
import { wholeNumber } from "./whole-number.ts";

/** Declares the commands that run until they are stopped. */
export function declareServiceCommands(program: Commander, declare: Declare): void {
  declare(program, {
    name: "gateway",
    summary: "take events of the pools' triggers, exchange sessions and check passwords, until a signal",
    examples: [
      ["c2d gateway", "take events, on this machine only, port 8420; needs C2D_EVENTS_SECRET in the environment"],
      [
        "c2d gateway --listen 0.0.0.0:8420 --metrics-listen 0.0.0.0:9464 --drain-delay 10",
        "behind a load balancer, where TLS ends, which has ten seconds to notice that a replica goes",
      ],
      [
        "c2d gateway --listen 0.0.0.0:8443 --tls-cert tls.crt --tls-key tls.key --tls-client-ca clients.crt",
        "with TLS, for clients with a certificate; changed files are taken within a minute, or with SIGHUP",
      ],
      [
        "c2d gateway --exchange 1example23456789 --exchange-origin https://app.example.com",
        "give Descope sessions for fresh Cognito tokens; needs DESCOPE_MANAGEMENT_KEY",
      ],
      [
        "c2d gateway --jit",
        "check passwords at first sign-in; needs C2D_JIT_TOKEN, DESCOPE_MANAGEMENT_KEY and jit.pools",
      ],
      ["c2d gateway --console", "serve the console for operators with a passphrase; needs C2D_CONSOLE_OPERATORS"],
    ],
    load: async () => (await import("../commands/gateway.ts")).gateway,
  })
    .option("--listen <address>", "address and port to listen on (default: 127.0.0.1:8420)")
    .option("--metrics-listen <address>", "address and port of /metrics, /healthz and /readyz, in plain HTTP")
    .option("--tls-cert <file>", "speak HTTPS, with this certificate and its chain, in PEM")
    .option("--tls-key <file>", "key of the certificate, in PEM")
    .option("--tls-client-ca <file>", "let in clients with a certificate of this CA only, in PEM")
    .option(
      "--drain-delay <seconds>",
      "go on so long after a signal, while /readyz says 503 (default: 0)",
      wholeNumber(0, 600),
    )
    .option("--stop-timeout <seconds>", "what requests under way have to end (default: 10)", wholeNumber(0, 600))
    .addOption(
      new Option("--log-level <level>", "least level that is logged (default: info)").choices([
        "debug",
        "info",
        "warn",
        "error",
      ]),
    )
    .option("--jit", "check passwords at Cognito for Descope's connector, and bring in users who are right")
    .option(
      "--after-migration <what>",
      "what becomes of a user in the pool: keep, disable, or custom:<name> to set that attribute (default: keep)",
      afterMigration,
    )
    .option("--console", "serve the console behind the login of the operators in C2D_CONSOLE_OPERATORS")
    .option("--console-read-only", "let nobody change anything by way of the console")
    .option(
      "--behind-proxy",
      "TLS ends in front of the gateway, so that the console may be served without a certificate",
    )
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
