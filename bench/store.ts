// What the state store costs a migration: microseconds per user of each operation that a run makes, in its order.
//
// usage: npm run bench -- store [users] [state file] [--lanes 4] [--postgres]
//
// Calls are made as a run makes them: four pages of users, four pages of members and four batches at a time (--lanes), and
// everything else one after the other. A store that works in the calling thread gains nothing by that.
//
// --postgres measures the store on PostgreSQL too, in the same run, and says at what share of SQLite's rate it goes. The server is
// of the tests' npm package, on this machine and over the loopback, and waits for the disk as a server does that is
// meant to keep what it holds; its CPU time is not counted.
//
// Two memberships a user in 20 groups, random v4 UUID subs, pages of 60 users and 60 members, plan items with bodies of
// some 600 bytes and one or two login IDs (one in a hundred users shares one), batches of 100. The figures are
// of the store alone: making the input is not counted. The state file is made anew and removed.
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import process from "node:process";
import { parseArgs } from "node:util";
import {
  type Digest,
  digestOutcomes,
  digestSourceUsers,
  type Outcome,
  type PlanItem,
  type PlannedItem,
  type PoolUser,
  type ProjectUser,
  type Run,
  type StateStore,
} from "@cognito-to-descope/core";
import { openSqliteStore } from "@cognito-to-descope/store";
import { openPostgresStore } from "@cognito-to-descope/store/postgres";
import { startPostgres } from "../packages/store/test/support/postgres-server.ts";

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: { postgres: { type: "boolean", default: false }, lanes: { type: "string", default: "4" } },
});
const LANES = Number(flags.lanes);
/** Calls whose input is made before they are timed. */
const CHUNK = 200;
const USERS = Number(positionals[0] ?? 100_000);
const GROUPS = 20;
const PAGE = 60;
const PLAN_PAGE = 500;
const BATCH = 100;
const EVENTS = 200;
const DIGEST: Digest = { sha256: (text) => createHash("sha256").update(text).digest("hex") };
const RUN = "bench";
const SUM = "sum of the above";
const ALL = "all of it";

const directory = positionals[1] === undefined ? mkdtempSync(join(tmpdir(), "c2d-bench-store-")) : undefined;
const path = positionals[1] ?? join(directory as string, "state.db");
const baseline = process.memoryUsage.rss();

interface Stopwatch {
  spent: number;
  cpu: number;
  longest: number;
}

const stopwatches = new Map<string, Stopwatch>();
let total = 0;
let totalCpu = 0;
let peak = 0;

const run: Run = {
  id: RUN,
  kind: "migrate",
  state: "reading",
  startedAt: 1,
  updatedAt: 1,
  configHash: "0",
  projectId: "P1",
  userPoolIds: ["eu-west-1_1"],
};
const state = { complete: false, at: 1 };

console.log(`${USERS} users, node ${process.version}, ${path}`);
const sqlite = await openSqliteStore(path);
const onSqlite = await measure(sqlite, () => {
  console.log(`file ${megabytes(statSync(path).size)}, log ${megabytes(statSync(`${path}-wal`).size)}`);
});
await sqlite[Symbol.asyncDispose]();
if (directory !== undefined) rmSync(directory, { recursive: true });
if (flags.postgres) {
  // A server that has run for a while writes its log into files that it has used before. A new one would fill each with zeros
  // first, and that is not what is measured here.
  const settings = { shared_buffers: "512MB", max_wal_size: "4GB", wal_init_zero: "off" };
  await using server = await startPostgres({ durable: true, settings });
  const [{ version } = {}] = await server.query("SHOW server_version");
  console.log(`\n${USERS} users, PostgreSQL ${String(version)}`);
  await using store = await openPostgresStore(await server.createDatabase());
  const onPostgres = await measure(store, () => undefined);
  console.log("\nPostgreSQL's rate as a share of SQLite's");
  for (const [name, spent] of onPostgres) {
    console.log(`${name.padEnd(32)} ${((100 * (onSqlite.get(name) ?? 0)) / spent).toFixed(0).padStart(5)} %`);
  }
}

