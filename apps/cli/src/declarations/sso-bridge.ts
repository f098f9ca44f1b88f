import { Argument, type Command as Commander, Option } from "commander";
import type { Declare } from "../program.ts";
import { share, wholeNumber } from "./whole-number.ts";

/** Packages and providers as the core names them; a test holds both together. */
export const PACKAGE_NAMES: readonly string[] = ["lambda", "worker", "docker"];
export const DNS_PROVIDER_NAMES: readonly string[] = ["route53", "cloudflare", "zone-file"];
export const MODE_NAMES: readonly string[] = ["cognito", "log-only", "descope"];

function withFiles(command: Commander): Commander {
  return command.option("--bridge-config <file>", "config of the bridge (default: .c2d/bridge.json)");
}

function withModes(command: Commander): Commander {
  return withFiles(command).option("--modes <file>", "modes of the connections (default: .c2d/bridge-modes.json)");
}

function withDecisions(command: Commander): Commander {
  return withModes(command).option(
    "--decisions <file...>",
    "logs of decisions, of one bridge or several (default: .c2d/bridge-decisions.jsonl)",
  );
}

/** Declares the commands of the bridge on the group of commands that move SSO connections. */
export function declareSsoBridgeCommands(sso: Commander, declare: Declare): void {
  const bridge = declare(sso, {
    name: "bridge",
    summary: "answer the pool's custom domain: call-backs by their connection, everything else to Cognito",
    examples: [
      ["c2d sso bridge --listen 0.0.0.0:8080", "behind a load balancer, where TLS ends"],
      ["c2d sso bridge --listen 0.0.0.0:443 --tls-cert tls.crt --tls-key tls.key", "with TLS of its own"],
    ],
    load: async () => (await import("../commands/sso-bridge.ts")).ssoBridge,
  });
  withModes(bridge)
    .option("--decisions <file>", "log of decisions to add to (default: .c2d/bridge-decisions.jsonl)", (file) => [file])
    .option("--listen <address>", "address and port to listen on (default: 127.0.0.1:8443)")
    .option("--tls-cert <file>", "certificate of the host in PEM, its chain after it; followed when it changes")
    .option("--tls-key <file>", "key of the certificate in PEM")
    .option("--metrics-listen <address>", "address and port of /metrics, in plain HTTP (default: none)")
    .option("--upstream-ca <file>", "certificates in PEM to believe of Cognito's side, for rehearsals");
  declareBridgeFiles(bridge, declare);
  declareCutover(sso, declare);
}

function declareBridgeFiles(bridge: Commander, declare: Declare): void {
  withFiles(
    declare(bridge, {
      name: "config",
      summary: "read the pools, and write the config of the bridge",
      examples: [["c2d sso bridge config", "write .c2d/bridge.json anew after a change of connections in Cognito"]],
      load: async () => (await import("../commands/sso-bridge-config.ts")).ssoBridgeConfig,
    }),
  )
    .option("--descope-domain <host>", "the project's own domain at Descope, where it has one")
    .option("--upstream <url>", "takes the place of Cognito's distributions, for emulators");

  withFiles(
    declare(bridge, {
      name: "emit",
      summary: "write the bridge for another place to run: its code, its config, and how to deploy them",
      examples: [
        ["c2d sso bridge emit lambda", "an HTTP API of API Gateway with a function"],
        ["c2d sso bridge emit worker --output worker", "a Cloudflare Worker"],
      ],
      load: async () => (await import("../commands/sso-bridge-emit.ts")).ssoBridgeEmit,
    }),
  )
    .addArgument(new Argument("<place>", "where it is to run").choices(PACKAGE_NAMES))
    .option("--output <directory>", "directory to write to (default: c2d-bridge-<place>)");

  withFiles(
    declare(bridge, {
      name: "dns",
      summary: "write the change of DNS that brings the host to the bridge, with the way back; changes nothing",
      examples: [
        [
          "c2d sso bridge dns route53 --target bridge-1.eu-west-1.elb.amazonaws.com --record alias --zone-id Z123",
          "where the host is an alias of Cognito's distribution",
        ],
        ["c2d sso bridge dns zone-file --target bridge.example.com --ttl 3600", "lines for a zone file"],
      ],
      load: async () => (await import("../commands/sso-bridge-dns.ts")).ssoBridgeDns,
    }),
  )
    .addArgument(new Argument("<provider>", "who keeps the zone").choices(DNS_PROVIDER_NAMES))
    .requiredOption("--target <name>", "host name where the bridge is")
    .option("--host <host>", "custom domain, where the bridge answers several")
    .addOption(new Option("--record <kind>", "how the host points today (default: cname)").choices(["cname", "alias"]))
    .option("--ttl <seconds>", "how long its record is kept today (default: 300)", wholeNumber(1, 604_800))
    .option("--zone-id <id>", "ID of the zone")
    .option("--output <directory>", "directory to write to (default: c2d-dns)");
}

function declareCutover(sso: Commander, declare: Declare): void {
  withDecisions(
    declare(sso, {
      name: "mode",
      summary: "show where each connection is alive, or change the mode of one; the bridge follows within a second",
      examples: [
        ["c2d sso mode", "every connection"],
        ["c2d sso mode Okta log-only", "say what would be done, and do as before"],
        ["c2d sso mode Okta cognito", "back, at once"],
      ],
      load: async () => (await import("../commands/sso-mode.ts")).ssoMode,
    }),
  )
    .addArgument(new Argument("[connection]", "connection, by name"))
    .addArgument(new Argument("[mode]", "its new mode").choices(MODE_NAMES));

  withDecisions(
    declare(sso, {
      name: "cutover",
      summary: "take the cut-over of a connection one stage further when its gates are open, or take it back",
      examples: [
        ["c2d sso cutover Okta --dry-run", "say which gates are open"],
        ["c2d sso cutover Okta", "cognito → log-only → descope → verified, one stage each time"],
        ["c2d sso cutover Okta --back", "to Cognito, from every stage, without gates"],
      ],
      load: async () => (await import("../commands/sso-cutover.ts")).ssoCutover,
    }),
  )
    .addArgument(new Argument("<connection>", "connection, by name"))
    .option("--back", "to Cognito, at once")
    .option("--dry-run", "say what would be done, and do nothing")
    .option("--min-decisions <number>", "log-only decisions that must be there (default: 1)", wholeNumber(1, 1_000_000))
    .option("--min-agreement <share>", "share of them that must agree (default: 1)", share)
    .option("--min-sign-ins <number>", "sign-ins that Descope must have taken (default: 1)", wholeNumber(1, 1_000_000))
    .option("--quiet-hours <number>", "hours without a sign-in at Cognito (default: 24)", wholeNumber(0, 8760));
}
