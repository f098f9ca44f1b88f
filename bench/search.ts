// What a search over the users of a plan takes, and what its index costs.
//
// usage: npm run bench -- search [users] [--rounds 100] [--postgres]
//
// Users have random v4 UUID subs and usernames, a first and a last name of made-up syllables, an email address of both at one of 200
// domains, and a phone number. Filters fit from 5 users to nearly all. A search is timed until it has 50 users or is at its end, however
// many calls that takes. Which users are looked for is drawn anew for each round.
//
// --postgres measures the store on PostgreSQL too, with the server of the tests on this machine.
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import process from "node:process";
import { parseArgs } from "node:util";
import type { Outcome, PlanItem, PlanSearch, PoolUser, Run, StateStore, UserFinding } from "@cognito-to-descope/core";
import { openSqliteStore } from "@cognito-to-descope/store";
import { openPostgresStore } from "@cognito-to-descope/store/postgres";
import { startPostgres } from "../packages/store/test/support/postgres-server.ts";

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: { postgres: { type: "boolean", default: false }, rounds: { type: "string", default: "100" } },
});
const USERS = Number(positionals[0] ?? 100_000);
const ROUNDS = Number(flags.rounds);
const RUN = "bench";
const PAGE = 500;
const WANTED = 50;

/** mulberry32: the same users and searches each time. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Person {
  readonly sub: string;
  readonly username: string;
  readonly givenName: string;
  readonly familyName: string;
  readonly email: string;
  readonly phone: string;
}

const SYLLABLES = "an ber cor da el fri gar ha in jo kar lin mo na or pe qui ro sa ter ul vi wen xa yo zel".split(" ");

function word(random: () => number, syllables: number): string {
  return Array.from({ length: syllables }, () => SYLLABLES[Math.floor(random() * SYLLABLES.length)]).join("");
}

function uuid(random: () => number): string {
  const hex = Array.from({ length: 4 }, () =>
    Math.floor(random() * 2 ** 32)
      .toString(16)
      .padStart(8, "0"),
  ).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
}

function person(i: number): Person {
  const random = randomFrom(i * 7919 + 1);
  const givenName = word(random, 2);
  const familyName = word(random, 3);
  const domain = `${word(randomFrom(Math.floor(random() ** 3 * 200)), 2)}.example`;
  return {
    sub: uuid(random),
    username: uuid(random),
    givenName,
    familyName,
    email: `${givenName}.${familyName}${Math.floor(random() * 1000)}@${domain}`,
    phone: `+49151${String(Math.floor(random() * 1e8)).padStart(8, "0")}`,
  };
}

function poolUser(i: number): PoolUser {
  const { sub, username, givenName, familyName, email, phone } = person(i);
  return {
    sub,
    username,
    attributes: { email, phone_number: phone, given_name: givenName, family_name: familyName },
    enabled: true,
    status: "CONFIRMED",
    createdAt: 1,
    modifiedAt: 1,
  };
}

function planItem(i: number): PlanItem {
  const { sub, username, givenName, familyName, email, phone } = person(i);
  const skipped = i % 1000 === 7;
  const federated = i % 2 === 0;
  const findings: UserFinding[] = [
    ...(i % 20 === 0 ? [] : [{ rule: "email-unverified" as const }]),
    ...(federated ? [{ rule: "user-federated" as const }] : []),
    ...(i % Math.max(1, Math.floor(USERS / 5)) === 3 ? [{ rule: "user-no-login-id" as const }] : []),
  ];
  return {
    seq: i + 1,
    source: 0,
    sub,
    kind: federated ? "federated" : "native",
    operation: skipped ? "skip" : "create",
    reason: "not in the project",
    planned: {
      loginId: email,
      additionalLoginIds: [phone],
      email,
      phone,
      verifiedEmail: true,
      verifiedPhone: true,
      givenName,
      familyName,
      status: "enabled",
      roleNames: ["member"],
      userTenants: [],
      customAttributes: { cognitoSub: sub, cognitoUsername: username, freshlyMigrated: true, plan: "team", seats: 4 },
    },
    findings,
  };
}

function outcome(i: number): Outcome {
  const seq = i + 1;
  if (i % 1000 === 7) return { seq, outcome: "skipped" };
  if (i % Math.max(1, Math.floor(USERS / 20)) === 11) return { seq, outcome: "failed", failure: "refused" };
  return { seq, outcome: "created", userId: `U${i}` };
}

/** Each kind of search, of a user that is drawn for it. */
const SEARCHES: Readonly<Record<string, (one: Person, random: () => number) => PlanSearch>> = {
  "email, whole": ({ email }) => ({ text: email, match: "exact" }),
  "email, first 5": ({ email }) => ({ text: email.slice(0, 5), match: "prefix" }),
  "email, first 12": ({ email }) => ({ text: email.slice(0, 12), match: "prefix" }),
  "phone number, whole": ({ phone }) => ({ text: phone, match: "exact" }),
  "phone number, last 6": ({ phone }) => ({ text: phone.slice(-6) }),
  "sub, whole": ({ sub }) => ({ text: sub, match: "exact" }),
  "sub, first 8": ({ sub }) => ({ text: sub.slice(0, 8) }),
  "username, whole": ({ username }) => ({ text: username }),
  "first and last name": ({ givenName, familyName }) => ({ text: `${familyName} ${givenName}` }),
  "last name": ({ familyName }) => ({ text: familyName }),
  "one letter": ({ givenName }) => ({ text: givenName.slice(0, 1) }),
  "two letters": ({ givenName }) => ({ text: givenName.slice(0, 2) }),
  "four letters inside": ({ familyName }) => ({ text: familyName.slice(1, 5) }),
  "nobody's address": (_, random) => ({ text: `${word(random, 5)}@${word(random, 3)}.example` }),
  "nobody's, of frequent parts": ({ email, phone }) => ({ text: `${email.slice(-12)} ${phone.slice(0, 7)} zzqq` }),
  "2 KB": ({ email }) => ({ text: email.repeat(80) }),
  "a rule of 5 users": () => ({ rule: "user-no-login-id" }),
  "a rule of nearly all": () => ({ rule: "email-unverified" }),
  "operation of 1 in 1,000": () => ({ operation: "skip" }),
  "two halves without a common user": () => ({ rule: "user-federated", kind: "native" }),
  "a rule of nearly all, and a name": ({ familyName }) => ({ rule: "email-unverified", text: familyName }),
  "a rule of 5 users, and a letter": ({ givenName }) => ({ rule: "user-no-login-id", text: givenName.slice(0, 1) }),
  "outcome failed, of 20 users": () => ({ outcome: "failed" }),
  "outcome created, of nearly all": () => ({ outcome: "created" }),
  "outcome pending, of nobody": () => ({ outcome: "pending" }),
  "failure class, and an address": ({ email }) => ({ failure: "refused", text: email.slice(-10) }),
};

