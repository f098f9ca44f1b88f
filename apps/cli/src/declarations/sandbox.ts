import { type Command as Commander, Option } from "commander";
import type { Declare } from "../program.ts";
import { wholeNumber } from "./whole-number.ts";

/** Declares the commands that need neither AWS nor Descope. */
export function declareSandboxCommands(program: Commander, declare: Declare): void {
  declare(program, {
    name: "sandbox",
    summary: "run Cognito and Descope on this machine, to rehearse a migration",
    examples: [
      ["c2d sandbox --users 2000", "both services, with 2,000 users of every kind"],
      ["c2d sandbox --quotas real --latency 40", "as slow and as strict as the real ones"],
      ["c2d sandbox --load pool.jsonl", "with the users of a pool that was exported"],
      ["c2d sandbox --only cognito --cognito-port 9229", "one of the two, on a fixed port"],
    ],
    load: async () => (await import("../commands/sandbox.ts")).sandbox,
  })
    .option("--cognito-port <port>", "port of Cognito (default: a free one)", wholeNumber(0, 65_535))
    .option("--descope-port <port>", "port of Descope (default: a free one)", wholeNumber(0, 65_535))
    .option("--host <address>", "address to listen on (default: 127.0.0.1, which only this machine reaches)")
    .option("--pools <count>", "user pools (default: 1)", wholeNumber(1, 500))
    .option("--users <count>", "users of each pool (default: 1000)", wholeNumber(0, 20_000_000))
    .option("--groups <count>", "groups of each pool (default: 20)", wholeNumber(0, 10_000))
    .option("--seed <text>", "equal seeds give equal sandboxes")
    .option("--latency <ms>", "milliseconds that each answer takes", wholeNumber(0, 600_000))
    .addOption(new Option("--quotas <kind>", "quotas to keep: the documented ones, or none").choices(["real", "none"]))
    .option("--load <file>", "serve the pool of a `c2d export --format jsonl` in place of a generated one")
    .option("--restore <file>", "go on from a saved sandbox")
    .option("--save <file>", "save the sandbox when it ends; it holds passwords and keys")
    .option("--faults <file>", "JSON file with a list of fault rules")
    .addOption(new Option("--only <service>", "run one of the two").choices(["cognito", "descope"]));

  declare(program, {
    name: "demo",
    summary: "show a whole migration on the sandbox: dry run, migrate, migrate again, reconcile",
    examples: [
      ["c2d demo", "with 300 users"],
      ["c2d demo --users 5000", "with more"],
    ],
    load: async () => (await import("../commands/demo.ts")).demo,
  }).option("--users <count>", "users of the pool", wholeNumber(1, 1_000_000), 300);
}