/** Makes the calls of a migration, and gives what each kind of them took. */
async function measure(store: StateStore, sizes: () => void): Promise<ReadonlyMap<string, number>> {
  const spentBy = new Map<string, number>();
  const report = (name: string, measured = ""): void => {
    spentBy.set(name, printReport(name, measured));
  };
  [total, totalCpu, peak] = [0, 0, 0];
  await store.createRun(run);

  for (let first = 0; first < USERS; first += PAGE * CHUNK) {
    const pages = Array.from({ length: CHUNK }, (_, index) => first + index * PAGE)
      .filter((start) => start < USERS)
      .map((start) => ({ start, users: range(start, PAGE).map(poolUser) }));
    await timed(() =>
      inLanes(pages, ({ start, users }, lane) =>
        store.appendSourceUsers(RUN, 0, users, `users:${lane}`, { ...state, next: String(start) }),
      ),
    );
  }
  report("appendSourceUsers");

  for (const pages of memberPages()) {
    await timed(() =>
      inLanes(pages, ({ group, members }) =>
        store.appendMembers(RUN, 0, `group-${group}`, members, `members:0:${group}`, state),
      ),
    );
  }
  report("appendMembers");

  await timed(() => store.finishReading(RUN));
  report("finishReading");

  let seq = 0;
  for (;;) {
    const users = await timed(() => store.readSourceUsers(RUN, seq, PLAN_PAGE));
    const lastUser = users.at(-1);
    if (lastUser === undefined) break;
    if (users.some((user) => user.groups.length !== 2)) throw new Error("memberships are missing");
    seq = lastUser.seq;
  }
  if (seq !== USERS) throw new Error(`read ${seq} users`);
  report("readSourceUsers");

  await timed(() => store.beginTargetScan(RUN, "plan"));
  await timed(() => store.finishTargetScan(RUN, "plan"));
  for (let start = 0; start < USERS; start += PLAN_PAGE) {
    const queries = range(start, PLAN_PAGE).map((i) => ({ sub: subOf(i), loginIds: loginIds(i) }));
    await timed(() => store.matchTargetUsers(RUN, "plan", queries));
  }
  report("matchTargetUsers, empty target");

  for (let start = 0; start < USERS; start += PLAN_PAGE) {
    const items = range(start, PLAN_PAGE).map(plannedItem);
    await timed(() => store.appendPlanItems(RUN, items));
  }
  report("appendPlanItems");

  let shared = 0;
  for (let after = ""; ;) {
    const page = await timed(() => store.readSharedLoginIds(RUN, after, PLAN_PAGE));
    shared += page.length;
    const lastShared = page.at(-1);
    if (lastShared === undefined) break;
    after = lastShared.loginId;
  }
  if (shared !== Math.floor((USERS + 99) / 100) - (USERS % 100 === 1 ? 1 : 0))
    throw new Error(`${shared} shared login IDs`);
  report("readSharedLoginIds");

  let pending = 0;
  for (let after = 0; ;) {
    const items = await timedAs("readPendingItems", () => store.readPendingItems(RUN, after, PLAN_PAGE));
    const lastItem = items.at(-1);
    if (lastItem === undefined) break;
    after = lastItem.seq;
    pending += items.length;
    const batches: { readonly seqs: readonly number[]; readonly results: readonly Outcome[]; id: number }[] = [];
    for (let start = 0; start < items.length; start += BATCH) {
      const seqs = items.slice(start, start + BATCH).map((item) => item.seq);
      batches.push({ seqs, results: seqs.map(outcome), id: 0 });
    }
    await timedAs("openBatch", () =>
      inLanes(batches, async (batch) => {
        batch.id = await store.openBatch(RUN, batch.seqs);
      }),
    );
    await timedAs("closeBatch", () => inLanes(batches, ({ id, results }) => store.closeBatch(RUN, id, results)));
  }
  if (pending !== USERS) throw new Error(`${pending} pending items`);
  for (const name of ["readPendingItems", "openBatch", "closeBatch"]) report(name, name);
  console.log(`${SUM.padEnd(32)} ${perUser(total)} wall ${perUser(totalCpu)} cpu us/user`);
  spentBy.set(SUM, total);

  await timed(() => store.countOutcomes(RUN));
  report("countOutcomes (once)");
  await timed(() => store.readPendingItems(RUN, 0, PLAN_PAGE));
  report("readPendingItems, none left");
  await timed(() => store.readAppliedItemsOfKind(RUN, "federated", 5));
  report("readAppliedItemsOfKind, none");
  for (let after = 0; ;) {
    const items = await timed(() => store.readAppliedItems(RUN, after, PLAN_PAGE));
    const lastItem = items.at(-1);
    if (lastItem === undefined) break;
    after = lastItem.item.seq;
  }
  report("readAppliedItems");

  // What goes on record when users were read and when they were applied.
  await timed(() => digestSourceUsers({ store, runId: RUN, digest: DIGEST }));
  report("digest over the source users");
  await timed(() => digestOutcomes({ store, runId: RUN, digest: DIGEST }));
  report("digest over the outcomes");
  const began = performance.now();
  for (let at = 0; at < EVENTS; at += 1) await store.appendEvent(RUN, { at, type: "said", data: { at } });
  const each = (performance.now() - began) / EVENTS;
  console.log(`${"appendEvent".padEnd(32)} ${each.toFixed(2)} ms for an event that outlives a loss of power`);

  await timed(() => store.beginTargetScan(RUN, "reconcile"));
  for (let start = 0; start < USERS; start += BATCH) {
    const users = range(start, BATCH).map(projectUser);
    await timed(() => store.appendTargetUsers(RUN, "reconcile", users, "cognitoSub"));
  }
  report("appendTargetUsers");
  await timed(() => store.finishTargetScan(RUN, "reconcile"));
  report("finishTargetScan");
  for (let start = 0; start < USERS; start += PLAN_PAGE) {
    const queries = range(start, PLAN_PAGE).map((i) => ({ sub: subOf(i), loginIds: loginIds(i) }));
    const matches = await timed(() => store.matchTargetUsers(RUN, "reconcile", queries));
    if (matches.some((match) => match.length === 0)) throw new Error("a target user was not found");
  }
  report("matchTargetUsers, full target");

  sizes();
  console.log(`rss ${megabytes(baseline)} before, ${megabytes(peak)} at most`);
  await timed(() => store.purge());
  report("purge");
  spentBy.set(ALL, total);
  return spentBy;
}

