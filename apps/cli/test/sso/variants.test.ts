import { describe, expect, test } from "vitest";
import type { DescopeVariants } from "@cognito-to-descope/sandbox";
import type { SsoOutcome, VerifiedConnection } from "@cognito-to-descope/core";
import { cognito, descope } from "../pipeline/world.ts";
import { samlMetadata } from "./identity-providers.ts";
import { makeCertificate } from "../../../../packages/sandbox/test/descope/self-signed-certificate.ts";
import { startSsoWorld } from "./sso-world.ts";

interface Applied {
  readonly connections: Readonly<Record<string, number>>;
  readonly outcomes: readonly SsoOutcome[];
}

/** What nobody documents and the settings depend on. */
const CHOICES: readonly Partial<DescopeVariants>[] = [
  {},
  { idpAdditionalCerts: "dropped" },
  { duplicateSsoDomain: "allowed" },
  { authUrlQuery: "dropped" },
  { oidcSecretOmitted: "cleared" },
  { duplicateTenant: 400 },
  { unknownFields: "refused" },
  { undefinedAttribute: "refused" },
];

describe.for(CHOICES.map((variants) => ({ name: JSON.stringify(variants), variants })))(
  "a project with $name",
  ({ variants }) => {
    test("gets every connection once, and gives it back", { timeout: 60_000 }, async () => {
      await using world = await startSsoWorld({ variants });
      const { sandbox, addProvider, providers, json, settings } = world;
      const second = makeCertificate("next.example").certificate.replaceAll(/-----[A-Z ]+-----|\s/g, "");
      const metadata = samlMetadata("two", providers.url);
      const key = /<KeyDescriptor use="signing">.*?<\/KeyDescriptor>/s.exec(metadata)?.[0] ?? "";
      expect(key).not.toBe("");
      await addProvider("Rotating", "SAML", {
        MetadataFile: metadata.replace(key, key + key.replace(/(X509Certificate>)[^<]+/, `$1${second}`)),
      });
      await addProvider(
        "Oidc",
        "OIDC",
        {
          client_id: "one",
          client_secret: "first-secret",
          attributes_request_method: "GET",
          oidc_issuer: providers.addOidc("oidc"),
          authorize_scopes: "openid",
        },
        { AttributeMapping: { email: "email", "custom:dept": "dept" }, IdpIdentifiers: ["oidc.example"] },
      );
      const { code, document } = await json<Applied>(["sso", "apply", "--yes"]);
      expect(document.connections).toMatchObject({ created: 2, failed: 0 });
      const rotating = document.outcomes.find(({ label }) => label === "Rotating");
      // A certificate that does not arrive is told, not lost in silence.
      const isDropped = variants.idpAdditionalCerts === "dropped";
      expect(rotating?.findings).toEqual(isDropped ? [{ rule: "sso-setting-differs", detail: "certificates" }] : []);
      expect(code).toBe(isDropped ? 3 : 0);
      expect((await settings("oidc"))[0]?.tenant.domains).toEqual(["oidc.example"]);

      // A new secret at Cognito goes over although no answer shows the old one.
      const secret = { client_id: "one", client_secret: "second-secret", attributes_request_method: "GET" };
      await cognito(sandbox, "UpdateIdentityProvider", {
        UserPoolId: world.pool.userPoolId,
        ProviderName: "Oidc",
        ProviderDetails: { ...secret, oidc_issuer: `${providers.url}/oidc`, authorize_scopes: "openid" },
      });
      const again = await json<Applied>(["sso", "apply", "--yes"]);
      expect(again.document.outcomes.find(({ label }) => label === "Oidc")?.outcome).toBe("updated");
      expect((await json(["sso", "rollback", "--yes"])).code).toBe(0);
      const { tenants } = (await descope(sandbox, "GET /v1/mgmt/tenant/all")) as {
        readonly tenants: readonly unknown[];
      };
      expect(tenants).toEqual([]);
    });
  },
);

