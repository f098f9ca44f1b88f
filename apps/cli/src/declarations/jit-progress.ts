import type { Command as Commander } from "commander";
import { parsePeak } from "../jit-progress/parse-peak.ts";
import { parseShare } from "../jit-progress/parse-share.ts";
import type { Declare } from "../program.ts";
import { jitGroup } from "./jit-group.ts";
import { wholeNumber } from "./whole-number.ts";

/** Declares the commands that say how many users can come, and how many have, in the group that they share with others. */
export function declareJitProgress(program: Commander, declare: Declare): void {
  const jit = jitGroup(program);
  declarePlan(jit, declare);
  declareStatus(jit, declare);
}

function declarePlan(jit: Commander, declare: Declare): void {
  declare(jit, {
    name: "plan",
    summary: "say whether a peak of first sign-ins fits the quotas, and which way to bring users in suits it",
    examples: [
      ["c2d jit plan --peak 3000/min", "three thousand users come for the first time in the busiest minute"],
      ["c2d jit plan --peak 40/s --users 200000", "and how long two hundred thousand take in all"],
      ["c2d jit plan --peak 3000/min --json | jq .suits", "for a script; the exit code is 4 where no way fits"],
    ],
    load: async () => (await import("../commands/jit-plan.ts")).jitPlan,
  })
    .requiredOption("--peak <rate>", "first sign-ins in the busiest time: 3000/min, 40/s or 90000/h", parsePeak)
    .option(
      "--users <count>",
      "users that will come (default: those with a password that a run has read, or the pools' estimate)",
      wholeNumber(1),
    )
    .option("--login-ids <count>", "login IDs that a user has at most (default: 1)", wholeNumber(1, 4))
    .option(
      "--other-sign-ins <percent>",
      "other sign-ins at the pools beside each hundred first ones, failed ones as well (default: 0)",
      wholeNumber(0, 100_000),
    );
}

function declareStatus(jit: Commander, declare: Declare): void {
  declare(jit, {
    name: "status",
    summary: "say how many passwords are captured, who is left, and when the pools can be switched off",
    examples: [
      ["c2d jit status", "what the gateways noted in the state store"],
      ["c2d jit status --active-users 42000", "with the share of those who sign in at all, and a forecast for them"],
      [
        "c2d jit status --active-users 42000 --require 0.95",
        "exit code 4 while fewer than 95 % of them have signed in",
      ],
      ["c2d jit status --verifier-statistics https://api.example.com/verifier.json", "with the tokens still in use"],
      ["c2d jit status --watch", "again and again, until Ctrl-C"],
    ],
    load: async () => (await import("../commands/jit-status.ts")).jitStatus,
  })
    .option("--active-users <count>", "users who sign in at all: the pools' monthly active users", wholeNumber(1))
    .option("--require <share>", "end with exit code 4 below this share: 0.95 or 95%", parseShare)
    .option(
      "--verifier-statistics <place...>",
      "file, directory or URL with the statistics of back ends' verifiers (default: `sessions.statistics`)",
    )
    .option("--no-left", "do not go through the users that are left")
    .option("--watch", "show it again and again, until Ctrl-C or the required share is reached");
}
