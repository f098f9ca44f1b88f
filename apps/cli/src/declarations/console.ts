import type { Command as Commander } from "commander";
import type { Declare } from "../program.ts";
import { wholeNumber } from "./whole-number.ts";

/** Declares the console. */
export function declareConsoleCommand(program: Commander, declare: Declare): void {
  const group = declare(program, {
    name: "console",
    summary: "serve a web page on this machine that shows the migration, until a signal",
    examples: [
      ["c2d console", "print a link that works once; Enter prints another"],
      ["c2d console --open --port 9000", "open it in the browser, on a port of your choice"],
      ["c2d console --read-only", "for looking only"],
    ],
    load: async () => (await import("../commands/console.ts")).console,
  })
    .option("--port <port>", "port to listen on, 0 for a free one (default: 8421)", wholeNumber(0, 65_535))
    .option("--open", "open the page in the browser, on a terminal")
    .option("--read-only", "let nobody change anything by way of the page")
    .option("--verifier-statistics <place...>", "files and URLs with the statistics of verifiers");

  declare(group, {
    name: "operator <name>",
    summary: "print the entry of an operator for C2D_CONSOLE_OPERATORS, from a passphrase that is typed unseen",
    examples: [
      ["c2d console operator ana", "asks for the passphrase, and prints what c2d gateway --console checks it by"],
    ],
    load: async () => (await import("../commands/console-operator.ts")).consoleOperator,
  });
}
