import type { FailureClass } from "@cognito-to-descope/core";
import { type Command as Commander, Option } from "commander";
import type { Declare } from "../program.ts";
import { wholeNumber, wholeNumbers } from "./whole-number.ts";

/** Every class of failures; the compiler misses one that is left out. */
const FAILURE_CLASSES: Readonly<Record<FailureClass, true>> = {
  "login-id-taken": true,
  refused: true,
  "target-error": true,
  "changed-since": true,
};

/** Declares the commands that a migration consists of. */
export function declareMigrationCommands(program: Commander, declare: Declare): void {
  declare(program, {
    name: "assess",
    summary: "say what is in the pool, what moves, what cannot, and how long it takes; reads only",
    examples: [
      ["c2d assess", "print the assessment"],
      ["c2d assess --html assessment.html", "write it as a page that needs no network"],
      ["c2d assess --json > assessment.json", "for other programs"],
    ],
    load: async () => (await import("../commands/assess.ts")).assess,
  }).option("--html <file>", "write the assessment as a self-contained HTML file too");

  declare(program, {
    name: "plan",
    summary: "show what apply would create, change, leave alone or leave out, and why; writes nothing to Descope",
    examples: [
      ["c2d plan", "print a summary"],
      ["c2d plan -v", "list every user with its operation and reason"],
      ["c2d plan --json", "for other programs"],
    ],
    load: async () => (await import("../commands/plan.ts")).plan,
  }).option("--html <file>", "write the plan's summary as a self-contained HTML file too");

  withLogFile(
    declare(program, {
      name: "apply",
      summary: "do what the newest plan says; goes on where it was interrupted",
      examples: [
        ["c2d apply", "ask, then apply"],
        ["c2d apply --yes --json", "apply without asking, for scripts"],
      ],
      load: async () => (await import("../commands/apply.ts")).apply,
    }),
  );

  withLogFile(
    declare(program, {
      name: "migrate",
      summary: "plan, apply and reconcile in one go",
      examples: [
        ["c2d migrate --dry-run", "show what would happen, and write nothing to Descope"],
        ["c2d migrate --dry-run -v", "the same, with every user"],
        ["c2d migrate", "migrate; the same command goes on after an interruption"],
      ],
      load: async () => (await import("../commands/migrate.ts")).migrate,
    }).option("--dry-run", "stop after the plan"),
  );

  withLogFile(
    declare(program, {
      name: "sync",
      summary: "follow what changed in the pools since the last run: new, changed and gone users",
      examples: [
        ["c2d sync --dry-run", "show what changed, and write nothing to Descope"],
        ["c2d sync --yes", "one pass; the same command goes on after an interruption"],
        ["c2d sync --watch --every 600 --yes", "a pass every ten minutes, until Ctrl-C"],
        ["c2d sync --confirm-gone 250", "250 users were deleted on purpose"],
      ],
      load: async () => (await import("../commands/sync.ts")).sync,
    })
      .option("--dry-run", "stop after the plan")
      .option("--watch", "go on with further passes until interrupted")
      .option("--every <seconds>", "time between two passes (default: sync.everySeconds)", wholeNumber(1, 604_800))
      .addOption(
        new Option(
          "--gone <policy>",
          "users that are gone from their pool (default: sync.gone); delete means those that a run created",
        ).choices(["disable", "delete", "keep"]),
      )
      .option("--confirm-gone <count>", "so many users of a pool may be gone whatever their share", wholeNumber(1)),
  );

  withLogFile(
    declare(program, {
      name: "retry",
      summary: "try the users again that failed in the newest run, and reconcile",
      examples: [
        ["c2d retry", "all who failed"],
        ["c2d retry --only login-id-taken", "only those whose login ID was taken"],
        ["c2d retry --only refused --only target-error", "two classes of failures"],
        ["c2d retry --user 17", "one user, by its number in the run"],
      ],
      load: async () => (await import("../commands/retry.ts")).retry,
    })
      .addOption(
        new Option(
          "--only <class...>",
          "class of failures to try again; may be given more than once (default: all)",
        ).choices(Object.keys(FAILURE_CLASSES)),
      )
      .option(
        "--user <number...>",
        "number in the run of a user to try again; may be given more than once (default: all)",
        wholeNumbers(1),
      ),
  );

  declare(program, {
    name: "reconcile",
    summary: "read the project back, compare every planned field, and write a report",
    examples: [
      ["c2d reconcile", "compare, and write the report as JSON and HTML"],
      ["c2d reconcile --sign-in 20", "also sign 20 migrated users in and check their tokens"],
      ["c2d reconcile --sign-in 5 --sign-in-method otp", "the same with test users that are removed again"],
    ],
    load: async () => (await import("../commands/reconcile.ts")).reconcile,
  })
    .option("--run <id>", "run to compare with (default: the newest that was applied)")
    .option("--sign-in <count>", "test as many sign-ins, of users of every kind", wholeNumber(1, 10_000))
    .addOption(
      new Option("--sign-in-method <method>", "management: real users; otp, magic-link: test users of the same shape")
        .choices(["management", "otp", "magic-link"])
        .default("management"),
    );

  withLogFile(
    declare(program, {
      name: "rollback [run]",
      summary: "take back what a run did: remove what it made, restore what it changed",
      examples: [
        ["c2d rollback", "list the runs with what they did"],
        [
          "c2d rollback 20261123-090000-a1b2c3 --dry-run",
          "show what would be taken back, and write nothing to Descope",
        ],
        ["c2d rollback 20261123-090000-a1b2c3", "ask, then take back; the same command goes on after an interruption"],
      ],
      load: async () => (await import("../commands/rollback.ts")).rollback,
    }).option("--dry-run", "stop after the plan"),
  );

  declare(program, {
    name: "status",
    summary: "say where the newest run stands and what comes next",
    examples: [
      ["c2d status", "the newest run"],
      ["c2d status --watch", "the same, again and again until the run is through"],
      ["c2d status -v", "the newest run, with every user that failed"],
      ["c2d status --json", "for other programs"],
    ],
    load: async () => (await import("../commands/status.ts")).status,
  })
    .option("--run <id>", "another run than the newest")
    .option("--watch", "show it again and again until the run is through");

  declare(program, {
    name: "export",
    summary: "write the pool's users to a file: this is personal data",
    examples: [
      ["c2d export --format jsonl --output pool.jsonl", "pool, groups, users and memberships, one per line"],
      ["c2d export --format csv --output users.csv", "a table for a spreadsheet"],
      ["c2d export --format descope-json --output users.json", "for the upload in Descope's console"],
      ["c2d export --format descope-json --from plan --output users.json", "what the newest plan would import"],
    ],
    load: async () => (await import("../commands/export.ts")).exportUsers,
  })
    .addOption(
      new Option("--format <format>", "format of the file")
        .choices(["jsonl", "csv", "descope-json"])
        .makeOptionMandatory(),
    )
    .option("--output <file>", "file to write (default: standard output)")
    .addOption(
      new Option("--from <place>", "read the pool now, or take what the newest plan was made of")
        .choices(["pool", "plan"])
        .default("pool"),
    );

  declare(program, {
    name: "purge",
    summary: "remove the state, and the reports and logs that it knows of",
    examples: [
      ["c2d purge", "ask, then remove"],
      ["c2d purge --yes", "remove without asking"],
    ],
    load: async () => (await import("../commands/purge.ts")).purge,
  });
}

function withLogFile(command: Commander): void {
  command
    .option("--log-file <file>", "log file (default: migration_log_cognito_<date>_<time>.log in this directory)")
    .option("--no-log-file", "write no log file");
}
