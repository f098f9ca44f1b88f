import { MigrationError } from "@cognito-to-descope/core";
import { EXIT_CODES, type ExitCode } from "./exit-codes.ts";

/** The command line asks for something that does not exist or does not go together. */
export function usageError(message: string, suggestion?: string): MigrationError {
  return new MigrationError("ERR_USAGE", message, suggestion === undefined ? {} : { suggestion });
}

/** Where something in the config is wrong, and what would be right. Never the value itself: it may be a secret. */
export interface ConfigProblem {
  /** `sources[0].region`; empty for the config as a whole. */
  readonly path: string;
  readonly message: string;
}

/** Everything that is wrong with the config, at once. */
export class ConfigInvalid extends MigrationError {
  readonly problems: readonly ConfigProblem[];

  constructor(where: string, problems: readonly ConfigProblem[]) {
    const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
    super("ERR_CONFIG_INVALID", `${where}: ${count}`, {
      suggestion: problems.map(({ path, message }) => (path === "" ? message : `${path}: ${message}`)).join("\n"),
    });
    this.problems = problems;
  }
}

/** What the process ends with for what it failed with. */
export function exitCodeOf(error: unknown): ExitCode {
  if (!(error instanceof MigrationError)) return EXIT_CODES.defect;
  if (error.code === "ERR_ABORTED") return EXIT_CODES.interrupted;
  if (error.code === "ERR_PLAN_BLOCKED") return EXIT_CODES.blocked;
  return error.recovery === "defect" ? EXIT_CODES.defect : EXIT_CODES.usage;
}

/** What the operator sees of an error. */
export interface ShownError {
  readonly code: string;
  readonly message: string;
  readonly suggestion?: string;
}

/** An error in words; of what is no {@link MigrationError} the text stays out, because nobody knows what is in it. */
export function showError(error: unknown): ShownError {
  if (error instanceof MigrationError) {
    const { code, message, suggestion } = error;
    return { code, message, ...(suggestion === undefined ? {} : { suggestion }) };
  }
  const name = error instanceof Error ? error.name : typeof error;
  const code = (error as { readonly code?: unknown } | null)?.code;
  return {
    code: "ERR_DEFECT",
    message: `something went wrong that should not: ${typeof code === "string" ? `${name} ${code}` : name}`,
    suggestion: "this is a defect of c2d: run the command again with --debug and report what it prints",
  };
}
