import { createServer as createHttpServer, setGlobalProxyFromEnv } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import {
  type IdentityProvider,
  startIdentityProvider,
} from "../../../../packages/sandbox/test/descope/identity-provider.ts";
import { makeCertificate } from "../../../../packages/sandbox/test/descope/self-signed-certificate.ts";
import { chromiumPath } from "../../../../packages/sandbox/test/support/chromium-path.ts";
import { type Chromium, type Page, startChromium } from "../../../../packages/sandbox/test/support/chromium.ts";
import { cognito, descope, projectUsers, type ShownUser } from "../pipeline/world.ts";
import { type BrowserIdp, startBrowserIdp } from "../sso/browser-idp.ts";
import { startFront } from "../sso/front.ts";
import { type NamedHost, startNamedHost } from "../sso/name-server.ts";
import { startBridge } from "../sso/running-bridge.ts";
import { CUSTOM_DOMAIN, startSsoWorld, type SsoWorld } from "../sso/sso-world.ts";

vi.setConfig({ testTimeout: 240_000 });

const HOST = `https://${CUSTOM_DOMAIN}`;
const keys = makeCertificate(CUSTOM_DOMAIN);

/** Somebody who signs in, and where. */
interface Person {
  readonly connection: string;
  readonly tenant: string;
  readonly email: string;
}

const ANA: Person = { connection: "Acme", tenant: "acme", email: "ana@acme.example" };
const BOB: Person = { connection: "Globex", tenant: "globex", email: "bob@globex.example" };
const CID: Person = { connection: "Initech", tenant: "initech", email: "cid@initech.example" };
const EVERYBODY = [ANA, BOB, CID];

/** Everything that a company with three customers has. */
interface Company extends AsyncDisposable {
  readonly world: SsoWorld;
  readonly chromium: Chromium;
  readonly dns: NamedHost;
  readonly cognitoPort: number;
  readonly acme: BrowserIdp;
  readonly globex: BrowserIdp;
  readonly initech: IdentityProvider;
  readonly appUrl: string;
  readonly clientId: string;
}

async function startCompany(): Promise<Company> {
  const world = await startSsoWorld();
  const { sandbox, pool } = world;
  // Managed login, call-backs and cookies are at the custom domain, as they are at Cognito.
  sandbox.cognitoService.state.baseUrl = HOST;
  const front = await startFront(sandbox.cognito, { [CUSTOM_DOMAIN]: keys });
  const cognitoPort = (front.address() as AddressInfo).port;
  const dns = await startNamedHost(cognitoPort);
  const restoreProxy = setGlobalProxyFromEnv({ HTTPS_PROXY: dns.proxyUrl, NO_PROXY: "127.0.0.1,localhost" });
  setDefaultCACertificates([...getCACertificates("default"), keys.certificate]);

  const app = createHttpServer((request, response) => response.end(`<!doctype html><title>${request.url}</title>`));
  app.listen(0, "127.0.0.1");
  await once(app, "listening");
  const appUrl = `http://app.example.com:${(app.address() as AddressInfo).port}`;
  const call = async (operation: string, input: object): Promise<Readonly<Record<string, unknown>>> =>
    await cognito(sandbox, operation, { UserPoolId: pool.userPoolId, ...input });
  const created = await call("CreateUserPoolClient", {
    ClientName: "app",
    AllowedOAuthFlowsUserPoolClient: true,
    AllowedOAuthFlows: ["code"],
    AllowedOAuthScopes: ["openid"],
    CallbackURLs: [`${appUrl}/cognito`],
    SupportedIdentityProviders: ["COGNITO"],
  });
  const { ClientId: clientId } = created["UserPoolClient"] as { readonly ClientId: string };

  const registered = {
    entityId: `urn:amazon:cognito:sp:${pool.userPoolId}`,
    acsUrl: `${HOST}/saml2/idpresponse`,
  };
  const relayState = (name: string): string =>
    new URLSearchParams({
      identity_provider: name,
      client_id: clientId,
      redirect_uri: `${appUrl}/cognito`,
      response_type: "code",
      scope: "openid",
    }).toString();
  const acme = await startBrowserIdp("acme", { ...registered, relayState: relayState("Acme") });
  const globex = await startBrowserIdp("globex", { ...registered, relayState: "" });
  const initech = await startIdentityProvider(`${HOST}/oauth2/idpresponse`, () => ({
    email: CID.email,
    email_verified: true,
    name: "Cid",
  }));
  const mapping = { AttributeMapping: { email: "mail", name: "fullName" } };
  const saml = (idp: BrowserIdp): Readonly<Record<string, string>> => ({
    MetadataFile: idp.idp.metadata(),
    IDPInit: "true",
  });
  await world.addProvider("Acme", "SAML", saml(acme), { ...mapping, IdpIdentifiers: ["acme.example"] });
  await world.addProvider("Globex", "SAML", saml(globex), mapping);
  await world.addProvider(
    "Initech",
    "OIDC",
    {
      client_id: initech.clientId,
      client_secret: initech.clientSecret,
      attributes_request_method: "GET",
      oidc_issuer: initech.issuer,
      authorize_scopes: "openid email profile",
    },
    { AttributeMapping: { email: "email", name: "name" } },
  );
  const { UserPoolClient } = await call("DescribeUserPoolClient", { ClientId: clientId });
  await call("UpdateUserPoolClient", {
    ...(UserPoolClient as object),
    SupportedIdentityProviders: ["COGNITO", "Acme", "Globex", "Initech"],
  });
  const chromium = await startChromium({ hosts: { [CUSTOM_DOMAIN]: dns.port }, certificates: [keys.certificate] });
  return {
    world,
    chromium,
    dns,
    cognitoPort,
    acme,
    globex,
    initech,
    appUrl,
    clientId,
    async [Symbol.asyncDispose]() {
      await chromium[Symbol.asyncDispose]();
      restoreProxy();
      for (const part of [acme, globex, initech, dns, world]) await part[Symbol.asyncDispose]();
      for (const server of [app, front]) {
        server.closeAllConnections();
        server.close();
      }
    },
  };
}

