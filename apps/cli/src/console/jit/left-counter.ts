import { countUsersLeft, type StateStore, type UsersLeft as CountedLeft } from "@cognito-to-descope/core";
import type { UsersLeft } from "@cognito-to-descope/console/contract";
import type { ConsoleServices } from "../services.ts";

/** Counts who is left when somebody asks, in the background. */
export interface LeftCounter {
  /** Begins, unless it counts already. */
  begin(projectId: string): void;
  current(): UsersLeft;
}

/** For each millisecond of counting so many are left to others. */
const REST = 4;

const NOBODY: CountedLeft = {
  users: 0,
  byStatus: {},
  disabled: 0,
  byLastChange: { "30-days": 0, "90-days": 0, "365-days": 0, "longer-ago": 0, unknown: 0 },
};

/** A counter that has counted nobody yet. */
export function createLeftCounter({ store, clock }: Pick<ConsoleServices, "store" | "clock">): LeftCounter {
  let state: UsersLeft["state"] = "not-counted";
  let looked = 0;
  let at: number | undefined;
  let counted = NOBODY;

  async function count(opened: StateStore, projectId: string): Promise<CountedLeft | undefined> {
    let began = clock.monotonic();
    return await countUsersLeft(opened, {
      projectId,
      now: clock.now(),
      async onProgress(users) {
        looked = users;
        // A store in a file answers at once and lets nobody else in.
        await clock.sleep((clock.monotonic() - began) * REST);
        began = clock.monotonic();
      },
    });
  }

  return {
    begin(projectId) {
      if (state === "counting") return;
      state = "counting";
      looked = 0;
      const ended = (next: UsersLeft["state"], left: CountedLeft): void => {
        state = next;
        counted = left;
        at = clock.now();
      };
      store
        .read((opened) => count(opened, projectId))
        .then(
          (left) => ended(left === undefined ? "unknown" : "counted", left ?? NOBODY),
          () => ended("failed", NOBODY),
        );
    },
    current: () => ({ state, looked, at: at === undefined ? null : new Date(at).toISOString(), ...counted }),
  };
}
