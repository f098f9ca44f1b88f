import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Overview, Plan, Problem, UserDetail, UserList } from "@cognito-to-descope/console/contract";
import { environmentFor, writeFastConfig } from "../commands/fast-world.ts";
import { runInProcess } from "../commands/run-in-process.ts";
import { temporaryFolder } from "../e2e/run-c2d.ts";
import { cognito, descope, identitiesOf, startWorld, verified } from "../pipeline/world.ts";
import { type RunningConsole, startConsole } from "./start-console.ts";

// Every personal value holds this, so that one that gets out is found whatever it is.
const CANARY = "qzx";

let world: Awaited<ReturnType<typeof startWorld>>;
let folder: ReturnType<typeof temporaryFolder>;
let env: Readonly<Record<string, string>>;
let running: RunningConsole;
let cookie: string;
const subs: Record<"ada" | "bob" | "stray" | "joined" | "taken", string> = {
  ada: "",
  bob: "",
  stray: "",
  joined: "",
  taken: "",
};
/** Every body that came without being revealed. */
const seen: string[] = [];

beforeAll(async () => {
  world = await startWorld({}, { Schema: [{ Name: "team", AttributeDataType: "String", Mutable: true }] });
  const { pool, sandbox } = world;
  subs.ada = pool.add(`ada-${CANARY}`, {
    ...verified(`ada.${CANARY}@example.com`),
    phone_number: "+4915112345678",
    phone_number_verified: "true",
    name: `Ada ${CANARY} King`,
    given_name: `Ada ${CANARY}`,
    birthdate: `1815-${CANARY}`,
    "custom:team": `team ${CANARY}`,
  });
  subs.bob = pool.add(`bob-${CANARY}`, verified(`bob.${CANARY}@example.com`));
  subs.stray = pool.add(`stray-${CANARY}`, { name: `Stray ${CANARY}` });
  subs.joined = pool.add(
    `google_${CANARY}`,
    { ...verified(`ada.${CANARY}@example.com`), identities: identitiesOf("Google", CANARY) },
    { status: "EXTERNAL_PROVIDER" },
  );
  subs.taken = pool.add(`taken-${CANARY}`, verified(`taken.${CANARY}@example.com`));
  await pool.group("admins", [`ada-${CANARY}`], { Description: "they may" });
  sandbox.descopeService.addUser({ loginId: `taken.${CANARY}@example.com`, email: `taken.${CANARY}@example.com` });
  folder = temporaryFolder();
  writeFastConfig(folder.path);
  env = { ...environmentFor(sandbox), COGNITO_USER_POOL_ID: pool.userPoolId };
  const migrated = await c2d("migrate", "--no-log-file");
  expect(migrated.code, migrated.stderr).toBe(0);
  running = await startConsole(folder.path, env);
  cookie = await running.signIn();
}, 120_000);
afterAll(async () => {
  await running[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
  await world[Symbol.asyncDispose]();
});

function c2d(...words: readonly string[]): ReturnType<typeof runInProcess> {
  return runInProcess(words, { cwd: folder.path, env });
}

async function get<Answer>(path: string): Promise<Answer> {
  const response = await fetch(`${running.origin}/api/v1/runs/${path}`, { headers: { cookie } });
  const text = await response.text();
  seen.push(text);
  return JSON.parse(text) as Answer;
}

async function reveal(path: string): Promise<{ readonly status: number; readonly answer: UserDetail }> {
  const response = await fetch(`${running.origin}/api/v1/runs/${path}`, {
    method: "POST",
    headers: { cookie, origin: running.origin, "x-c2d-console": "1" },
  });
  return { status: response.status, answer: (await response.json()) as UserDetail };
}

/** The run that migrated, which is not the newest any more. */
async function firstRun(): Promise<string> {
  const response = await fetch(`${running.origin}/api/v1/overview`, { headers: { cookie } });
  const { runs } = (await response.json()) as Overview;
  return runs.at(-1)?.run ?? "";
}

describe("the plan of a run", () => {
  test("is told with its counts, what to do about each finding, and what is defined", async () => {
    const plan = await get<Plan>(`${await firstRun()}/plan`);
    expect(plan.counts).toMatchObject({ read: 5, create: 2, skip: 3 });
    expect(plan.pools).toMatchObject([{ userPoolId: world.pool.userPoolId, name: "customers", merged: 1 }]);
    const found = plan.findings.find(({ rule }) => rule === "user-no-contact");
    expect(found).toMatchObject({ severity: "warning", count: 1, ofUsers: true });
    expect(found?.advice).toContain("mapping.noContact");
    expect(plan.definitions.roles.create).toEqual(["admins"]);
    expect(plan.definitions.attributes.create).toContain("team (string)");
    expect(plan.outcomes).toMatchObject({ created: 2, skipped: 3 });
  });

  test("is that of the newest run where none is named, and not found where there is none", async () => {
    expect(await get<Plan>("newest/plan")).toMatchObject({ runKind: "migrate" });
    expect(await get<Problem>("nothing/plan")).toMatchObject({ status: 404, code: "not-found" });
  });
});

describe("a search of users", () => {
  test("finds by any value and by every filter, and puts whoever is meant first", async () => {
    const run = await firstRun();
    const search = async (query: string): Promise<readonly string[]> =>
      (await get<UserList>(`${run}/users?${query}`)).users.map(({ sub }) => sub);
    expect(await search(`text=BOB.${CANARY}@EXAMPLE.COM`)).toEqual([subs.bob]);
    expect(await search("text=%2B49151&match=prefix")).toEqual([subs.ada]);
    expect(await search("text=king+ada")).toEqual([subs.ada]);
    expect(await search(`text=${subs.stray}`)).toEqual([subs.stray]);
    expect(await search("operation=skip&rule=user-no-contact")).toEqual([subs.stray]);
    expect(await search("outcome=skipped&kind=federated")).toEqual([subs.joined]);
    expect(await search("text=nobody-of-that-name")).toEqual([]);
    expect((await search("")).length).toBe(5);
  });

  test("goes on where the page before ended", async () => {
    const run = await firstRun();
    const found: number[] = [];
    for (let after: number | null = 0; after !== null;) {
      const list: UserList = await get<UserList>(`${run}/users?text=example.com&limit=1&after=${after}`);
      found.push(...list.users.map(({ seq }) => seq));
      after = list.next;
    }
    expect(found).toEqual([1, 2, 4, 5]);
  });

  test.each([
    [
      "a text of 2 KB",
      `text=${encodeURIComponent(
        "%_*\"'\u0000\ud800OR"
          .slice(0, 8)
          .repeat(120)
          .replace(/\ud800/g, ""),
      )}`,
    ],
    ["operators", "text=%25%20OR%20NEAR(a%20b)%20*%20%22"],
    ["half of a pair", "text=%ED%A0%80"],
  ])("takes whatever is looked for as it is: %s", async (_what, query) => {
    expect(await get<UserList>(`newest/users?${query}`)).toMatchObject({ users: [] });
  });

  test.each([
    ["text beyond 2,048 characters", `text=${"a".repeat(2049)}`],
    ["an operation that there is not", "operation=drop"],
    ["a page that is too long", "limit=201"],
    ["a page of nothing", "limit=0"],
    ["a place that is no number", "after=-1"],
    ["a rule that is none", "rule=<script>"],
  ])("refuses %s, and repeats nothing of it", async (_what, query) => {
    const problem = await get<Problem>(`newest/users?${query}`);
    expect(problem).toMatchObject({ status: 400, code: "invalid-request" });
    expect(JSON.stringify(problem)).not.toMatch(/drop|script|aaaa/);
  });
});

describe("one user", () => {
  test("is told from both sides, with what the rules made, and its groups", async () => {
    const user = await get<UserDetail>(`${await firstRun()}/users/1`);
    expect(user).toMatchObject({ sub: subs.ada, operation: "create", masked: true, targetAsOf: "reconcile" });
    expect(user.result).toMatchObject({ outcome: "created", failure: null });
    expect(user.groups).toEqual([{ name: "admins", role: "admins", tenant: null }]);
    expect(user.merged).toEqual([{ sub: subs.joined, seq: 4 }]);
    const email = user.fields.find(({ field }) => field === "email");
    expect(email).toEqual({
      field: "email",
      source: ["a…@e…"],
      planned: ["a…@e…"],
      target: ["a…@e…"],
      differs: false,
      masked: true,
    });
    expect(user.fields.find(({ field }) => field === "phone")?.source).toEqual(["+4…78"]);
    expect(user.fields.find(({ field }) => field === "customAttributes.team")?.target).toEqual(["t…"]);
    expect(user.fields.filter(({ differs }) => differs)).toEqual([]);
  });

  test("that is left out says why, what to do, and who is in the way", async () => {
    const run = await firstRun();
    const stray = await get<UserDetail>(`${run}/users/3`);
    expect(stray).toMatchObject({ operation: "skip", result: { outcome: "skipped" } });
    expect(stray.findings.find(({ rule }) => rule === "user-no-contact")?.advice).toContain("mapping.noContact");
    const taken = await get<UserDetail>(`${run}/users/5`);
    expect(taken.findings.map(({ rule }) => rule)).toContain("user-exists-unproven");
    expect(taken.inTheWay).toMatchObject([{ loginIds: ["t…@e…"], sub: null }]);
    expect((await get<UserDetail>(`${run}/users/4`)).mergedInto).toEqual({ sub: subs.ada, seq: 1 });
  });

  test("is asked for in the project now where somebody wants that", async () => {
    const run = await firstRun();
    const before = await get<UserDetail>(`${run}/users/2`);
    expect(before.targetAsOf).toBe("reconcile");
    await descope(world.sandbox, "POST /v1/mgmt/user/update/name", {
      loginId: `bob.${CANARY}@example.com`,
      displayName: `Robert ${CANARY}`,
    });
    const now = await get<UserDetail>(`${run}/users/2?asOf=now`);
    expect(now).toMatchObject({ targetAsOf: "now", targetUserId: before.targetUserId });
    expect(now.fields.find(({ field }) => field === "name")).toMatchObject({ target: ["R…"], differs: true });
  });

  test("that is not there is not found", async () => {
    expect(await get<Problem>("newest/users/99999")).toMatchObject({ status: 404 });
    expect(await get<Problem>("newest/users/ada")).toMatchObject({ status: 400 });
  });

  test("is masked everywhere until it is revealed", () => {
    expect(seen.length).toBeGreaterThan(20);
    expect(seen.filter((text) => text.toLowerCase().includes(CANARY))).toEqual([]);
    expect(seen.filter((text) => text.includes("12345678") || text.includes("1815"))).toEqual([]);
    expect(running.notes()).not.toContain(CANARY);
  });

  test("is revealed to whoever asks for it in words, which is written down without a value", async () => {
    const run = await firstRun();
    const { status, answer } = await reveal(`${run}/users/1/reveal`);
    expect(status).toBe(200);
    expect(answer.masked).toBe(false);
    expect(answer.fields.find(({ field }) => field === "email")?.planned).toEqual([`ada.${CANARY}@example.com`]);
    expect(answer.source?.attributes.find(({ name }) => name === "birthdate")?.value).toBe(`1815-${CANARY}`);
    const { events } = await get<UserDetail>(`${run}/users/1`);
    expect(events).toMatchObject([{ type: "revealed", operator: expect.stringContaining("@") as string }]);
    expect(JSON.stringify(events)).not.toContain(CANARY);
  });

  test("is not revealed by a console that only shows, which searches all the same", async () => {
    await using reader = await startConsole(folder.path, env, "--read-only");
    const session = await reader.signIn();
    const response = await fetch(`${reader.origin}/api/v1/runs/newest/users/1/reveal`, {
      method: "POST",
      headers: { cookie: session, origin: reader.origin, "x-c2d-console": "1" },
    });
    expect(response.status).toBe(403);
    const list = await fetch(`${reader.origin}/api/v1/runs/newest/users?text=bob`, { headers: { cookie: session } });
    expect(((await list.json()) as UserList).users.map(({ sub }) => sub)).toEqual([subs.bob]);
  });

  test("has its history over all runs, and is found as before once a later run has read the pool anew", async () => {
    const { sandbox, pool } = world;
    await cognito(sandbox, "AdminUpdateUserAttributes", {
      UserPoolId: pool.userPoolId,
      Username: `bob-${CANARY}`,
      UserAttributes: [{ Name: "name", Value: `Bob ${CANARY}` }],
    });
    const synced = await c2d("sync", "--no-log-file");
    expect(synced.code, synced.stderr).toBe(0);
    const again = await get<UserList>(`${await firstRun()}/users?text=stray+${CANARY}`);
    expect(again.users.map(({ sub }) => sub)).toEqual([subs.stray]);
    const list = await get<UserList>(`newest/users?text=${subs.bob}`);
    const user = await get<UserDetail>(`newest/users/${list.users[0]?.seq}`);
    expect(user).toMatchObject({ runKind: "sync", unsearchedRuns: 0, result: { outcome: "updated" } });
    expect(user.history).toMatchObject([{ runKind: "migrate", operation: "create", outcome: "created" }]);
  });
});

describe("c2d user", () => {
  test("tells why a user was left out, without a personal value", async () => {
    const run = await firstRun();
    const { code, stdout } = await c2d("user", `stray-${CANARY}`, "--run", run);
    expect(code).toBe(0);
    expect(stdout).toContain("is left out");
    expect(stdout).toContain("user-no-contact");
    expect(stdout).toContain("mapping.noContact");
    expect(stdout).not.toContain(CANARY);
  });

  test("shows both sides beside each other, and personal values when told to, which is written down", async () => {
    const { stdout } = await c2d("user", `bob.${CANARY}@example.com`, "--reveal", "--now");
    expect(stdout).toMatch(new RegExp(`email +bob\\.${CANARY}@example\\.com +bob\\.${CANARY}@example\\.com`));
    expect(stdout).toMatch(new RegExp(`name +Bob ${CANARY} +Bob ${CANARY} +Bob ${CANARY}`));
    const { stdout: later } = await c2d("user", subs.bob, "--json");
    const { user } = JSON.parse(later) as { readonly user: UserDetail };
    expect(user.events).toMatchObject([{ type: "revealed" }]);
    expect(later).not.toContain(CANARY);
  });

  test("lists users where several fit, and says so where none does", async () => {
    const run = await firstRun();
    const several = await c2d("user", "example.com", "--run", run, "--json");
    expect(JSON.parse(several.stdout)).toMatchObject({ user: null, more: false, matches: [{}, {}, {}, {}] });
    expect(several.stdout).not.toContain(CANARY);
    const none = await c2d("user", `nobody-${CANARY}`);
    expect(none.code).toBe(2);
    expect(none.stderr).not.toContain(CANARY);
    expect((await c2d("user", "x", "--run", "no-such-run")).code).toBe(2);
    expect((await c2d("user", "x", "--state", "nowhere.db")).code).toBe(2);
  });
});
