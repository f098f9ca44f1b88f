import type { CognitoSettings } from "../ports/pool-settings.ts";

/** What set-ups made and changed, so that they can be taken back. Holds no secret. */
export interface JitSetupRecord {
  readonly version: 1;
  readonly projectId: string;
  readonly clients: readonly RecordedClient[];
  readonly connector?: RecordedConnector | undefined;
  readonly flow?: { readonly flowId: string } | undefined;
}

/** An app client that was made, or changed. */
export interface RecordedClient {
  readonly userPoolId: string;
  readonly clientId: string;
  readonly name: string;
  /** Settings before and after a change; absent for a client that was made. */
  readonly change?: { readonly before: CognitoSettings; readonly after: CognitoSettings } | undefined;
}

/** A connector that was made, or changed. */
export interface RecordedConnector {
  readonly id: string;
  readonly name: string;
  /** Whether it was made. One that was changed cannot be restored: its secrets of before are not known. */
  readonly made: boolean;
}

/** A record of nothing. */
export function emptyRecord(projectId: string): JitSetupRecord {
  return { version: 1, projectId, clients: [] };
}

/** The record with a client. Of a client that was changed twice, the settings from before the first change stay. */
export function withClient(record: JitSetupRecord, client: RecordedClient): JitSetupRecord {
  const isSame = (one: RecordedClient): boolean =>
    one.userPoolId === client.userPoolId && one.clientId === client.clientId;
  const earlier = record.clients.find(isSame);
  const merged: RecordedClient =
    earlier === undefined
      ? client
      : earlier.change === undefined || client.change === undefined
        ? earlier
        : { ...client, change: { before: earlier.change.before, after: client.change.after } };
  return { ...record, clients: [...record.clients.filter((one) => !isSame(one)), merged] };
}

/**
 * Reads a record that was kept as JSON; undefined for what is none, or one of another project.
 *
 * @param value - What was parsed.
 */
export function readRecord(value: unknown, projectId: string): JitSetupRecord | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const record = value as Partial<JitSetupRecord>;
  const isRecord = record.version === 1 && record.projectId === projectId && Array.isArray(record.clients);
  return isRecord ? (record as JitSetupRecord) : undefined;
}
