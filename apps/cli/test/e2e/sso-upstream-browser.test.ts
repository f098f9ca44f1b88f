import { once } from "node:events";
import { createServer, setGlobalProxyFromEnv } from "node:http";
import type { AddressInfo } from "node:net";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { expect, test } from "vitest";
import { makeCertificate } from "../../../../packages/sandbox/test/descope/self-signed-certificate.ts";
import { chromiumPath } from "../../../../packages/sandbox/test/support/chromium-path.ts";
import { startChromium } from "../../../../packages/sandbox/test/support/chromium.ts";
import { cognito, descope, projectUsers, type ShownUser } from "../pipeline/world.ts";
import { startBrowserIdp } from "../sso/browser-idp.ts";
import { startFront } from "../sso/front.ts";
import { startNamedHost } from "../sso/name-server.ts";
import { startBridge } from "../sso/running-bridge.ts";
import { startSsoWorld } from "../sso/sso-world.ts";

const EMAIL = "ana@acme.example";
const PREFIX_HOST = "customers.auth.us-east-1.amazoncognito.com";
const ISSUER_HOST = "cognito-idp.us-east-1.amazonaws.com";
const BRIDGE_HOST = "sso.example.com";
const certificates = {
  [PREFIX_HOST]: makeCertificate(PREFIX_HOST),
  [ISSUER_HOST]: makeCertificate(ISSUER_HOST),
  [BRIDGE_HOST]: makeCertificate(BRIDGE_HOST),
};

/** Who a user is to an application. */
function identity(user: ShownUser | undefined): object {
  return {
    userId: user?.userId,
    sub: user?.customAttributes["cognitoSub"],
    tenants: user?.userTenants.map(({ tenantId }) => tenantId),
  };
}

test.skipIf(chromiumPath() === undefined)(
  "a pool without a custom domain signs its users in at Descope over a bridge beside Cognito, and the provider sees Cognito only",
  { timeout: 240_000 },
  async () => {
    // Whatever becomes of the query of an address, the bridge names the provider.
    await using world = await startSsoWorld({ variants: { authUrlQuery: "dropped" } }, { customDomain: false });
    const { sandbox, pool } = world;
    sandbox.cognitoService.state.baseUrl = `https://${PREFIX_HOST}`;
    const front = await startFront(sandbox.cognito, certificates);
    const frontPort = (front.address() as AddressInfo).port;
    await using dns = await startNamedHost(frontPort);
    const trusted = getCACertificates("default");
    setDefaultCACertificates([...trusted, ...Object.values(certificates).map(({ certificate }) => certificate)]);
    const restoreProxy = setGlobalProxyFromEnv({ HTTPS_PROXY: dns.proxyUrl, NO_PROXY: "127.0.0.1,localhost" });
    const app = createServer((_request, response) => response.end("<!doctype html><title>application</title>"));
    app.listen(0, "127.0.0.1");
    await once(app, "listening");
    try {
      const appUrl = `http://app.example.com:${(app.address() as AddressInfo).port}`;
      const registered = {
        entityId: `urn:amazon:cognito:sp:${pool.userPoolId}`,
        acsUrl: `https://${PREFIX_HOST}/saml2/idpresponse`,
        relayState: "",
      };
      await using acme = await startBrowserIdp("acme", registered);
      await world.addProvider(
        "Acme",
        "SAML",
        { MetadataFile: acme.idp.metadata() },
        { AttributeMapping: { email: "mail", name: "fullName" } },
      );
      const newClient = async (name: string, callBack: string): Promise<string> => {
        const { UserPoolClient } = await cognito(sandbox, "CreateUserPoolClient", {
          UserPoolId: pool.userPoolId,
          ClientName: name,
          GenerateSecret: name === "descope",
          AllowedOAuthFlowsUserPoolClient: true,
          AllowedOAuthFlows: ["code"],
          AllowedOAuthScopes: ["openid", "email", "profile", "phone"],
          CallbackURLs: [callBack],
          SupportedIdentityProviders: ["Acme"],
        });
        return (UserPoolClient as { readonly ClientId: string }).ClientId;
      };
      const clientId = await newClient("app", `${appUrl}/cognito`);
      const upstreamClient = await newClient("descope", `${sandbox.descope}/v1/oauth/callback`);
      const sso = { upstreamClient, upstreamVia: { bridge: BRIDGE_HOST }, redirectUrl: `${appUrl}/descope` };

      const chromiumHosts: Record<string, number> = { [PREFIX_HOST]: dns.port };
      const signIn = async (begin: string, hosts: Record<string, number>): Promise<URL> => {
        await using chromium = await startChromium({
          hosts,
          certificates: Object.values(certificates).map(({ certificate }) => certificate),
        });
        await using window = await chromium.open();
        const { page } = window;
        await page.goto(begin);
        await page.fill('input[name="email"]', EMAIL);
        await page.click("button");
        await page.waitForURL((url) => url.href.startsWith(appUrl));
        return new URL(page.url());
      };
      const before = await signIn(
        `https://${PREFIX_HOST}/oauth2/authorize?${new URLSearchParams({
          client_id: clientId,
          redirect_uri: `${appUrl}/cognito`,
          response_type: "code",
          scope: "openid",
          identity_provider: "Acme",
        }).toString()}`,
        chromiumHosts,
      );
      expect([before.pathname, before.searchParams.get("error")]).toEqual(["/cognito", null]);

      const c2d = (line: readonly string[]): ReturnType<typeof world.c2d> => world.c2d(line, sso);
      for (const line of [
        ["migrate", "--yes", "--no-log-file"],
        ["sso", "apply", "--yes"],
        ["sso", "verify"],
        ["sso", "bridge", "config"],
      ]) {
        const { code, stdout, stderr } = await c2d(line);
        expect(code, `${line.join(" ")}\n${stdout}${stderr}`).toBe(0);
      }
      const imported = projectUsers(sandbox).find(({ email }) => email === EMAIL);
      expect(identity(imported)).toMatchObject({ sub: expect.any(String) as string, tenants: ["acme"] });

      await using bridge = await startBridge(world.folder, certificates[BRIDGE_HOST]);
      const begun = (await descope(
        sandbox,
        `POST /v1/auth/saml/authorize?tenant=acme&redirectUrl=${encodeURIComponent(sso.redirectUrl)}`,
        {},
      )) as { readonly url: string };
      expect(new URL(begun.url).host).toBe(BRIDGE_HOST);
      const back = await signIn(begun.url, { ...chromiumHosts, [BRIDGE_HOST]: bridge.port });
      expect([back.pathname, back.searchParams.get("err")]).toEqual(["/descope", null]);
      const answer = await fetch(`${sandbox.descope}/v1/auth/saml/exchange`, {
        method: "POST",
        headers: { "content-type": "application/json", authorization: `Bearer ${sandbox.projectId}` },
        body: JSON.stringify({ code: back.searchParams.get("code") }),
      });
      const { user } = (await answer.json()) as { readonly user: { readonly userId: string } };
      const found = projectUsers(sandbox).find(({ userId }) => userId === user.userId);
      expect(identity(found)).toEqual(identity(imported));
      expect(projectUsers(sandbox).filter(({ email }) => email === EMAIL)).toHaveLength(1);
    } finally {
      restoreProxy();
      setDefaultCACertificates(trusted);
      for (const server of [app, front]) {
        server.closeAllConnections();
        server.close();
      }
    }
  },
);
