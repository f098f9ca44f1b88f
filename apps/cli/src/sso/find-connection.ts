import { type Connection, connectionKey, type WrittenBridgeConfig } from "@cognito-to-descope/core";
import { usageError } from "../errors.ts";
import { printable } from "../output/printable.ts";

/**
 * The connection that an operator names: by its name, or by `<userPoolId>/<name>` where several pools have one of that name.
 *
 * @throws MigrationError `ERR_USAGE`.
 */
export function findConnection({ hosts }: WrittenBridgeConfig, named: string): Connection {
  const all = hosts.flatMap(({ connections }) => connections);
  const found = all.filter((connection) => connection.name === named || connectionKey(connection) === named);
  const [one, another] = found;
  if (one !== undefined && another === undefined) return one;
  if (one === undefined) {
    throw usageError(
      `the bridge has no connection "${printable(named)}"`,
      "c2d sso mode lists those that it has; after a change in Cognito write its config anew with c2d sso bridge config",
    );
  }
  throw usageError(
    "several pools have a connection of that name",
    `name one as ${found.map((connection) => printable(connectionKey(connection))).join(" or ")}`,
  );
}
