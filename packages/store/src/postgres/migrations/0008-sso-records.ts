import type { Migration } from "./migration.ts";

/** What was done to the SSO settings of a project, one row for each connection, and its last plan under an empty key. */
export const ssoRecords: Migration = {
  version: 8,
  sql: `
    CREATE TABLE sso_records (
      project text COLLATE "C" NOT NULL,
      connection text COLLATE "C" NOT NULL,
      data text NOT NULL,
      PRIMARY KEY (project, connection)
    );
  `,
};
