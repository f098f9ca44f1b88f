import { resolve } from "node:path";
import type { MigrationError, StateStore } from "@cognito-to-descope/core";
import { isPostgresUrl } from "@cognito-to-descope/store";
import { Secret } from "../config/secret.ts";
import { fileState } from "./file-state.ts";
import { postgresState } from "./postgres-state.ts";

/** Held while a run works, so that no second process works on the same state store. */
export interface RunLock {
  release(): Promise<void>;
}

/** Where the state store is. What commands do with it is the same for every kind of place. */
export interface StateLocation {
  readonly kind: "file" | "postgres";
  /** How it is named to people: an absolute path, or a URL without its password. */
  readonly name: string;
  /** Whether there is a state store. Asking makes none. */
  exists(): Promise<boolean>;
  /** Opens the state store, which is made if need be. */
  open(): Promise<StateStore>;
  /**
   * Takes the lock of the state store. When the process dies, however it dies, the lock is gone.
   *
   * @param onLost - Hears that the lock was lost before it was released: another process may hold it now.
   * @throws MigrationError `ERR_RUN_ACTIVE` when another process holds it.
   */
  lock(onLost: (error: MigrationError) => void): Promise<RunLock>;
  /** Removes what is left of the state store once it is purged. */
  remove(): void;
}

/**
 * The location that a text names: the URL of a PostgreSQL database, or a path.
 *
 * @param base - Directory that a relative path begins at.
 */
export function stateLocation(text: string, base: string): StateLocation {
  return isPostgresUrl(text) ? postgresState(new Secret(text)) : fileState(resolve(base, text));
}