/** Makes a call for each of the inputs, in lanes beside each other. */
async function inLanes<Input>(
  inputs: readonly Input[],
  call: (input: Input, lane: number) => Promise<void>,
): Promise<void> {
  const queue = inputs.values();
  const lane = async (number: number): Promise<void> => {
    for (const input of queue) await call(input, number);
  };
  await Promise.all(Array.from({ length: LANES }, (_, number) => lane(number)));
}

interface MemberPage {
  readonly group: number;
  readonly members: readonly string[];
}

/** The pages of all groups, some at a time. */
function* memberPages(): Generator<readonly MemberPage[]> {
  let pages: MemberPage[] = [];
  for (let group = 0; group < GROUPS; group++) {
    let members: string[] = [];
    for (let i = 0; i < USERS; i++) {
      if (groupsOf(i).includes(group)) members.push(subOf(i));
      if (members.length < PAGE && i < USERS - 1) continue;
      pages.push({ group, members });
      members = [];
      if (pages.length < CHUNK) continue;
      yield pages;
      pages = [];
    }
  }
  yield pages;
}

function timed<Result>(work: () => Promise<Result>): Promise<Result> {
  return timedAs("", work);
}

async function timedAs<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
  const stopwatch = stopwatches.get(name) ?? { spent: 0, cpu: 0, longest: 0 };
  stopwatches.set(name, stopwatch);
  const cpuBefore = process.cpuUsage();
  const start = performance.now();
  const result = await work();
  const took = (performance.now() - start) * 1000;
  const cpu = process.cpuUsage(cpuBefore);
  stopwatch.spent += took;
  stopwatch.cpu += cpu.user + cpu.system;
  stopwatch.longest = Math.max(stopwatch.longest, took);
  return result;
}

