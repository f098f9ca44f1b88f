import type { LogLevel, RequestEntry } from "@cognito-to-descope/gateway";
import type { Output } from "../output/output.ts";

/** Levels, each with those before it left out. */
export const LOG_LEVELS: readonly LogLevel[] = ["debug", "info", "warn", "error"];

/** The log of the gateway: one JSON line for each entry, on standard error. */
export interface GatewayLog {
  /** A request that was answered. */
  request(entry: RequestEntry): void;
  /** Something that happened: what it is called, when it was in epoch milliseconds, and what is to be said of it. */
  event(level: LogLevel, event: string, at: number, details: Readonly<Record<string, unknown>>): void;
}

/** @param least - Entries below it are left out. */
export function createGatewayLog(output: Pick<Output, "note">, least: LogLevel): GatewayLog {
  const from = LOG_LEVELS.indexOf(least);
  const write = (level: LogLevel, at: number, details: object): void => {
    if (LOG_LEVELS.indexOf(level) < from) return;
    output.note(JSON.stringify({ at: new Date(at).toISOString(), level, ...details }));
  };
  return {
    request: ({ at, level, ...entry }) => write(level, at, { event: "request", ...entry }),
    event: (level, event, at, details) => write(level, at, { event, ...details }),
  };
}
