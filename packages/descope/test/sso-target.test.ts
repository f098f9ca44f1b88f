import { describe, expect, test } from "vitest";
import { Secret } from "@cognito-to-descope/core";
import type { OidcSettings, SamlSettings, SocialSettings } from "@cognito-to-descope/core";
import { createSsoTarget } from "../src/sso-target.ts";
import { json, optionsFor, refusal, startScriptedProject } from "./scripted-project.ts";
import { startProject } from "./start-project.ts";

const NO_ROLES = { mappings: [], defaults: [] };

const saml: SamlSettings = {
  protocol: "saml",
  source: {
    signOnUrl: "https://idp.example/sso",
    certificates: ["-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"],
  },
  idpEntityId: "https://idp.example/entity",
  spAcsUrl: "https://auth.example.com/saml2/idpresponse",
  spEntityId: "urn:amazon:cognito:sp:us-east-1_AbCdEf123",
  claims: {
    fields: { email: "mail", group: "memberOf", phoneNumber: "tel" },
    customAttributes: { dept: "department" },
  },
  roles: { mappings: [{ groups: ["staff"], role: "admins" }], defaults: ["admins"] },
  redirectUrl: "https://app.example/callback",
};

const oidc: OidcSettings = {
  protocol: "oidc",
  name: "Keycloak",
  clientId: "client",
  authorizeUrl: "https://idp.example/authorize?tenant=a",
  tokenUrl: "https://idp.example/token",
  userInfoUrl: "https://idp.example/userinfo",
  jwksUrl: "https://idp.example/jwks",
  issuer: "https://idp.example",
  scopes: ["openid", "email"],
  claims: { fields: { email: "email", verifiedEmail: "email_verified" }, customAttributes: {} },
  roles: NO_ROLES,
  redirectUrl: "",
};

const first = { tenantId: "acme", ssoId: "" };

async function startTenant(): ReturnType<typeof startProject> {
  const project = await startProject();
  await project.target.createTenant({ id: "acme", name: "Acme" });
  await project.target.createRole({ name: "admins", description: "", permissionNames: [] });
  return project;
}

describe("SSO settings of a tenant", () => {
  test("read back as they were written", async () => {
    await using project = await startTenant();
    const target = createSsoTarget(project.options);
    expect(await target.readConfigurations("acme")).toEqual([]);
    expect(await target.readConfigurations("nobody")).toEqual([]);
    await target.configureSaml(first, saml, { domains: ["acme.example"] });
    expect(await target.readConfigurations("acme")).toMatchObject([{ settings: saml, lastSuccessTestTime: 0 }]);
    expect(await target.readTenant("acme")).toEqual({ id: "acme", name: "Acme", domains: ["acme.example"] });
    expect(await target.readTenant("nobody")).toBeUndefined();

    await target.addConfiguration({ tenantId: "acme", ssoId: "second" }, "Second");
    await target.addConfiguration({ tenantId: "acme", ssoId: "second" }, "Second");
    const second = { tenantId: "acme", ssoId: "second" };
    await target.configureOidc(second, oidc, { domains: ["acme.example"], secret: new Secret("shh") });
    const [, other] = await target.readConfigurations("acme");
    expect(other).toMatchObject({ ssoId: "second", settings: oidc });
    expect(JSON.stringify(other)).not.toContain("shh");

    await target.deleteConfiguration(second);
    await target.deleteConfiguration(second);
    expect(await target.readConfigurations("acme")).toHaveLength(1);
  });

  test("of Descope's own making count as not set", async () => {
    await using project = await startTenant();
    const target = createSsoTarget(project.options);
    const own = { ...saml, spAcsUrl: "", spEntityId: "" };
    await target.configureSaml(first, own, { domains: [] });
    expect((await target.readConfigurations("acme"))[0]?.settings).toEqual(own);
  });

  test("keep everything else of a tenant when its domains change", async () => {
    await using project = await startTenant();
    const target = createSsoTarget(project.options);
    await target.configureSaml(first, saml, { domains: ["acme.example"] });
    await target.setDomains("acme", []);
    expect(await target.readTenants()).toEqual([{ id: "acme", name: "Acme", domains: [] }]);
    expect((await target.readConfigurations("acme"))[0]?.settings).toEqual(saml);
  });

  test("begin a test sign-in whose request is read without signing anybody in", async () => {
    await using project = await startTenant();
    const target = createSsoTarget(project.options);
    await target.configureSaml(first, saml, { domains: [] });
    expect(await target.startTest(first)).toEqual({
      address: "https://idp.example/sso",
      parameters: {},
      samlRequest: {
        destination: "https://idp.example/sso",
        issuer: saml.spEntityId,
        acsUrl: saml.spAcsUrl,
        isSigned: false,
      },
    });
    await target.configureOidc(first, oidc, { domains: [], secret: new Secret("shh") });
    const { address, parameters } = await target.startTest(first);
    expect(address).toBe("https://idp.example/authorize");
    expect(parameters).toMatchObject({ client_id: "client", response_type: "code", scope: "openid email" });
    expect(parameters).not.toHaveProperty("state");
  });

  test("give a set-up link, which does not print itself", async () => {
    await using project = await startTenant();
    const link = await createSsoTarget(project.options).makeSetupLink(first);
    expect(`${link.toString()}${JSON.stringify(link)}`).not.toContain("token=");
    expect(link.reveal()).toContain("tenant=acme");
  });

  test("say whether anybody is in the tenant", async () => {
    await using project = await startTenant();
    const target = createSsoTarget(project.options);
    expect(await target.hasUsers("acme")).toBe(false);
    project.sandbox.descopeService.addUser({
      loginId: "ana@acme.example",
      email: "ana@acme.example",
      userTenants: [{ tenantId: "acme", roleNames: [] }],
    });
    expect(await target.hasUsers("acme")).toBe(true);
  });
});

