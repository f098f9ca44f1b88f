import { createInterface } from "node:readline";
import { MigrationError } from "@cognito-to-descope/core";
import type { CliHost } from "../cli-host.ts";
import { isOperatorName, MIN_PASSPHRASE_LENGTH, operatorEntry } from "../console/auth/operators.ts";
import { usageError } from "../errors.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import type { Command } from "../invocation.ts";

/** Prints the entry of an operator for `C2D_CONSOLE_OPERATORS`, with a passphrase that nobody sees. */
export const consoleOperator: Command = async ({ host, output, operands }) => {
  const [name = ""] = operands;
  if (!isOperatorName(name)) {
    throw usageError("an operator cannot be called so", "use letters, digits and _.@- for a name, at most 64 of them");
  }
  const passphrase = host.stdin.isTTY === true ? await askPassphrase(host) : await readLine(host);
  if (passphrase.length < MIN_PASSPHRASE_LENGTH) {
    throw usageError(`the passphrase has fewer than ${MIN_PASSPHRASE_LENGTH} characters`, "take several words");
  }
  const entry = await operatorEntry(name, passphrase);
  if (output.json) output.document({ operator: name, entry });
  else await output.data(`${entry}\n`);
  output.note("note: put it into C2D_CONSOLE_OPERATORS, with commas between several, and start the gateway anew");
  return EXIT_CODES.done;
};

async function askPassphrase(host: CliHost): Promise<string> {
  const { isCancel, password } = await import("@clack/prompts");
  const ask = async (message: string): Promise<string> => {
    const answer = await password({ message, input: host.stdin, output: host.stderr, signal: host.signal });
    if (isCancel(answer)) throw new MigrationError("ERR_ABORTED", "cancelled, and nothing was printed");
    return answer;
  };
  const first = await ask("Passphrase");
  if ((await ask("The same again")) !== first) throw usageError("the two passphrases differ", "run the command again");
  return first;
}

async function readLine({ stdin, signal }: CliHost): Promise<string> {
  const lines = createInterface({ input: stdin, signal });
  for await (const line of lines) {
    lines.close();
    return line;
  }
  return "";
}
