import type { Migration } from "./migration.ts";

/** Users whose password the project has since they signed in, and how password checks ended, by day; never a password. */
export const capturedUsers: Migration = {
  version: 7,
  sql: `
    CREATE TABLE captured_users (
      scope integer NOT NULL,
      sub text COLLATE "C" NOT NULL,
      at double precision NOT NULL,
      PRIMARY KEY (scope, sub)
    );
    CREATE TABLE jit_verdicts (
      scope integer NOT NULL,
      day integer NOT NULL,
      verdict text COLLATE "C" NOT NULL,
      reason text COLLATE "C" NOT NULL,
      count bigint NOT NULL,
      PRIMARY KEY (scope, day, verdict, reason)
    );
  `,
};