describe("social providers", () => {
  const google: SocialSettings = {
    protocol: "social",
    providerId: "google",
    custom: false,
    clientId: "g",
    scopes: ["openid", "email"],
    authorizeUrl: "",
    tokenUrl: "",
    userInfoUrl: "",
    claims: { fields: {}, customAttributes: {} },
  };

  test("are written, read and removed", async () => {
    await using project = await startProject();
    const target = createSsoTarget(project.options);
    expect(await target.readProvider("google")).toBeUndefined();
    await target.writeProvider(google, { secret: new Secret("shh") });
    expect(await target.readProvider("google")).toEqual(google);
    const amazon: SocialSettings = {
      ...google,
      providerId: "loginwithamazon",
      custom: true,
      authorizeUrl: "https://www.amazon.com/ap/oa",
      tokenUrl: "https://api.amazon.com/auth/o2/token",
      userInfoUrl: "https://api.amazon.com/user/profile",
      claims: { fields: { loginId: "email", email: "email" }, customAttributes: {} },
    };
    await target.writeProvider(amazon, { secret: new Secret("shh") });
    expect(await target.readProvider("loginwithamazon")).toEqual(amazon);
    await target.deleteProvider("google");
    await target.deleteProvider("google");
    expect(await target.readProvider("google")).toBeUndefined();
  });
});

describe("answers that are not as they should be", () => {
  test("are refusals without the project's text", async () => {
    await using project = await startScriptedProject(() => refusal(400, "E011004", "ana@example.com is taken"));
    const { options } = optionsFor(project.url);
    const target = createSsoTarget(options);
    const error: unknown = await target.configureSaml(first, saml, { domains: [] }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "ERR_TARGET_REFUSED", vendorCode: "E011004" });
    expect(String(error)).not.toContain("ana@");
  });

  test("of the wrong types are read as nothing", async () => {
    await using project = await startScriptedProject(() =>
      json({
        SSOSettings: [{ ssoId: 7, saml: { idpSSOUrl: [], lastSuccessTestTime: "soon" }, oidc: null }, null, "x"],
      }),
    );
    const { options } = optionsFor(project.url);
    expect(await createSsoTarget(options).readConfigurations("acme")).toEqual(
      Array.from({ length: 3 }, () => ({ ssoId: "", lastSuccessTestTime: 0 })),
    );
  });
});