function printReport(name: string, measured: string): number {
  const { spent, cpu, longest } = stopwatches.get(measured) as Stopwatch;
  stopwatches.delete(measured);
  const rss = process.memoryUsage.rss();
  peak = Math.max(peak, rss);
  total += spent;
  totalCpu += cpu;
  console.log(
    `${name.padEnd(32)} ${perUser(spent)} wall ${perUser(cpu)} cpu us/user, longest call ${(longest / 1000).toFixed(0).padStart(5)} ms, rss ${megabytes(rss)}`,
  );
  return spent;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0)} MB`;
}

function perUser(microseconds: number): string {
  return (microseconds / USERS).toFixed(2).padStart(7);
}

function range(start: number, length: number): number[] {
  return Array.from({ length: Math.min(length, USERS - start) }, (_, offset) => start + offset);
}

/** A version 4 UUID that looks random and costs no memory to know: the n-th value of SplitMix64, twice. */
function subOf(i: number): string {
  const hex = scatter(2 * i) + scatter(2 * i + 1);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
}

function scatter(n: number): string {
  let z = BigInt.asUintN(64, BigInt(n + 1) * 0x9e3779b97f4a7c15n);
  z = BigInt.asUintN(64, (z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n);
  z = BigInt.asUintN(64, (z ^ (z >> 27n)) * 0x94d049bb133111ebn);
  return (z ^ (z >> 31n)).toString(16).padStart(16, "0");
}

function groupsOf(i: number): readonly [number, number] {
  const first = i % GROUPS;
  return [first, (first + 1 + (Math.floor(i / GROUPS) % (GROUPS - 1))) % GROUPS];
}

function phone(i: number): string {
  return `+1555${String(i).padStart(7, "0")}`;
}

function poolUser(i: number): PoolUser {
  return {
    sub: subOf(i),
    username: subOf(i),
    attributes: {
      email: `user${i}@example.com`,
      email_verified: "true",
      phone_number: phone(i),
      phone_number_verified: "true",
      name: `User Number ${i}`,
      given_name: "User",
      family_name: `Number ${i}`,
      "custom:plan": "gold",
      "custom:customer": String(i),
    },
    enabled: true,
    status: "CONFIRMED",
    createdAt: 1_700_000_000_000 + i,
    modifiedAt: 1_700_000_000_000 + i,
  };
}

/** One or two login IDs; every hundredth user shares one with its neighbour. */
function loginIds(i: number): string[] {
  const email = `user${i % 100 === 1 ? i - 1 : i}@example.com`;
  return i % 2 === 0 ? [email, phone(i)] : [email];
}

function plannedItem(i: number): PlannedItem {
  const [first, second] = groupsOf(i);
  const item: PlanItem = {
    seq: i + 1,
    source: 0,
    sub: subOf(i),
    kind: "native",
    operation: "create",
    reason: "not in the project",
    planned: {
      loginId: `user${i}@example.com`,
      additionalLoginIds: i % 2 === 0 ? [phone(i)] : [],
      email: `user${i}@example.com`,
      phone: phone(i),
      verifiedEmail: true,
      verifiedPhone: true,
      name: `User Number ${i}`,
      givenName: "User",
      familyName: `Number ${i}`,
      status: "enabled",
      roleNames: [`group-${first}`, `group-${second}`],
      userTenants: [],
      customAttributes: {
        cognitoSub: subOf(i),
        cognitoUsername: subOf(i),
        freshlyMigrated: true,
        plan: "gold",
        customer: String(i),
      },
      createdTime: 1_700_000_000,
    },
    findings: [],
  };
  return { item, loginIds: loginIds(i) };
}

function outcome(seq: number): Outcome {
  return { seq, outcome: "created", userId: `U${String(seq).padStart(26, "0")}` };
}

function projectUser(i: number): ProjectUser {
  return {
    userId: `U${String(i).padStart(26, "0")}`,
    loginIds: loginIds(i),
    email: `user${i}@example.com`,
    phone: phone(i),
    verifiedEmail: true,
    verifiedPhone: true,
    name: `User Number ${i}`,
    givenName: "User",
    middleName: "",
    familyName: `Number ${i}`,
    picture: "",
    status: "enabled",
    roleNames: [],
    userTenants: [],
    customAttributes: { cognitoSub: subOf(i) },
    createdTime: 1_700_000_000,
  };
}
