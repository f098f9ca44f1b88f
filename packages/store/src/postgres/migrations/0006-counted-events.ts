import type { Migration } from "./migration.ts";

/**
 * What replicas of the gateway count together: the times of events by key, and keys that are used once.
 *
 * Times are milliseconds by the database's clock. Counted events are not logged by the server: after its crash counting begins
 * anew, and until then an event costs no write to its disk. A used key must outlive a crash, because it must not be used again.
 */
export const countedEvents: Migration = {
  version: 6,
  sql: `
    CREATE UNLOGGED TABLE rate_events (
      key text COLLATE "C" PRIMARY KEY,
      times double precision[] NOT NULL,
      expires_at double precision NOT NULL
    ) WITH (fillfactor = 50);

    CREATE TABLE used_keys (
      key text COLLATE "C" PRIMARY KEY,
      expires_at double precision NOT NULL
    );

    -- Counts an event of a key, unless there were as many in the window already. Gives the milliseconds until the next one is let
    -- through, 0 when this one was. The row is locked while it is looked at, so that of two at a time one sees the other.
    CREATE FUNCTION take_event(a_key text, a_limit integer, window_ms double precision)
    RETURNS double precision LANGUAGE plpgsql AS $$
    DECLARE
      now_ms double precision;
      known double precision[];
    BEGIN
      LOOP
        SELECT times INTO known FROM rate_events WHERE key = a_key FOR UPDATE;
        now_ms := extract(epoch FROM clock_timestamp()) * 1000;
        IF NOT FOUND THEN
          INSERT INTO rate_events (key, times, expires_at) VALUES (a_key, ARRAY[now_ms], now_ms + window_ms)
          ON CONFLICT (key) DO NOTHING;
          IF FOUND THEN
            RETURN 0;
          END IF;
          CONTINUE;
        END IF;
        -- Times are in order, but for a clock that was set back: what lies ahead is taken for now.
        known := ARRAY(SELECT least(t, now_ms) FROM unnest(known) t WHERE t > now_ms - window_ms ORDER BY t);
        IF cardinality(known) >= a_limit THEN
          RETURN greatest(1, ceil(known[cardinality(known) - a_limit + 1] + window_ms - now_ms));
        END IF;
        UPDATE rate_events SET times = known || now_ms, expires_at = now_ms + window_ms WHERE key = a_key;
        RETURN 0;
      END LOOP;
    END $$;
  `,
};
