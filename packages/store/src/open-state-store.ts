import { fileURLToPath } from "node:url";
import { MigrationError, type StateStore } from "@cognito-to-descope/core";
import { isPostgresUrl } from "./postgres-url.ts";
import { openSqliteStore } from "./sqlite/open-sqlite-store.ts";

const SQLITE_SCHEME = "sqlite:";
const OTHER_SCHEME = /^([a-z][a-z0-9+.-]+):\/\//i;

/**
 * Opens the state store at a location: a path, a URL `sqlite:<path>` or `sqlite:///<absolute path>`, or the URL of a
 * PostgreSQL database, `postgres://user:password@host:5432/database`.
 *
 * @throws `MigrationError` `ERR_USAGE` for any other URL, and whatever {@link openSqliteStore} and `openPostgresStore` throw.
 */
export async function openStateStore(location: string): Promise<StateStore> {
  if (isPostgresUrl(location)) {
    // Loaded only where it is wanted, so that nobody else waits for a client of PostgreSQL.
    const { openPostgresStore } = await import("./postgres/open-postgres-store.ts");
    return openPostgresStore(location);
  }
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
        `a state store of the kind ${scheme} is not available: there are files and PostgreSQL`,
        {
          suggestion: "Give the path of a file, for example .c2d/state.db, or a URL that begins with postgres://.",
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
