import { randomBytes } from "node:crypto";
import { hostname, userInfo } from "node:os";
import process from "node:process";
import type { Heartbeat } from "@cognito-to-descope/core";

/** This process, as others see it. */
export function thisWorker(): Pick<Heartbeat, "worker" | "host" | "pid"> {
  const { pid } = process;
  const host = hostname();
  return { worker: `${host}:${pid}:${randomBytes(4).toString("hex")}`, host, pid };
}

/** Account and machine of whoever gives a command: `ana@build-7`. */
export function thisOperator(): string {
  return `${accountName()}@${hostname()}`;
}

function accountName(): string {
  try {
    return userInfo().username;
  } catch {
    // In a container the account may have no name.
    return String(process.getuid?.() ?? "unknown");
  }
}

/** Whether a process of this machine is there; of another machine nobody here can tell. */
export function isProcessThere({ host, pid }: Pick<Heartbeat, "host" | "pid">): boolean | undefined {
  if (host !== hostname()) return undefined;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It is there, and belongs to another account.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
