import { MigrationError } from "../../errors.ts";

/** Where the gateway is reached. */
export interface GatewayUrl {
  /** Without a slash at the end. */
  readonly baseUrl: string;
  /** Whether only this machine reaches it, over plain HTTP or not. */
  readonly loopback: boolean;
  /** Whether it is reached without TLS. Only loopback addresses are. */
  readonly plain: boolean;
}

const URL_PARTS = /^(https?):\/\/([^/?#@\s\\]+)((?:\/[^?#\s\\]*)?)$/i;

/**
 * Reads the address of the gateway. Passwords travel to it, so it must be https, but for a gateway on this machine.
 *
 * @throws MigrationError `ERR_USAGE` when it is no such address.
 */
export function parseGatewayUrl(text: string): GatewayUrl {
  const [, scheme = "", authority = "", path = ""] = URL_PARTS.exec(text.trim()) ?? [];
  if (scheme === "" || !/^(?:\[[0-9a-f:.]+\]|[\w.-]+)(?::\d{1,5})?$/i.test(authority)) {
    throw new MigrationError("ERR_USAGE", "the gateway needs an address such as https://jit.example.com", {
      suggestion: "leave out user name, query and fragment",
    });
  }
  const host = authority.replace(/:\d+$/, "").toLowerCase();
  const loopback = host === "localhost" || host === "[::1]" || /^127(?:\.\d{1,3}){3}$/.test(host);
  const plain = scheme.toLowerCase() === "http";
  if (plain && !loopback) {
    throw new MigrationError("ERR_USAGE", "the gateway must be reached by https: passwords travel to it", {
      suggestion: "let TLS end in front of the gateway, and name that address; http is for a gateway on this machine",
    });
  }
  return {
    baseUrl: `${scheme.toLowerCase()}://${authority.toLowerCase()}${path.replace(/\/+$/, "")}`,
    loopback,
    plain,
  };
}
