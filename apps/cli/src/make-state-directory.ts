import { dirname } from "node:path";
import { MigrationError } from "@cognito-to-descope/core";
import { makeDirectory } from "./output/make-directory.ts";

/**
 * Makes the directory of a state file, where it is not there.
 *
 * @throws MigrationError `ERR_STORE_READ_ONLY` when it cannot be made.
 */
export function makeStateDirectory(state: string): void {
  try {
    makeDirectory(dirname(state));
  } catch (error) {
    throw new MigrationError("ERR_STORE_READ_ONLY", "the directory of the state file cannot be made", {
      cause: error,
      suggestion: "choose a path for the state file that this user can write to",
    });
  }
}
