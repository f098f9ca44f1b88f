import { describe, expect, test } from "vitest";
import { providerConsoleSteps, providerTerraform } from "../../src/oidc/by-hand.ts";
import { type OidcSetupChoices, type OidcSetupState, planOidcSetup } from "../../src/oidc/plan-oidc-setup.ts";
import type { PoolSnapshot } from "../../src/pool/pool-snapshot.ts";
import { mappingRules, poolSnapshot } from "../samples.ts";

const text = (name: string): PoolSnapshot["schema"][number] => ({
  name,
  type: "String",
  required: false,
  mutable: true,
});

const pool = poolSnapshot({
  usernameAttributes: ["email"],
  schema: ["sub", "email", "email_verified", "name", "nickname", "custom:plan", "dev:custom:secret"].map(text),
  verification: { atSignUp: ["email"], beforeUpdate: ["email"] },
});

const endpoints = {
  issuer: "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Abc123",
  authorize: "https://people.auth.eu-west-1.amazoncognito.com/oauth2/authorize",
  token: "https://people.auth.eu-west-1.amazoncognito.com/oauth2/token",
  userInfo: "https://people.auth.eu-west-1.amazoncognito.com/oauth2/userInfo",
  jwks: "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Abc123/.well-known/jwks.json",
};

const choices: OidcSetupChoices = {
  providerId: "cognito",
  trustEmails: false,
  updateProfiles: false,
  callbackUrls: ["https://api.descope.com/v1/oauth/callback"],
};

function plan(
  change: Partial<OidcSetupState> = {},
  chosen: Partial<OidcSetupChoices> = {},
): ReturnType<typeof planOidcSetup> {
  const state: OidcSetupState = {
    pool,
    project: { projectId: "P2", attributes: [], roles: [], tenants: [] },
    rules: mappingRules(),
    endpoints,
    client: undefined,
    live: false,
    provider: undefined,
    ownIssuers: ["https://api.descope.com/P2"],
    ...change,
  };
  return planOidcSetup(state, { ...choices, ...chosen });
}

const mappingOf = (of: ReturnType<typeof planOidcSetup>): Record<string, unknown> =>
  of.provider.settings["userDataClaimsMapping"] as Record<string, unknown>;

describe("the mapping of claims", () => {
  test("is the import's mapping of attributes: names, rules and what the project has already", () => {
    const attributes = [{ name: "nickname", type: "string", displayName: "nickname" }];
    const project = { projectId: "P2", attributes, roles: [], tenants: [] };
    const renamed = mappingRules({ attributes: { "custom:plan": { name: "tariff" }, name: false } });
    expect(mappingOf(plan({ project, rules: renamed }))).toEqual({
      loginId: "email",
      email: "email",
      verifiedEmail: "email_verified",
      phoneNumber: "phone_number",
      verifiedPhone: "phone_number_verified",
      givenName: "given_name",
      middleName: "middle_name",
      familyName: "family_name",
      picture: "picture",
      customAttributes: { cognitoSub: "sub", cognitoUsername: "username", nickname: "nickname", tariff: "custom:plan" },
    });
  });

  test("leaves out what no token has, and says so", () => {
    const { findings, client } = plan();
    expect(findings).toMatchObject([{ rule: "oidc-attribute-not-in-tokens", subjects: ["dev:custom:secret"] }]);
    expect(client.settings["ReadAttributes"]).toEqual(["custom:plan", "email", "email_verified", "name", "nickname"]);
  });

  test.each([
    [{ usernameAttributes: ["email", "phone_number"] }, {}, "email"],
    [{ usernameAttributes: ["phone_number"] }, {}, "phone_number"],
    [{ usernameAttributes: [] }, {}, "username"],
    [{}, { loginIds: ["phone", "email"] as const }, "phone_number"],
    [{}, { loginIds: ["preferred_username"] as const }, "preferred_username"],
  ])("takes the login ID that the import takes: %j %j", (ofPool, ofRules, claim) => {
    const made = plan({ pool: { ...pool, ...ofPool }, rules: mappingRules(ofRules) });
    expect(mappingOf(made)["loginId"]).toBe(claim);
  });
});

describe("providers of the pool", () => {
  const provider = (
    name: string,
    issuer: string,
    attributeMapping = {},
  ): PoolSnapshot["identityProviders"][number] => ({
    name,
    type: "OIDC",
    identifiers: [],
    details: { oidc_issuer: issuer },
    attributeMapping,
  });

  test("are offered on the page, but for one that leads back to the project", () => {
    const identityProviders = [
      provider("Partner", "https://partner.example"),
      provider("Descope", "https://api.descope.com/P2/SA2"),
    ];
    const { client, findings } = plan({ pool: { ...pool, identityProviders } });
    expect(client.settings["SupportedIdentityProviders"]).toEqual(["COGNITO", "Partner"]);
    expect(findings.map(({ rule }) => rule)).toContain("oidc-providers-left-out");
  });

  test("that say what a user's address is make it unproved", () => {
    const identityProviders = [provider("Partner", "https://partner.example", { email: "mail" })];
    const rules = ({ findings }: ReturnType<typeof plan>): readonly string[] => findings.map(({ rule }) => rule);
    expect(rules(plan({ pool: { ...pool, identityProviders } }))).toContain("oidc-email-unproven");
    expect(rules(plan({ pool: { ...pool, identityProviders } }, { trustEmails: true }))).not.toContain(
      "oidc-email-unproven",
    );
  });
});

test("settings that a service answers empty or in another order are the same", () => {
  const { provider, client } = plan();
  const again = plan({
    provider: { ...provider.settings, prompts: [], logo: "", scopes: ["profile", "phone", "email", "openid"] },
    client: {
      clientId: "c",
      name: "cognito-to-descope-oidc",
      settings: { ...client.settings, AllowedOAuthScopes: ["profile", "openid", "email", "phone"] },
    },
  });
  expect(again.client.operation).toBe("none");
  expect(again.provider.differences).toEqual([{ setting: "clientId", to: "c" }]);
});

test("what is printed for the console and Terraform has every setting and never a secret", () => {
  const { settings } = plan().provider;
  const steps = providerConsoleSteps({ ...settings, clientId: "4abc" }, "eu-west-1_Abc123").join("\n");
  for (const url of Object.values(endpoints)) expect(steps).toContain(url);
  expect(steps).toContain("--client-id 4abc");
  expect(steps).toContain("Attribute mapping: sub → cognitoSub");
  const document = JSON.parse(providerTerraform(settings, "P2")) as {
    resource: { descope_oauth_provider: { cognito: Record<string, unknown> } };
  };
  expect(document.resource.descope_oauth_provider.cognito).toMatchObject({
    client_id: "<client ID>",
    client_secret: "${var.cognito_client_secret}",
    merge_user_accounts: true,
    claim_mapping: { cognitoSub: "sub", plan: "custom:plan" },
  });
});