describe.for(["available", "refused", "absent"] as const)(
  "a project whose OAuth providers are %s",
  (oauthProviderApi) => {
    test("gets social providers where it can, and its tenants in any case", { timeout: 60_000 }, async () => {
      await using world = await startSsoWorld({ variants: { oauthProviderApi } });
      const { addProvider, providers, json } = world;
      await addProvider("Google", "Google", { client_id: "g", client_secret: "s", authorize_scopes: "email" });
      await addProvider(
        "Okta",
        "SAML",
        { MetadataURL: providers.addSaml("okta") },
        { AttributeMapping: { email: "mail" } },
      );
      const { code, document } = await json<Applied>(["sso", "apply", "--yes"]);
      const outcomes = Object.fromEntries(document.outcomes.map(({ label, outcome }) => [label, outcome]));
      const isThere = oauthProviderApi === "available";
      expect(outcomes).toEqual({ Google: isThere ? "created" : "failed", Okta: "created" });
      expect(code).toBe(isThere ? 0 : 3);
      const verified = await json<{ readonly connections: readonly VerifiedConnection[] }>(["sso", "verify", "Google"]);
      expect(verified.code).toBe(isThere ? 0 : 3);
      expect((await json(["sso", "rollback", "--yes"])).code).toBe(0);
    });
  },
);

describe.for([{ query: "kept" }, { query: "dropped" }] as const)(
  "a pool without a custom domain, where the query of an address is $query",
  ({ query }) => {
    test(
      "stays upstream of its tenants, and verify says whether Cognito is told the provider",
      { timeout: 60_000 },
      async () => {
        await using world = await startSsoWorld({ variants: { authUrlQuery: query } }, { customDomain: false });
        const { sandbox, pool, addProvider, providers, json, settings, c2d } = world;
        await addProvider(
          "Okta",
          "SAML",
          { MetadataURL: providers.addSaml("okta") },
          { AttributeMapping: { email: "mail" } },
        );
        const { UserPoolClient } = await cognito(sandbox, "CreateUserPoolClient", {
          UserPoolId: pool.userPoolId,
          ClientName: "descope",
          GenerateSecret: true,
        });
        const { ClientId: clientId } = UserPoolClient as { readonly ClientId: string };
        const sso = { upstreamClient: clientId };
        expect((await json<Applied>(["sso", "apply", "--yes"], sso)).document.connections).toMatchObject({
          created: 1,
        });
        const host = "customers.auth.us-east-1.amazoncognito.com";
        expect((await settings("okta"))[0]?.oidc).toMatchObject({
          clientId,
          authUrl: `https://${host}/oauth2/authorize?identity_provider=Okta`,
          tokenUrl: `https://${host}/oauth2/token`,
          issuer: `https://cognito-idp.us-east-1.amazonaws.com/${pool.userPoolId}`,
        });
        const { document } = await json<{ readonly connections: readonly VerifiedConnection[] }>(
          ["sso", "verify"],
          sso,
        );
        const request = document.connections[0]?.checks.find(({ check }) => check === "request");
        expect(request?.result).toBe(query === "kept" ? "pass" : "fail");
        expect(request?.detail.includes("identity_provider")).toBe(query === "dropped");

        // Without an app client it is the provider's administrator who acts.
        const invited = await c2d(["sso", "invite", "Okta", "--vendor", "okta"], sso);
        expect(invited.code, invited.stderr).toBe(0);
        expect(invited.stdout).toMatch(/Subject: Single sign-on of Okta .*Okta/);
        expect(invited.stdout).toContain(`urn:amazon:cognito:sp:${pool.userPoolId}`);
        expect(invited.stdout).toContain(`/v1/auth/saml/acs?projectId=${sandbox.projectId}&tenantId=okta`);
        expect(invited.stdout).toContain("/sso-setup/");
      },
    );
  },
);
