import type { ListenAddress } from "@cognito-to-descope/gateway";
import { usageError } from "./errors.ts";

/**
 * Reads `host:port`, with an IPv6 address in brackets.
 *
 * @throws MigrationError `ERR_USAGE`.
 */
export function parseListen(text: string): ListenAddress {
  const [, bracketed, plain, port = ""] = /^(?:\[([0-9a-f:.]+)\]|([^:[\]\s]+)):(\d{1,5})$/i.exec(text) ?? [];
  const address = bracketed ?? plain;
  if (address === undefined || Number(port) > 65_535) {
    throw usageError("--listen takes an address and a port", "write it as 127.0.0.1:8420 or [::1]:8420");
  }
  return { host: address, port: Number(port) };
}
