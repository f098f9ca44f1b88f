import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type ApplicationLedger, type ApplicationRecord, MigrationError, type Secret } from "@cognito-to-descope/core";
import { writeFileWhole } from "../output/write-file.ts";

/** Credentials that the project made for an application. In the file they are in clear: it is its owner's alone. */
export interface NewCredentials {
  readonly userPoolId: string;
  /** Of the app client in Cognito. */
  readonly formerClientId: string;
  readonly clientId: string;
  readonly clientSecret?: Secret | undefined;
}

/** Files about the inbound applications of one project, which only their owner can read. */
export interface ApplicationFiles {
  readonly ledger: ApplicationLedger;
  /** Where credentials are put that somebody has to be given. */
  readonly credentialsPath: string;
  /** Puts them there, beside those of other applications. */
  keepCredentials(credentials: NewCredentials): Promise<void>;
}

/**
 * Opens the files of a project below a directory. Nothing is made before there is something to keep.
 *
 * @throws MigrationError `ERR_CONFIG_UNREADABLE` when there is one that cannot be read.
 */
export function openApplicationFiles(directory: string, projectId: string): ApplicationFiles {
  const place = projectId.replace(/\W/g, "_");
  const ledgerPath = join(directory, `${place}.json`);
  const credentialsPath = join(directory, `${place}-credentials.json`);
  let records = readList(ledgerPath) as readonly ApplicationRecord[];

  async function write(next: readonly ApplicationRecord[]): Promise<void> {
    await writeFileWhole(ledgerPath, [`${JSON.stringify(next, undefined, 2)}\n`]);
    records = next;
  }

  return {
    ledger: {
      read: () => records,
      put: (record) => write([...without(records, record), record].toSorted(byClient)),
      async remove(record) {
        const next = without(records, record);
        if (next.length < records.length) await write(next);
      },
    },
    credentialsPath,
    async keepCredentials({ userPoolId, formerClientId, clientId, clientSecret }) {
      const kept = (readList(credentialsPath) as readonly Readonly<Record<string, string>>[]).filter(
        (one) => one["userPoolId"] !== userPoolId || one["formerClientId"] !== formerClientId,
      );
      const secret = clientSecret === undefined ? {} : { clientSecret: clientSecret.reveal() };
      const next = [...kept, { userPoolId, formerClientId, clientId, ...secret }];
      await writeFileWhole(credentialsPath, [`${JSON.stringify(next, undefined, 2)}\n`]);
    },
  };
}

function readList(path: string): readonly unknown[] {
  if (!existsSync(path)) return [];
  try {
    const list = JSON.parse(readFileSync(path, "utf8")) as unknown;
    if (Array.isArray(list)) return list as readonly unknown[];
  } catch (error) {
    throw unreadable(path, error);
  }
  throw unreadable(path, undefined);
}

function unreadable(path: string, cause: unknown): MigrationError {
  return new MigrationError("ERR_CONFIG_UNREADABLE", "what is known of the inbound applications cannot be read", {
    cause,
    suggestion: `look at ${path}`,
  });
}

type Client = Pick<ApplicationRecord, "userPoolId" | "clientId">;

function without(records: readonly ApplicationRecord[], client: Client): readonly ApplicationRecord[] {
  return records.filter((one) => one.userPoolId !== client.userPoolId || one.clientId !== client.clientId);
}

function byClient(a: ApplicationRecord, b: ApplicationRecord): number {
  return `${a.userPoolId} ${a.clientId}` < `${b.userPoolId} ${b.clientId}` ? -1 : 1;
}