const directory = mkdtempSync(join(tmpdir(), "c2d-bench-search-"));
const path = join(directory, "state.db");
console.log(
  `${USERS} users, ${ROUNDS} rounds, node ${process.version}, ${cpus().length} cores (${cpus()[0]?.model ?? "unknown"})`,
);
{
  await using sqlite = await openSqliteStore(path);
  await measure(sqlite, "SQLite", async () => statSync(path).size + statSync(`${path}-wal`).size);
}
rmSync(directory, { recursive: true });
if (flags.postgres) {
  await using server = await startPostgres({
    durable: true,
    settings: { shared_buffers: "512MB", max_wal_size: "4GB" },
  });
  const url = await server.createDatabase();
  await using store = await openPostgresStore(url);
  await measure(store, "PostgreSQL", async () => {
    const rows = await server.query(`SELECT pg_database_size('${new URL(url).pathname.slice(1)}') AS size`);
    return Number(rows[0]?.["size"]);
  });
}

async function measure(store: StateStore, name: string, size: () => Promise<number>): Promise<void> {
  await fill(store);
  const sizeBefore = await size();
  const cpuBefore = process.cpuUsage();
  const began = performance.now();
  let longest = 0;
  for (let complete = false; !complete;) {
    const start = performance.now();
    ({ complete } = await store.indexPlan(RUN));
    longest = Math.max(longest, performance.now() - start);
  }
  const took = performance.now() - began;
  const { user, system } = process.cpuUsage(cpuBefore);
  console.log(
    `\n${name}: indexed in ${(took / 1000).toFixed(1)} s, ${((user + system) / USERS).toFixed(1)} us of CPU a user, longest block ` +
      `${longest.toFixed(0)} ms; ${megabytes(sizeBefore)} before, ${megabytes((await size()) - sizeBefore)} more`,
  );
  console.log(`load average ${loadNow()} before the searches`);
  console.log(`${"search until 50 users or the end".padEnd(36)}    p50    p95    p99 ms  calls  users`);
  for (const [title, search] of Object.entries(SEARCHES)) {
    const random = randomFrom(title.length);
    const times: number[] = [];
    let [calls, users] = [0, 0];
    for (let round = 0; round < ROUNDS; round++) {
      const asked = search(person(Math.floor(random() * USERS)), random);
      const start = performance.now();
      let found = 0;
      for (let after: number | undefined = 0; after !== undefined && found < WANTED; calls++) {
        const page: Awaited<ReturnType<StateStore["searchPlanItems"]>> = await store.searchPlanItems(
          RUN,
          asked,
          after,
          WANTED - found,
        );
        found += page.items.length;
        after = page.next;
      }
      times.push(performance.now() - start);
      users += found;
    }
    times.sort((a, b) => a - b);
    const at = (share: number): string => (times[Math.ceil(ROUNDS * share) - 1] ?? 0).toFixed(1).padStart(6);
    console.log(
      `${title.padEnd(36)} ${at(0.5)} ${at(0.95)} ${at(0.99)}    ${(calls / ROUNDS).toFixed(1).padStart(5)}  ${(users / ROUNDS).toFixed(1).padStart(5)}`,
    );
  }
  console.log(`load average ${loadNow()} after them`);
}

/** Of the last minute: the figures are worth little without it. */
function loadNow(): string {
  return (loadavg()[0] ?? 0).toFixed(1);
}

async function fill(store: StateStore): Promise<void> {
  const run: Run = {
    id: RUN,
    kind: "migrate",
    state: "applied",
    startedAt: 1,
    updatedAt: 1,
    configHash: "0",
    projectId: "P1",
    userPoolIds: ["eu-west-1_1"],
    plan: {
      hash: "0",
      definitions: {
        attributes: { create: [], unchanged: [] },
        roles: { create: [], unchanged: [] },
        tenants: { create: [], unchanged: [] },
      },
      counts: { read: USERS, create: USERS, patch: 0, none: 0, skip: 0, delete: 0 },
      findings: [],
      observations: [],
    },
  };
  await store.createRun(run);
  const state = { complete: true, at: 1 };
  for (let first = 0; first < USERS; first += PAGE) {
    const some = Array.from({ length: Math.min(PAGE, USERS - first) }, (_, index) => first + index);
    await store.appendSourceUsers(RUN, 0, some.map(poolUser), "users:0", state);
    await store.appendPlanItems(
      RUN,
      some.map((i) => ({ item: planItem(i), loginIds: [person(i).email, person(i).phone] })),
    );
    await store.recordOutcomes(RUN, some.map(outcome));
  }
  await store.finishReading(RUN);
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0)} MB`;
}
