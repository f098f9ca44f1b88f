import {
  CONNECTION_MODES,
  connectionKey,
  cutoverRecord,
  isConnectionMode,
  modeOfStage,
  withStage,
} from "@cognito-to-descope/core";
import { usageError } from "../errors.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import type { Command } from "../invocation.ts";
import { printable } from "../output/printable.ts";
import {
  type BridgeFileOptions,
  bridgeFiles,
  readBridgeConfig,
  readModesFile,
  writeModesFile,
} from "../sso/bridge-files.ts";
import { readDecisions } from "../sso/decision-log.ts";
import { findConnection } from "../sso/find-connection.ts";
import { systemClock } from "../system.ts";

/** Shows the mode of every connection, or changes the mode of one. The bridge follows within a second. */
export const ssoMode: Command<BridgeFileOptions> = async (invocation) => {
  const { host, output, options, operands } = invocation;
  const [named, mode] = operands;
  const files = bridgeFiles(host.cwd, options);
  const config = await readBridgeConfig(files);
  const modes = await readModesFile(files);
  if (named === undefined) return await listModes(invocation);
  const connection = findConnection(config, named);
  const key = connectionKey(connection);
  const before = cutoverRecord(modes, key);
  if (mode === undefined) {
    output.line(`${printable(connection.name)}: ${modeOfStage(before.stage)}`);
    output.document({
      connection: key,
      mode: modeOfStage(before.stage),
      stage: before.stage,
      since: isoTime(before.since),
    });
    return EXIT_CODES.done;
  }
  if (!isConnectionMode(mode)) {
    throw usageError("there is no such mode", `the modes are ${CONNECTION_MODES.join(", ")}`);
  }
  if (connection.tenantId === "" && mode !== "cognito") {
    throw usageError(
      `the bridge cannot hand ${printable(connection.name)} to Descope, because it is of class ${connection.class} or has no tenant`,
      "c2d sso assess says what moving it takes",
    );
  }
  const changed = modeOfStage(before.stage) !== mode;
  if (changed) {
    await writeModesFile(files, withStage(modes, key, { stage: mode, since: systemClock.now() }));
  }
  output.line(
    `${printable(connection.name)}: ${changed ? `${modeOfStage(before.stage)} → ${mode}` : `${mode} already`}`,
  );
  output.document({ connection: key, before: modeOfStage(before.stage), mode, changed });
  return EXIT_CODES.done;
};

/** Every connection, with the side on which it is alive. */
const listModes: Command<BridgeFileOptions> = async ({ host, output, options }) => {
  const files = bridgeFiles(host.cwd, options);
  const config = await readBridgeConfig(files);
  const modes = await readModesFile(files);
  const { tally, unreadable } = await readDecisions(files.decisions, 0);
  const rows = config.hosts.flatMap(({ host: name, connections }) =>
    connections.map((connection) => {
      const key = connectionKey(connection);
      const { stage, since } = cutoverRecord(modes, key);
      const { toCognito, toDescope, lastAtCognito, lastAtDescope } = tally.of(key);
      return {
        connection: key,
        name: connection.name,
        host: name,
        class: connection.class,
        stage,
        mode: modeOfStage(stage),
        since: isoTime(since),
        toCognito,
        toDescope,
        lastAtCognito: isoTime(lastAtCognito),
        lastAtDescope: isoTime(lastAtDescope),
      };
    }),
  );
  const width = Math.max(0, ...rows.map(({ name }) => printable(name).length));
  for (const row of rows) {
    const alive = `Cognito ${row.toCognito} (${row.lastAtCognito ?? "never"}), Descope ${row.toDescope} (${row.lastAtDescope ?? "never"})`;
    output.line(`  ${printable(row.name).padEnd(width)}  ${row.class}  ${row.stage.padEnd(8)}  ${alive}`);
  }
  if (rows.length === 0) output.line("the bridge has no connections");
  if (unreadable > 0) output.note(`note: ${unreadable} lines of the decision logs cannot be read`);
  output.document({ default: modes.default, connections: rows });
  return EXIT_CODES.done;
};

function isoTime(at: number | undefined): string | null {
  return at === undefined || at === 0 ? null : new Date(at).toISOString();
}
