import { expect, test } from "vitest";
import { Browser } from "../../../../packages/sandbox/test/descope/browser.ts";
import { addUser, openOidcWorld, PASSWORD } from "./oidc-world.ts";

const application = "https://app.example/";

// The known limit of docs/oidc-migration.md: whether it is one is the project's doing, and it does not pass unnoticed.
test.each([
  ["folded", 1, 0],
  ["sensitive", 2, 3],
] as const)(
  "where login IDs are %s, an imported user whose address has capitals becomes %i after a sign-in through Cognito, and the next run ends with %i",
  async (loginIdCase, users, code) => {
    await using world = await openOidcWorld({ variants: { loginIdCase } });
    await addUser(world, "Ada@Example.com");
    expect((await world.c2d("migrate")).code).toBe(0);
    expect((await world.c2d("oidc", "setup")).code).toBe(0);
    const query = new URLSearchParams({ provider: "cognito", redirectUrl: application });
    const { url } = await world.manage("POST", `/v1/auth/oauth/authorize?${query.toString()}`, {});
    const browser = new Browser(application);
    await browser.submit(await browser.open(String(url)), { username: "ada@example.com", password: PASSWORD });
    expect(world.sandbox.descopeService.countUsers()).toBe(users);
    const again = await world.json("migrate");
    expect(again.code).toBe(code);
    expect(again.document).toMatchObject({ reconcile: { discrepancies: users - 1 } });
  },
);
