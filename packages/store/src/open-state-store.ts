import { fileURLToPath } from "node:url";
import { MigrationError, type StateStore } from "@cognito-to-descope/core";
import { openSqliteStore } from "./sqlite/open-sqlite-store.ts";

const SQLITE_SCHEME = "sqlite:";
const OTHER_SCHEME = /^([a-z][a-z0-9+.-]+):\/\//i;

/**
 * Opens the state store at a location: a path, or a URL `sqlite:<path>` or `sqlite:///<absolute path>`.
 *
 * @throws {@link MigrationError} `ERR_USAGE` for any other URL (`postgres://…`), and whatever {@link openSqliteStore} throws.
 */
export async function openStateStore(location: string): Promise<StateStore> {
  return openSqliteStore(pathOf(location));
}

function pathOf(location: string): string {
  if (location.toLowerCase().startsWith(SQLITE_SCHEME)) {
    const rest = location.slice(SQLITE_SCHEME.length);
    const path = rest.startsWith("//") ? pathOfUrl(rest) : rest;
    if (path !== "") return path;
  } else {
    const scheme = OTHER_SCHEME.exec(location)?.[1]?.toLowerCase();
    if (scheme === undefined && location !== "") return location;
    if (scheme !== undefined) {
      throw new MigrationError(
        "ERR_USAGE",
        `a state store of the kind ${scheme} is not available: this version stores on SQLite only`,
        {
          suggestion: "Give the path of a file, for example .c2d/state.db.",
        },
      );
    }
  }
  throw new MigrationError("ERR_USAGE", "the location of the state store names no file", {
    suggestion: "Give the path of a file, for example .c2d/state.db.",
  });
}

function pathOfUrl(rest: string): string {
  try {
    return fileURLToPath(`file:${rest}`);
  } catch (error) {
    throw new MigrationError("ERR_USAGE", "the location of the state store is not a usable URL", {
      suggestion: "Write sqlite:///absolute/path/state.db, or the path alone.",
      cause: error,
    });
  }
}
