import { describe, expect, it } from "vitest";
import { startProject } from "./start-project.ts";

const SEARCH = "POST /v2/mgmt/user/search";

const people = Array.from({ length: 300 }, (_, number) => ({
  loginId: `user${number}@example.com`,
  additionalLoginIds: [`user${number}`],
  email: `user${number}@example.com`,
  verifiedEmail: true,
  verifiedPhone: false,
  status: "enabled" as const,
  roleNames: [],
  userTenants: [],
  customAttributes: {},
}));
const loginIds = people.flatMap(({ loginId, additionalLoginIds }) => [loginId, ...additionalLoginIds]);

describe.each(["all", "first-100", "refuse-above-100"] as const)(
  "a project that takes %s of a long list of login IDs",
  (searchLoginIds) => {
    it("hides nobody, whatever was found before", { timeout: 60_000 }, async () => {
      await using project = await startProject({ searchLoginIds });
      const { target } = project;
      expect(await target.findUsers(loginIds)).toEqual([]);
      for (let start = 0; start < people.length; start += 100) {
        await target.createUsers(people.slice(start, start + 100));
        expect(await target.findUsers(["nobody@example.com", ...loginIds])).toHaveLength(start + 100);
      }
      expect(await target.findUsers(["user299", "nobody"])).toMatchObject([
        { loginIds: ["user299@example.com", "user299"] },
      ]);
      expect(await target.findUsers(["nobody"])).toEqual([]);
    });
  },
);

it("asks for long lists once a search has shown that they are taken whole", async () => {
  await using project = await startProject();
  const { target, sandbox } = project;
  await target.createUsers(people.slice(0, 100));
  await target.findUsers(["nobody@example.com"]);
  const before = sandbox.requests.count({ operation: SEARCH });
  await target.findUsers(loginIds.slice(200, 400));
  expect(sandbox.requests.count({ operation: SEARCH }) - before).toBe(1);
});

it("asks for short lists from then on when the end of a long one was left out", async () => {
  await using project = await startProject({ searchLoginIds: "first-100" });
  const { target, sandbox } = project;
  await target.createUsers(people.slice(0, 100));
  await target.findUsers(["nobody@example.com"]);
  const count = async (): Promise<number> => {
    const before = sandbox.requests.count({ operation: SEARCH });
    await target.findUsers(loginIds.slice(200, 400));
    return sandbox.requests.count({ operation: SEARCH }) - before;
  };
  expect(await count()).toBe(3);
  expect(await count()).toBe(2);
});
