import type { ListenAddress } from "@cognito-to-descope/gateway";
import { usageError } from "../errors.ts";

const LOOPBACK: ReadonlySet<string> = new Set(["127.0.0.1", "::1", "localhost"]);

/**
 * `host:port`, with an IPv6 address in brackets.
 *
 * @param flag - Where it was given.
 * @throws MigrationError `ERR_USAGE` when it is none.
 */
export function parseListenAddress(text: string, flag: string): ListenAddress {
  const [, bracketed, plain, port = ""] = /^(?:\[([0-9a-f:.]+)\]|([^:[\]\s]+)):(\d{1,5})$/i.exec(text) ?? [];
  const address = bracketed ?? plain;
  if (address === undefined || Number(port) > 65_535) {
    throw usageError(`${flag} takes an address and a port`, "write it as 127.0.0.1:8420 or [::1]:8420");
  }
  return { host: address, port: Number(port) };
}

/** Whether only this machine reaches it. */
export function isLoopback({ host }: ListenAddress): boolean {
  return LOOPBACK.has(host);
}
