import { emitKeypressEvents, type Key as RawKey } from "node:readline";
import type { InputStream } from "../cli-host.ts";
import type { Key } from "./throttle-prompt.ts";

/** Reads keys one by one while it is open. */
export interface TerminalKeys {
  /** Takes the terminal's keyboard; a second time does nothing. */
  open(): void;
  /** Gives the keyboard back as it was; may be opened again. Waits for nothing. */
  close(): void;
}

/** Starts closed. */
export function createTerminalKeys(stdin: InputStream, onKey: (key: Key) => void): TerminalKeys {
  let isOpen = false;
  const hear = (text: string | undefined, raw: RawKey): void => {
    onKey({ name: raw.name ?? "", text: text ?? "", ctrl: raw.ctrl ?? false });
  };
  return {
    open() {
      if (isOpen) return;
      isOpen = true;
      emitKeypressEvents(stdin);
      stdin.setRawMode?.(true);
      stdin.on("keypress", hear);
      stdin.resume();
    },
    close() {
      if (!isOpen) return;
      isOpen = false;
      stdin.off("keypress", hear);
      stdin.setRawMode?.(false);
      // Otherwise the process would wait for the next key before it ends.
      stdin.pause();
    },
  };
}
