import { MigrationError, type MigrationErrorCode } from "@cognito-to-descope/core";

/** What a fault of an engine means for whoever runs the command. */
export interface Meaning {
  readonly code: MigrationErrorCode;
  readonly message: string;
  readonly suggestion: string;
}

/** A fault in the words of its meaning; what the engine said stays in `cause`. A fault without one is given back as it is. */
export function toMeant(meaning: Meaning | undefined, error: Error): Error {
  if (meaning === undefined) return error;
  return new MigrationError(meaning.code, meaning.message, { suggestion: meaning.suggestion, cause: error });
}
