import type { Migration } from "./migration.ts";

/** Users who did something in their pool since it was read, one row each; `scope` is the pool beside the project. */
export const touchedUsers: Migration = {
  version: 4,
  sql: `
    CREATE TABLE touched_users (
      scope INTEGER NOT NULL,
      sub ANY NOT NULL,
      at REAL NOT NULL,
      PRIMARY KEY (scope, sub)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX touched_users_by_time ON touched_users (at);
  `,
};
