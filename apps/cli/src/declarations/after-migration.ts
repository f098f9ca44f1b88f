import { InvalidArgumentError } from "commander";
import type { AfterMigrationConfig } from "../config/jit-config.ts";

/** Reads what becomes of a user in its pool once it has moved. */
export function afterMigration(text: string): AfterMigrationConfig {
  if (text === "keep" || text === "disable") return text;
  if (/^custom:[^\p{Cc}\s]{1,20}$/u.test(text)) return { mark: text };
  throw new InvalidArgumentError(
    "it must be keep, disable, or the name of a custom attribute such as custom:migrated.",
  );
}
