import type { ProjectUser } from "@cognito-to-descope/core";
import { describe, expect, it } from "vitest";
import { createProjectTarget } from "../src/project-target.ts";
import { json, optionsFor, refusal, startScriptedProject } from "./scripted-project.ts";
import type { Script } from "./scripted-project.ts";

interface Searching {
  readonly count: number;
  readonly cap?: number;
  readonly refuseAbove?: number;
  readonly withoutTotal?: boolean;
}

/** Searches over users `U2-0`, `U2-1`, … */
function searching({ count, cap = Infinity, refuseAbove = Infinity, withoutTotal = false }: Searching): Script {
  const all = Array.from({ length: count }, (_, index) => ({
    userId: `U2-${index}`,
    loginIds: [`user${index}@example.com`],
  }));
  return ({ path }, body) => {
    if (path !== "/v2/mgmt/user/search") return undefined;
    const { limit, offset, loginIds } = body as { limit: number; offset: number; loginIds?: string[] };
    if (limit > refuseAbove) return refusal(400, "E011003");
    const matching =
      loginIds === undefined ? all : all.filter((user) => user.loginIds.some((id) => loginIds.includes(id)));
    const users = matching.slice(offset, offset + Math.min(limit, cap));
    return json(withoutTotal ? { users } : { users, total: matching.length });
  };
}

async function readAll(url: string): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const { users } of createProjectTarget(optionsFor(url).options).users())
    found.push(...users.map(({ userId }) => userId));
  return found;
}

describe("a full scan", () => {
  it.each<[string, Searching]>([
    ["gives pages as large as asked for", { count: 2345 }],
    ["caps pages in silence", { count: 457, cap: 100 }],
    ["caps pages at an odd size", { count: 457, cap: 37 }],
    ["refuses large pages", { count: 457, refuseAbove: 100 }],
    ["says no total", { count: 457, cap: 100, withoutTotal: true }],
    ["has exactly one page", { count: 1000 }],
    ["has no users", { count: 0 }],
  ])("sees every user once when the project %s", async (_name, behaviour) => {
    await using project = await startScriptedProject(searching(behaviour));
    const found = await readAll(project.url);
    expect(found).toEqual(Array.from({ length: behaviour.count }, (_, index) => `U2-${index}`));
  });

  it("asks for a large page only once when that is refused", async () => {
    await using project = await startScriptedProject(searching({ count: 457, refuseAbove: 100 }));
    const { options, events } = optionsFor(project.url);
    const target = createProjectTarget(options);
    for (let scan = 0; scan < 2; scan += 1) for await (const page of target.users()) expect(page.total).toBe(457);
    expect(events).toEqual([{ type: "page-reduced", from: 1000, to: 100 }]);
    expect(project.log.count({ operation: "POST /v2/mgmt/user/search" })).toBe(1 + 5 + 5);
  });

  it("asks once more for a page that is empty before the end", async () => {
    let asked = 0;
    const search = searching({ count: 250, cap: 100 });
    await using project = await startScriptedProject((request, body) => {
      if (request.path === "/v2/mgmt/user/search" && (asked += 1) === 2) return json({ users: [], total: 250 });
      return search(request, body);
    });
    expect(await readAll(project.url)).toHaveLength(250);
  });

  it("fails rather than go on for ever when the project ignores the offset", async () => {
    const search = searching({ count: 250, cap: 100 });
    await using project = await startScriptedProject((request, body) => search(request, { ...body, offset: 0 }));
    await expect(readAll(project.url)).rejects.toMatchObject({ code: "ERR_TARGET_UNEXPECTED" });
  });

  it("asks once more for a page that is the one before", async () => {
    await using project = await startScriptedProject(searching({ count: 250, cap: 100 }));
    project.faults.add([{ operation: "POST /v2/mgmt/user/search", nth: 2, fault: { kind: "duplicate-page" } }]);
    expect(await readAll(project.url)).toHaveLength(250);
    expect(project.faults.neverHappened()).toEqual([]);
  });
});

describe("finding users by login ID", () => {
  it("takes any number of login IDs, a hundred a request", async () => {
    await using project = await startScriptedProject(searching({ count: 400, cap: 60 }));
    const wanted = Array.from({ length: 230 }, (_, index) => `user${index * 2}@example.com`);
    const found = await createProjectTarget(optionsFor(project.url).options).findUsers([...wanted, ...wanted]);
    const expected = Array.from({ length: 200 }, (_, index) => `U2-${index * 2}`);
    expect(found.map(({ userId }: ProjectUser) => userId)).toEqual(expected);
  });

  it("asks nothing when there is nothing to find", async () => {
    await using project = await startScriptedProject(searching({ count: 3 }));
    expect(await createProjectTarget(optionsFor(project.url).options).findUsers([])).toEqual([]);
    expect(project.log.count()).toBe(0);
  });
});

describe("loading a user", () => {
  it.each([
    "plus+tag@example.com",
    "a&b=c?d#e",
    "with space",
    `quote"'\\slash/`,
    "😀👩‍👩‍👧",
    "100%",
    "ünïcødé",
    "\ud800",
    "x".repeat(2000),
  ])("asks for exactly the login ID %j", async (loginId) => {
    await using project = await startScriptedProject(({ path, query }) =>
      path === "/v1/mgmt/user" ? json({ user: { userId: "U2a", loginIds: [query.get("loginId")] } }) : undefined,
    );
    const found = await createProjectTarget(optionsFor(project.url).options).loadUser(loginId);
    expect(found?.loginIds).toEqual([loginId.toWellFormed()]);
  });

  it.each([
    [404, "E112102"],
    [400, "E112102"],
    [404, "E062108"],
  ])("gives undefined for status %i and %s", async (status, code) => {
    await using project = await startScriptedProject(({ path }) =>
      path === "/v1/mgmt/user" ? refusal(status, code) : undefined,
    );
    expect(await createProjectTarget(optionsFor(project.url).options).loadUser("a")).toBeUndefined();
  });

  it.each([
    ["a page that does not exist", { status: 404, body: "404 page not found" }, "ERR_TARGET_NOT_JSON"],
    ["an API that does not know users", json({ message: "no such route" }, 404), "ERR_TARGET_REFUSED"],
    ["a project that does not exist", refusal(404, "E011008"), "ERR_TARGET_PROJECT_NOT_FOUND"],
    ["a key that does not fit", refusal(401, "E011003"), "ERR_TARGET_UNAUTHORIZED"],
    ["a key that may not", refusal(403, "E011003"), "ERR_TARGET_UNAUTHORIZED"],
  ])("does not take %s for an absent user", async (_name, reply, code) => {
    await using project = await startScriptedProject(({ path }) => (path === "/v1/mgmt/user" ? reply : undefined));
    await expect(createProjectTarget(optionsFor(project.url).options).loadUser("a")).rejects.toMatchObject({ code });
  });
});
