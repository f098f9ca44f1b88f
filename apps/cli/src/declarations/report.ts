import { Argument, type Command as Commander } from "commander";
import type { Declare } from "../program.ts";

/** Declares the commands about reports. */
export function declareReportCommands(program: Commander, declare: Declare): void {
  const report = declare(program, {
    name: "report",
    summary: "write a report about the migration from the state store, sealed and perhaps signed",
    examples: [
      ["c2d report", "the whole migration, into the directory of reports"],
      ["c2d report plan --html plan.html", "the plan, as a page"],
      ["c2d report final --sign key.pem", "with Ed25519 signatures beside the files"],
      ["c2d report verify report.html", "whether anything was changed since"],
    ],
    load: async () => (await import("../commands/report.ts")).report,
  })
    .addArgument(
      new Argument("[kind]", "what to report (default: final)").choices(["final", "assess", "plan", "reconcile"]),
    )
    .option("--run <id>", "another run than the newest that fits")
    .option("--html <file>", "write the page there, and no other file")
    .option("--json-file <file>", "write the JSON document there, and no other file")
    .option("--sign <pem>", "Ed25519 private key: writes a signature beside each file")
    .option(
      "--verifier-statistics <place...>",
      "JSON file or URL with the statistics of a back end's verifier; may be given several times",
    );

  declare(report, {
    name: "verify <file>",
    summary: "check whether a report or the state store was changed since the report was written",
    examples: [
      ["c2d report verify final.json", "by itself, and against the state store where there is one"],
      ["c2d report verify final.html --public-key key.pub", "by its signature as well"],
      ["c2d report verify final.json --head 4f1c…", "and by the hash that was printed when the run ended"],
    ],
    load: async () => (await import("../commands/report-verify.ts")).reportVerify,
  })
    .option("--public-key <pem>", "Ed25519 public key of the signature")
    .option("--signature <file>", "where the signature is (default: the file's name with .sig)")
    .option("--head <hash>", "a hash of the record that was kept elsewhere");
}
