import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { totpCode } from "../../../../packages/sandbox/src/cognito/auth/totp.ts";
import {
  type Chromium,
  chromiumPath,
  type Page,
  startChromium,
} from "../../../../packages/sandbox/test/support/chromium.ts";
import { addUser, openOidcWorld, type OidcWorld, PASSWORD } from "./oidc-world.ts";
import { type RelyingParty, startRelyingParty } from "./relying-party.ts";

const EMAIL = "ada@example.com";
/** Cognito, Descope and the application are three sites to a browser: cookies do not go from one to another. */
const SITES = { descopeHost: "localhost" };
const TOTP = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";

describe.skipIf(chromiumPath() === undefined)("in a real browser", () => {
  let chromium: Chromium;
  beforeAll(async () => {
    chromium = await startChromium();
  });
  afterAll(async () => {
    await chromium[Symbol.asyncDispose]();
  });

  /** The application signs people in at Descope, by the flow of the setup. */
  function atDescope({ sandbox, descope }: OidcWorld): NonNullable<RelyingParty["authority"]> {
    return {
      authorize: `${descope}/oauth2/v1/authorize`,
      token: `${descope}/oauth2/v1/token`,
      clientId: sandbox.projectId,
      scope: "openid email profile",
      parameters: { flow: "cognito-oidc" },
    };
  }

  const press = (page: Page): Promise<void> => page.locator("form button").first().click();

  async function sayWho(page: Page, party: RelyingParty): Promise<void> {
    await page.goto(party.url);
    await page.fill('input[name="email"]', EMAIL);
    await press(page);
  }

  /** Password and code on Cognito's own pages. */
  async function signInAtCognito(page: Page, { sandbox }: OidcWorld, totp: boolean): Promise<void> {
    expect(page.url()).toMatch(new RegExp(`^${sandbox.cognito}/login\\?`));
    expect(await page.inputValue('input[name="username"]')).toBe(EMAIL);
    await page.fill('input[name="password"]', PASSWORD);
    await press(page);
    if (!totp) return;
    await page.fill('input[name="SOFTWARE_TOKEN_MFA_CODE"]', totpCode(TOTP, Date.now()));
    await press(page);
  }

  const welcome = async (page: Page): Promise<string | null> => page.textContent("#app");

  test("a user with MFA signs in at Cognito once, brings everything along, and is signed in by Descope from then on", async () => {
    await using party = await startRelyingParty("app.example.org");
    await using world = await openOidcWorld(SITES);
    const { sandbox } = world;
    const sub = await addUser(world, EMAIL, { plan: "gold", group: "staff", totpSecret: TOTP });
    const setup = await world.c2d("oidc", "setup", "--afterwards", "password");
    expect(setup.code, setup.stderr).toBe(0);
    party.authority = atDescope(world);

    await using first = await chromium.open();
    await sayWho(first.page, party);
    await signInAtCognito(first.page, world, true);
    // Back at Descope, with no password there yet.
    expect(first.page.url()).toMatch(new RegExp(`^${world.descope}/login/`));
    await first.page.fill('input[type="password"]', "Chosen-at-Desc0pe!");
    await press(first.page);
    expect(await welcome(first.page)).toBe(`Welcome ${EMAIL}`);
    expect(sandbox.descopeService.user(EMAIL)).toMatchObject({
      loginIds: [EMAIL],
      verifiedEmail: true,
      name: "Ada Lovelace",
      status: "enabled",
      customAttributes: { cognitoSub: sub, plan: "gold", freshlyMigrated: false },
      OAuth: { cognito: true },
    });

    // Groups do not come along with a sign-in: the import brings them, to the same user.
    const migrated = await world.json("migrate");
    expect(migrated.document, migrated.stderr).toMatchObject({ users: { created: 0, updated: 1 } });
    expect(sandbox.descopeService.user(EMAIL)).toMatchObject({
      roleNames: ["staff"],
      customAttributes: { cognitoSub: sub, freshlyMigrated: false },
    });
    expect(sandbox.descopeService.countUsers()).toBe(1);

    sandbox.requests.reset();
    await using second = await chromium.open();
    await sayWho(second.page, party);
    await second.page.fill('input[type="password"]', "Chosen-at-Desc0pe!");
    await press(second.page);
    expect(await welcome(second.page)).toBe(`Welcome ${EMAIL}`);
    expect(sandbox.requests.count({ service: "cognito" })).toBe(0);
    const [before, after] = party.signIns;
    expect(after?.idToken["sub"]).toBe(before?.idToken["sub"]);
    expect(after?.accessToken).toMatchObject({ roles: ["staff"] });
  });

  test.each([
    ["defaults", {}],
    ["other undocumented behaviour", { oauthClaims: "user-data", oauthCallback: "/v1/auth/oauth/callback" } as const],
  ])(
    "an imported user keeps roles and profile at the first sign-in, and gets a code by mail at the next (%s)",
    async (_name, variants) => {
      await using party = await startRelyingParty("app.example.org");
      await using world = await openOidcWorld({ ...SITES, variants });
      const { sandbox } = world;
      const sub = await addUser(world, EMAIL, { plan: "gold", group: "staff" });
      expect((await world.c2d("migrate")).code).toBe(0);
      expect((await world.c2d("oidc", "setup", "--afterwards", "otp-email")).code).toBe(0);
      party.authority = atDescope(world);

      await using first = await chromium.open();
      await sayWho(first.page, party);
      await signInAtCognito(first.page, world, false);
      expect(await welcome(first.page)).toBe(`Welcome ${EMAIL}`);
      expect(sandbox.descopeService.countUsers()).toBe(1);
      expect(sandbox.descopeService.user(EMAIL)).toMatchObject({
        roleNames: ["staff"],
        customAttributes: { cognitoSub: sub, plan: "gold", freshlyMigrated: false },
      });

      sandbox.requests.reset();
      await using second = await chromium.open();
      await sayWho(second.page, party);
      const code = sandbox.descopeService.messages().at(-1)?.secret ?? "";
      await second.page.fill('input[name="code"]', code);
      await press(second.page);
      expect(await welcome(second.page)).toBe(`Welcome ${EMAIL}`);
      expect(sandbox.requests.count({ service: "cognito" })).toBe(0);
    },
  );

  test.each([
    ["defaults", {}],
    ["other undocumented behaviour", { federatedClaims: "flow", federatedClientId: "application" } as const],
  ])(
    "users of an app client press Descope's button at Cognito, and its tokens carry their email (%s)",
    async (_name, variants) => {
      await using party = await startRelyingParty("app.example.org");
      await using world = await openOidcWorld({ ...SITES, variants, application: party.callback });
      const { sandbox } = world;
      await world.manage("POST", "/v1/mgmt/user/create", { loginId: EMAIL, email: EMAIL, verifiedEmail: true });
      await world.manage("POST", "/v1/mgmt/user/password/set/active", { loginId: EMAIL, password: PASSWORD });
      const reverse = await world.c2d("oidc", "reverse", "--client", world.liveClientId, "--yes");
      expect(reverse.code, reverse.stderr + reverse.stdout).toBe(0);
      party.authority = {
        authorize: `${sandbox.cognito}/oauth2/authorize`,
        token: `${sandbox.cognito}/oauth2/token`,
        clientId: world.liveClientId,
        clientSecret: world.liveClientSecret,
        scope: "openid email",
      };

      await using window = await chromium.open();
      const { page } = window;
      await page.goto(party.url);
      await page.click("text=Sign in with Descope");
      expect(page.url()).toMatch(new RegExp(`^${world.descope}/login/`));
      await page.fill('input[name="email"]', EMAIL);
      if ((await page.locator('input[type="password"]').count()) === 0) await press(page);
      await page.fill('input[type="password"]', PASSWORD);
      await press(page);
      expect(await welcome(page)).toBe(`Welcome ${EMAIL}`);
      const [signedIn] = party.signIns;
      const userId = (sandbox.descopeService.user(EMAIL) as { userId: string }).userId;
      expect(signedIn?.idToken).toMatchObject({
        iss: `${sandbox.cognito}/${world.userPoolId}`,
        email: EMAIL,
        email_verified: true,
        "cognito:username": `descope_${userId.toLowerCase()}`,
      });
    },
  );
});
