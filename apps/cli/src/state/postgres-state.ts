import { openStateStore, withoutPassword } from "@cognito-to-descope/store";
import type { Secret } from "../config/secret.ts";
import type { StateLocation } from "./state-location.ts";

/** The state store in a PostgreSQL database, which several machines can share. */
export function postgresState(url: Secret): StateLocation {
  return {
    kind: "postgres",
    name: withoutPassword(url.reveal()),
    async exists() {
      const { postgresStoreExists } = await import("@cognito-to-descope/store/postgres");
      return postgresStoreExists(url.reveal());
    },
    open: () => openStateStore(url.reveal()),
    async lock(onLost) {
      const { takePostgresLock } = await import("@cognito-to-descope/store/postgres");
      return takePostgresLock(url.reveal(), onLost);
    },
    remove() {
      // Purged, it is empty tables, which are no trouble to anybody.
    },
  };
}
