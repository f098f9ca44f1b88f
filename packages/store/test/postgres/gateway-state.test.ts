import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type GatewayState, openGatewayState } from "../../src/postgres/open-gateway-state.ts";
import { openPostgresStore } from "../../src/postgres/open-postgres-store.ts";
import { describeRateCounter } from "../contract/rate-counter-contract.ts";
import { type PostgresServer, startPostgres } from "../support/postgres-server.ts";
import { realClock } from "../support/real-clock.ts";

let server: PostgresServer;
let url: string;
const opened: GatewayState[] = [];

beforeAll(async () => {
  server = await startPostgres();
  url = await server.createDatabase();
});
afterAll(async () => server[Symbol.asyncDispose]());
afterEach(async () => {
  await Promise.all(opened.splice(0).map((state) => state[Symbol.asyncDispose]()));
  await sql("TRUNCATE c2d.rate_events, c2d.used_keys");
});

async function open(clock: { monotonic(): number } = realClock): Promise<GatewayState> {
  const state = await openGatewayState(url, { clock });
  opened.push(state);
  return state;
}

const sql = (text: string): ReturnType<PostgresServer["query"]> => server.query(text, url.split("/").at(-1));

describeRateCounter("the counter on PostgreSQL", async () => ({
  counter: (await open()).rates,
  pass: (ms) => realClock.sleep(ms + 2),
}));

describe("replicas that share a database", () => {
  it("count together, and never let more through than the limit in any rolling window", async () => {
    const limit = { events: 8, windowMs: 250 };
    // The counter's own times, every one of them.
    await sql(`
      CREATE TABLE public.taken (at double precision);
      CREATE FUNCTION public.note() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN INSERT INTO public.taken VALUES (NEW.times[cardinality(NEW.times)]); RETURN NULL; END $$;
      CREATE TRIGGER note AFTER INSERT OR UPDATE ON c2d.rate_events FOR EACH ROW EXECUTE FUNCTION public.note()`);
    const replicas = await Promise.all([open(), open(), open()]);
    let taken = 0;
    const attempt = async ({ rates }: GatewayState): Promise<void> => {
      while (taken < 40) {
        const waitMs = await rates.take("shared", limit);
        if (waitMs === 0) taken += 1;
        else await realClock.sleep(Math.min(waitMs, 10));
      }
    };
    await Promise.all(replicas.flatMap((one) => [attempt(one), attempt(one), attempt(one)]));
    await sql("DROP TRIGGER note ON c2d.rate_events");
    const times = (await sql("SELECT at FROM public.taken ORDER BY at")).map(({ at }) => Number(at));
    expect(times).toHaveLength(taken);
    for (const from of times) {
      const within = times.filter((time) => time >= from && time < from + limit.windowMs);
      expect(within.length).toBeLessThanOrEqual(limit.events);
    }
  });

  it("use a key once between them, until it has expired or came to nothing", async () => {
    const [first, second] = await Promise.all([open(), open()]);
    const later = Date.now() + 60_000;
    const both = [first, second].flatMap(({ usedKeys }) => [usedKeys.add("one", later), usedKeys.add("one", later)]);
    expect((await Promise.all(both)).filter(Boolean)).toHaveLength(1);
    expect(await second.usedKeys.add("past", Date.now() - 1)).toBe(true);
    expect(await first.usedKeys.add("past", later)).toBe(true);
    expect(await second.usedKeys.add("past", later)).toBe(false);
    await first.usedKeys.remove("one");
    expect(await second.usedKeys.add("one", later)).toBe(true);
  });

  it("remove what has expired, and nothing else", async () => {
    let now = 0;
    const { rates, usedKeys } = await open({ monotonic: () => now });
    for (const key of ["a", "b"]) await rates.take(key, { events: 5, windowMs: 1 });
    await rates.take("c", { events: 5, windowMs: 60_000 });
    await usedKeys.add("past", Date.now() - 1);
    await usedKeys.add("alive", Date.now() + 60_000);
    await realClock.sleep(5);
    now = 61_000;
    await rates.take("d", { events: 5, windowMs: 60_000 });
    await usedKeys.add("new", Date.now() + 60_000);
    const keys = async (table: string): Promise<unknown> =>
      (await sql(`SELECT key FROM c2d.${table} ORDER BY key`)).map((row) => row["key"]);
    expect(await keys("rate_events")).toEqual(["c", "d"]);
    expect(await keys("used_keys")).toEqual(["alive", "new"]);
  });

  it("keep both when the state store is purged: neither is about a user, and a used key must not be new again", async () => {
    const { rates, usedKeys } = await open();
    const one = { events: 1, windowMs: 60_000 };
    await rates.take("a", one);
    await usedKeys.add("one", Date.now() + 60_000);
    const store = await openPostgresStore(url);
    await store.purge();
    await store[Symbol.asyncDispose]();
    expect(await rates.take("a", one)).toBeGreaterThan(0);
    expect(await usedKeys.add("one", Date.now() + 60_000)).toBe(false);
  });
});

it("a used key outlives a crash of the server; while it is away nothing is let through", async () => {
  const durable = await startPostgres({ durable: true });
  try {
    const state = await openGatewayState(await durable.createDatabase(), { clock: realClock });
    expect(await state.usedKeys.add("one", Date.now() + 60_000)).toBe(true);
    expect(await state.rates.take("a", { events: 1, windowMs: 60_000 })).toBe(0);
    await durable.crash();
    await expect(state.usedKeys.add("two", Date.now() + 60_000)).rejects.toMatchObject({ name: "MigrationError" });
    await expect(state.rates.take("b", { events: 1, windowMs: 60_000 })).rejects.toMatchObject({
      name: "MigrationError",
    });
    await durable.start();
    expect(await state.usedKeys.add("one", Date.now() + 60_000)).toBe(false);
    // Counting begins anew.
    expect(await state.rates.take("a", { events: 1, windowMs: 60_000 })).toBe(0);
    await state[Symbol.asyncDispose]();
  } finally {
    await durable[Symbol.asyncDispose]();
  }
});
