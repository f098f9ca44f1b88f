import type { Migration } from "./migration.ts";

/** Users who did something in their pool since it was read, one row each; `scope` is the pool beside the project. */
export const touchedUsers: Migration = {
  version: 5,
  sql: `
    CREATE TABLE touched_users (
      scope integer NOT NULL,
      sub text COLLATE "C" NOT NULL,
      at double precision NOT NULL,
      PRIMARY KEY (scope, sub)
    );
    CREATE INDEX touched_users_by_time ON touched_users (at, scope, sub);
  `,
};
