import {
  CONNECTION_MODES,
  connectionKey,
  cutoverRecord,
  isConnectionMode,
  modeOfStage,
} from "@cognito-to-descope/core";
import { usageError } from "../errors.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import type { Command } from "../invocation.ts";
import { printable } from "../output/printable.ts";
import { commandOperator } from "../record/record-sso.ts";
import { type BridgeFileOptions, bridgeFiles, readBridgeConfig } from "../sso/bridge-files.ts";
import { setMode } from "../sso/change-connection.ts";
import { readDecisions } from "../sso/decision-log.ts";
import { findConnection } from "../sso/find-connection.ts";
import { liveConnections } from "../sso/live-connections.ts";
import { readModesFile } from "../sso/modes-file.ts";
import { noteUnrecorded } from "../sso/note-unrecorded.ts";
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
  if (mode === undefined) {
    const { stage, since } = cutoverRecord(modes, key);
    output.line(`${printable(connection.name)}: ${modeOfStage(stage)}`);
    output.document({ connection: key, mode: modeOfStage(stage), stage, since: isoTime(since) });
    return EXIT_CODES.done;
  }
  if (!isConnectionMode(mode)) {
    throw usageError("there is no such mode", `the modes are ${CONNECTION_MODES.join(", ")}`);
  }
  const done = await setMode(files, connection, mode, commandOperator(invocation), systemClock);
  const before = modeOfStage(done.before.stage);
  noteUnrecorded(output, done);
  output.line(`${printable(connection.name)}: ${done.changed ? `${before} → ${mode}` : `${mode} already`}`);
  output.document({ connection: key, before, mode, changed: done.changed });
  return EXIT_CODES.done;
};

/** Every connection, with the side on which it is alive. */
const listModes: Command<BridgeFileOptions> = async ({ host, output, options }) => {
  const files = bridgeFiles(host.cwd, options);
  const config = await readBridgeConfig(files);
  const modes = await readModesFile(files);
  const { tally, unreadable } = await readDecisions(files.decisions, 0);
  const rows = liveConnections(config, modes, tally).map((live) => ({
    connection: live.key,
    name: live.connection.name,
    host: live.host,
    class: live.connection.class,
    stage: live.record.stage,
    mode: modeOfStage(live.record.stage),
    since: isoTime(live.record.since),
    toCognito: live.tally.toCognito,
    toDescope: live.tally.toDescope,
    lastAtCognito: isoTime(live.tally.lastAtCognito),
    lastAtDescope: isoTime(live.tally.lastAtDescope),
  }));
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