describe.skipIf(chromiumPath() === undefined)("connections in a real browser", () => {
  let company: Company;
  beforeAll(async () => {
    company = await startCompany();
  });
  afterAll(async () => {
    await company[Symbol.asyncDispose]();
  });

  /** Signs in at the page of a provider that the browser has come to, and gives where it ends at the application. */
  async function signInAtProvider(page: Page, { email, connection }: Person): Promise<URL> {
    if (connection === "Initech") {
      await page.fill('input[name="login"]', "cid");
      await page.fill('input[name="password"]', "any");
      await page.click('button[type="submit"]');
      await page.waitForURL((url) => url.href.startsWith(company.appUrl) || url.pathname.startsWith("/interaction/"));
      if (!page.url().startsWith(company.appUrl)) await page.click('button[type="submit"]');
    } else {
      await page.fill('input[name="email"]', email);
      await page.click("button");
    }
    await page.waitForURL((url) => url.href.startsWith(company.appUrl));
    return new URL(page.url());
  }

  /** The `sub` of whoever comes back from Cognito. */
  async function subOf(back: URL): Promise<string> {
    expect([back.pathname, back.searchParams.get("error_description")]).toEqual(["/cognito", null]);
    const answer = await fetch(`${HOST}/oauth2/token`, {
      method: "POST",
      body: new URLSearchParams({
        grant_type: "authorization_code",
        client_id: company.clientId,
        redirect_uri: `${company.appUrl}/cognito`,
        code: back.searchParams.get("code") ?? "",
      }),
    });
    const { id_token: token = "" } = (await answer.json()) as { readonly id_token?: string };
    const claims = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString()) as {
      readonly sub: string;
    };
    return claims.sub;
  }

  async function signInAtCognito(person: Person): Promise<string> {
    await using window = await company.chromium.open();
    const query = new URLSearchParams({
      client_id: company.clientId,
      redirect_uri: `${company.appUrl}/cognito`,
      response_type: "code",
      scope: "openid",
      state: "1",
      identity_provider: person.connection,
    });
    await window.page.goto(`${HOST}/oauth2/authorize?${query.toString()}`);
    return await subOf(await signInAtProvider(window.page, person));
  }

  /** Whoever comes back from Descope, as the project knows them. */
  async function userOf(back: URL): Promise<ShownUser> {
    expect([back.pathname, back.searchParams.get("err")]).toEqual(["/descope", null]);
    const { sandbox } = company.world;
    const answer = await fetch(`${sandbox.descope}/v1/auth/saml/exchange`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${sandbox.projectId}` },
      body: JSON.stringify({ code: back.searchParams.get("code") }),
    });
    const { user } = (await answer.json()) as { readonly user: { readonly userId: string } };
    const found = projectUsers(sandbox).find(({ userId }) => userId === user.userId);
    if (found === undefined) throw new Error("the project has no such user");
    return found;
  }

  async function signInAtDescope(person: Person, more = ""): Promise<ShownUser> {
    await using window = await company.chromium.open();
    const begun = (await descope(
      company.world.sandbox,
      `POST /v1/auth/saml/authorize?tenant=${person.tenant}&redirectUrl=${encodeURIComponent(`${company.appUrl}/descope`)}${more}`,
      {},
    )) as { readonly url: string };
    await window.page.goto(begun.url);
    return await userOf(await signInAtProvider(window.page, person));
  }

  async function beginAtProvider(idp: BrowserIdp, person: Person): Promise<URL> {
    await using window = await company.chromium.open();
    await window.page.goto(idp.tileUrl);
    return await signInAtProvider(window.page, person);
  }

  test("sign in before, during log-only, after and after going back, as the same users, and no provider is touched", async () => {
    const { world, dns, acme, globex, appUrl } = company;
    const { sandbox, folder } = world;
    const sso = { redirectUrl: `${appUrl}/descope` };
    const c2d = (line: readonly string[]): ReturnType<SsoWorld["c2d"]> => world.c2d(line, sso);
    const before = JSON.stringify([acme.service, globex.service]);

    // Before the bridge.
    const subs = new Map<Person, string>();
    for (const person of EVERYBODY) subs.set(person, await signInAtCognito(person));
    expect(await subOf(await beginAtProvider(acme, ANA))).toBe(subs.get(ANA));
    await world.pool.group("editors", [], {});
    const found = (await cognito(sandbox, "ListUsers", {
      UserPoolId: world.pool.userPoolId,
      Filter: `sub = "${subs.get(ANA)}"`,
    })) as { readonly Users: readonly { readonly Username: string }[] };
    await cognito(sandbox, "AdminAddUserToGroup", {
      UserPoolId: world.pool.userPoolId,
      GroupName: "editors",
      Username: found.Users[0]?.Username ?? "",
    });

    // The users and the settings are moved, and the bridge stands ready.
    const migrated = await c2d(["migrate", "--yes", "--no-log-file"]);
    expect([migrated.code, migrated.stderr]).toEqual([0, expect.any(String)]);
    const applied = await c2d(["sso", "apply", "--yes"]);
    expect([applied.code, applied.stdout]).toEqual([0, expect.any(String)]);
    const upstream = `https://127.0.0.1:${company.cognitoPort}`;
    expect((await c2d(["sso", "bridge", "config", "--upstream", upstream])).code).toBe(0);
    const imported = new Map(
      EVERYBODY.map((person) => {
        const sub = subs.get(person);
        return [person, projectUsers(sandbox).find(({ customAttributes }) => customAttributes["cognitoSub"] === sub)];
      }),
    );
    const identity = (user: ShownUser | undefined): object => ({
      userId: user?.userId,
      sub: user?.customAttributes["cognitoSub"],
      tenants: user?.userTenants,
      roles: user?.roleNames,
    });
    expect(imported.get(ANA)?.userTenants.map(({ tenantId }) => tenantId)).toEqual(["acme"]);
    expect(JSON.stringify(imported.get(ANA))).toContain("editors");

    await using bridge = await startBridge(folder, keys);
    dns.pointTo(bridge.port);

    // The bridge is in the middle, and nothing is different.
    for (const person of EVERYBODY) expect(await signInAtCognito(person)).toBe(subs.get(person));
    for (const { connection } of EVERYBODY) {
      expect((await c2d(["sso", "cutover", connection, "--yes"])).code).toBe(0);
    }
    await bridge.hears("log-only 3");
    for (const person of EVERYBODY) expect(await signInAtCognito(person)).toBe(subs.get(person));
    expect(await subOf(await beginAtProvider(acme, ANA))).toBe(subs.get(ANA));

    // Nobody has signed in through Descope yet, so nothing goes further; then somebody does.
    const held = await world.json<{ readonly gates: readonly { readonly gate: string; readonly open: boolean }[] }>(
      ["sso", "cutover", "Acme"],
      sso,
    );
    expect(held.code).toBe(4);
    expect(held.document.gates.filter(({ open }) => !open).map(({ gate }) => gate)).toEqual(["test-sign-in"]);
    for (const person of EVERYBODY) {
      expect(identity(await signInAtDescope(person, "&test=true"))).toEqual(identity(imported.get(person)));
    }

    // Providers change their keys whenever they like.
    acme.idp.rotate();
    for (const { connection } of EVERYBODY) {
      const step = await c2d(["sso", "cutover", connection, "--yes"]);
      expect([step.code, step.stdout]).toEqual([0, expect.stringContaining("log-only → descope")]);
    }
    await bridge.hears("descope 3");
    for (const person of EVERYBODY) {
      expect(identity(await signInAtDescope(person))).toEqual(identity(imported.get(person)));
    }
    expect(identity(await userOf(await beginAtProvider(acme, ANA)))).toEqual(identity(imported.get(ANA)));
    expect(identity(await userOf(await beginAtProvider(globex, BOB)))).toEqual(identity(imported.get(BOB)));
    // Clients that begin at Cognito still are not lost.
    expect(await signInAtCognito(BOB)).toBe(subs.get(BOB));
    const verified = await c2d(["sso", "cutover", "Acme", "--yes", "--quiet-hours", "0"]);
    expect([verified.code, verified.stdout]).toEqual([0, expect.stringContaining("descope → verified")]);

    // And back.
    for (const { connection } of EVERYBODY) {
      expect((await c2d(["sso", "cutover", connection, "--back"])).code).toBe(0);
    }
    await bridge.hears("cognito 3");
    expect(await subOf(await beginAtProvider(acme, ANA))).toBe(subs.get(ANA));
    for (const person of EVERYBODY) expect(await signInAtCognito(person)).toBe(subs.get(person));
    dns.pointTo(company.cognitoPort);
    for (const person of EVERYBODY) expect(await signInAtCognito(person)).toBe(subs.get(person));

    expect(JSON.stringify([acme.service, globex.service])).toBe(before);
    expect(projectUsers(sandbox).filter(({ email }) => EVERYBODY.some((one) => one.email === email))).toHaveLength(3);
  });
});
