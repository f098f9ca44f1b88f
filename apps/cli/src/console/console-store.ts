import { hasCode, type StateStore } from "@cognito-to-descope/core";
import type { StateLocation } from "../state/state-location.ts";
import type { ConsoleStore } from "./services.ts";

/** Opens the state store of a location when it is first wanted and there, and anew after a fault or when it was taken away. */
export function createConsoleStore(location: StateLocation): ConsoleStore {
  let opened: Promise<StateStore> | undefined;
  const close = async (): Promise<void> => {
    const closing = opened;
    opened = undefined;
    await closing?.then((store) => store[Symbol.asyncDispose]()).catch(() => undefined);
  };
  const open = async (): Promise<StateStore> => {
    opened ??= location.open();
    try {
      return await opened;
    } catch (error) {
      // What was locked when it was to be opened is tried again by whoever asks next.
      opened = undefined;
      throw error;
    }
  };
  return {
    async read(work) {
      // Of a file this is one look at the directory. A database is not taken away under a connection.
      if ((opened === undefined || location.kind === "file") && !(await location.exists())) {
        await close();
        return undefined;
      }
      try {
        return await work(await open());
      } catch (error) {
        if (!hasCode(error, "ERR_STORE_LOCKED")) await close();
        throw error;
      }
    },
    [Symbol.asyncDispose]: close,
  };
}
