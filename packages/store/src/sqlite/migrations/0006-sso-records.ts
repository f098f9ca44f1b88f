import type { Migration } from "./migration.ts";

/** What was done to the SSO settings of a project, one row for each connection, and its last plan under an empty key. */
export const ssoRecords: Migration = {
  version: 6,
  sql: `
    CREATE TABLE sso_records (
      project TEXT NOT NULL,
      connection TEXT NOT NULL,
      data TEXT NOT NULL,
      PRIMARY KEY (project, connection)
    ) STRICT, WITHOUT ROWID;
  `,
};
