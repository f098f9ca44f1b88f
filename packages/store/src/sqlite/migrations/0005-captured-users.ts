import type { Migration } from "./migration.ts";

/** Users whose password the project has since they signed in, and how password checks ended, by day; never a password. */
export const capturedUsers: Migration = {
  version: 5,
  sql: `
    CREATE TABLE captured_users (
      scope INTEGER NOT NULL,
      sub ANY NOT NULL,
      at REAL NOT NULL,
      PRIMARY KEY (scope, sub)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE jit_verdicts (
      scope INTEGER NOT NULL,
      day INTEGER NOT NULL,
      verdict TEXT NOT NULL,
      reason TEXT NOT NULL,
      count INTEGER NOT NULL,
      PRIMARY KEY (scope, day, verdict, reason)
    ) STRICT, WITHOUT ROWID;
  `,
};
