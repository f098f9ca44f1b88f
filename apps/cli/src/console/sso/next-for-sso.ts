import type { SsoConnection, SsoOverview } from "@cognito-to-descope/console/contract";

/** What the operator does next about connections. */
export function nextForSso(
  connections: readonly SsoConnection[],
  bridge: SsoOverview["bridge"]["state"],
): SsoOverview["next"] {
  if (connections.length === 0) {
    return { text: "Read the connections of the pools, and see what moving each takes.", command: "c2d sso assess" };
  }
  const toWrite = connections.filter(({ settings }) => settings?.state !== "applied");
  if (connections.every(({ settings }) => settings === null)) {
    return { text: "Write the settings to the project. Nothing changes for users.", command: "c2d sso apply" };
  }
  if (bridge === "absent") {
    return {
      text: "Write the config of the bridge, and put it in front of the pool.",
      command: "c2d sso bridge config",
    };
  }
  if (bridge === "unreadable")
    return { text: "The config of the bridge cannot be read.", command: "c2d sso bridge config" };
  const ahead = connections.filter((one) => one.bridge !== null && one.bridge.stage !== "verified");
  const movable = ahead.filter((one) => one.bridge?.canBeBridged === true);
  if (movable.length > 0) {
    return {
      text: `${movable.length} of ${connections.length} connections can go further: look at their gates.`,
      command: null,
    };
  }
  if (toWrite.length > 0) {
    return { text: `${toWrite.length} connections have no settings in the project.`, command: "c2d sso plan" };
  }
  return { text: "Nothing: every connection that the bridge can move is verified.", command: null };
}
