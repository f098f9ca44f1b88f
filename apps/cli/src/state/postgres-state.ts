import { openStateStore, withoutPassword } from "@cognito-to-descope/store";
import type { Secret } from "../config/secret.ts";
import { systemClock } from "../system.ts";
import type { SharedState, StateLocation } from "./state-location.ts";

/** The state store in a PostgreSQL database, which several machines can share. */
export function postgresState(url: Secret): StateLocation {
  const shared: SharedState = {
    async openLimiters() {
      const { openPostgresLimiters } = await import("@cognito-to-descope/store/postgres");
      return openPostgresLimiters(url.reveal(), { clock: systemClock, random: Math.random });
    },
    async openGatewayState() {
      const { openGatewayState } = await import("@cognito-to-descope/store/postgres");
      return openGatewayState(url.reveal(), { clock: systemClock });
    },
    async lock(onLost) {
      const { takePostgresLock } = await import("@cognito-to-descope/store/postgres");
      return takePostgresLock(url.reveal(), onLost);
    },
    async join(onLost) {
      const { joinPostgresLock } = await import("@cognito-to-descope/store/postgres");
      return joinPostgresLock(url.reveal(), onLost);
    },
    async readClockOffset() {
      const { readPostgresClockOffset } = await import("@cognito-to-descope/store/postgres");
      return readPostgresClockOffset(url.reveal(), () => systemClock.now());
    },
    async isActive() {
      const { isPostgresLockHeld } = await import("@cognito-to-descope/store/postgres");
      return isPostgresLockHeld(url.reveal());
    },
    async openQueue(runId) {
      const { openWorkQueue } = await import("@cognito-to-descope/store/postgres");
      return openWorkQueue(url.reveal(), runId, { clock: systemClock });
    },
  };
  return {
    kind: "postgres",
    name: withoutPassword(url.reveal()),
    async exists() {
      const { postgresStoreExists } = await import("@cognito-to-descope/store/postgres");
      return postgresStoreExists(url.reveal());
    },
    open: () => openStateStore(url.reveal()),
    lock: (onLost) => shared.lock(onLost),
    shared,
    remove() {
      // Purged, it is empty tables, which are no trouble to anybody.
    },
  };
}
