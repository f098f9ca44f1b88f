/** What surrounds the users of a generated pool: schema, groups, app clients, providers, domains, triggers. */

import { poolOf } from "../cognito/cognito-state.ts";
import type { CognitoService } from "../cognito/cognito-service.ts";
import { operations } from "../cognito/operations.ts";
import { createGroup } from "../cognito/operations/group-operations.ts";
import type { UserPool } from "../cognito/user-pool.ts";
import { manyGroups, providerNames } from "./every-kind.ts";
import { sampleMetadata } from "./sample-metadata.ts";

/** Performs an operation as its caller would, so that generated pools pass the same checks. */
function perform(service: CognitoService, name: string, input: object): Record<string, unknown> {
  const operation = operations[name];
  if (operation === undefined) throw new RangeError(`no operation ${name}`);
  return operation.run(input as never, service.state) as Record<string, unknown>;
}

const lambda = (region: string, accountId: string, name: string): string =>
  `arn:aws:lambda:${region}:${accountId}:function:${name}`;

/** A pool with everything that a grown one has: aliases, custom attributes, triggers, providers, clients, domains. */
export function createGrownPool(service: CognitoService, name: string): { pool: UserPool; clientId: string } {
  const { region, accountId } = service.state;
  const trigger = (x: string): string => lambda(region, accountId, x);
  const pool = service.createPool({
    PoolName: name,
    AliasAttributes: ["email", "phone_number", "preferred_username"],
    UsernameConfiguration: { CaseSensitive: true },
    Schema: [
      {
        Name: "plan",
        AttributeDataType: "String",
        StringAttributeConstraints: { MinLength: "0", MaxLength: "64" },
      },
      {
        Name: "notes",
        AttributeDataType: "String",
        StringAttributeConstraints: { MinLength: "0", MaxLength: "2048" },
      },
      { Name: "groups", AttributeDataType: "String" },
      {
        Name: "seats",
        AttributeDataType: "Number",
        NumberAttributeConstraints: { MinValue: "0", MaxValue: "100000" },
      },
      { Name: "ledger_id", AttributeDataType: "Number" },
      { Name: "newsletter", AttributeDataType: "Boolean" },
      { Name: "trial_ends", AttributeDataType: "DateTime" },
      { Name: "region.of.residence1", AttributeDataType: "String" },
      { Name: "region/of/residence1", AttributeDataType: "String" },
      { Name: "größe", AttributeDataType: "String" },
      { Name: "risk", AttributeDataType: "String", DeveloperOnlyAttribute: true },
      { Name: "internal_ref", AttributeDataType: "String", Mutable: false },
    ],
    UserPoolTags: { team: "identity", environment: "sandbox" },
    MfaConfiguration: "OPTIONAL",
    AutoVerifiedAttributes: ["email"],
    LambdaConfig: {
      PreSignUp: trigger("check-invitation"),
      PostConfirmation: trigger("send-welcome"),
      PreTokenGenerationConfig: { LambdaVersion: "V2_0", LambdaArn: trigger("add-claims") },
    },
    AccountRecoverySetting: { RecoveryMechanisms: [{ Priority: 1, Name: "verified_email" }] },
  });
  pool.mfa = {
    MfaConfiguration: "OPTIONAL",
    SoftwareTokenMfaConfiguration: { Enabled: true },
    SmsMfaConfiguration: {
      SmsAuthenticationMessage: "Your code is {####}",
      SmsConfiguration: {
        SnsCallerArn: `arn:aws:iam::${accountId}:role/cognito-sms`,
        ExternalId: "sandbox",
      },
    },
  };
  addProviders(service, pool);
  const clientId = addClients(service, pool);
  const suffix = pool.id.slice(pool.id.indexOf("_") + 1).toLowerCase();
  perform(service, "CreateUserPoolDomain", { UserPoolId: pool.id, Domain: `sandbox-${suffix}` });
  perform(service, "CreateUserPoolDomain", {
    UserPoolId: pool.id,
    Domain: `auth-${suffix}.example.com`,
    CustomDomainConfig: {
      CertificateArn: `arn:aws:acm:us-east-1:${accountId}:certificate/00000000-0000-4000-8000-000000000000`,
    },
  });
  return { pool, clientId };
}

function addProviders(service: CognitoService, pool: UserPool): void {
  const add = (input: object): void =>
    void perform(service, "CreateIdentityProvider", { UserPoolId: pool.id, ...input });
  add({
    ProviderName: providerNames.google,
    ProviderType: "Google",
    ProviderDetails: {
      client_id: "000000000000-sandbox.apps.googleusercontent.com",
      client_secret: "sandbox-google-secret",
      authorize_scopes: "openid email profile",
    },
    AttributeMapping: { email: "email", name: "name", picture: "picture" },
  });
  add({
    ProviderName: providerNames.saml,
    ProviderType: "SAML",
    ProviderDetails: {
      // From a file, so that a rehearsal of SSO needs nobody who answers.
      MetadataFile: sampleMetadata("https://okta.example/app/exk1"),
      IDPInit: "true",
      IDPSignout: "false",
    },
    AttributeMapping: {
      email: "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress",
      "custom:groups": "groups",
    },
    IdpIdentifiers: ["corp.example.com", "okta-main"],
  });
  add({
    ProviderName: providerNames.samlEncrypted,
    ProviderType: "SAML",
    ProviderDetails: {
      MetadataURL: "https://entra.example/federationmetadata/2007-06/federationmetadata.xml",
      EncryptedResponses: "true",
      RequestSigningAlgorithm: "rsa-sha256",
    },
    AttributeMapping: { email: "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name" },
    IdpIdentifiers: ["entra.example.com"],
  });
  add({
    ProviderName: providerNames.oidc,
    ProviderType: "OIDC",
    ProviderDetails: {
      client_id: "sandbox-client",
      client_secret: "sandbox-oidc-secret",
      attributes_request_method: "GET",
      oidc_issuer: "https://idp.partner.example",
      authorize_url: "https://idp.partner.example/authorize",
      token_url: "https://idp.partner.example/token",
      attributes_url: "https://idp.partner.example/userinfo",
      jwks_uri: "https://idp.partner.example/jwks",
      authorize_scopes: "openid email profile",
    },
    AttributeMapping: { email: "email", email_verified: "email_verified" },
    IdpIdentifiers: ["partner.example"],
  });
}

function addClients(service: CognitoService, pool: UserPool): string {
  const add = (input: object): string => {
    const { UserPoolClient } = perform(service, "CreateUserPoolClient", {
      UserPoolId: pool.id,
      ...input,
    });
    return (UserPoolClient as { ClientId: string }).ClientId;
  };
  const clientId = add({
    ClientName: "web",
    ExplicitAuthFlows: [
      "ALLOW_USER_PASSWORD_AUTH",
      "ALLOW_USER_SRP_AUTH",
      "ALLOW_REFRESH_TOKEN_AUTH",
      "ALLOW_CUSTOM_AUTH",
    ],
    SupportedIdentityProviders: ["COGNITO", ...Object.values(providerNames)],
    CallbackURLs: ["https://app.example.com/callback", "http://localhost:3000/callback"],
    LogoutURLs: ["https://app.example.com/"],
    DefaultRedirectURI: "https://app.example.com/callback",
    AllowedOAuthFlows: ["code"],
    AllowedOAuthScopes: ["openid", "email", "phone", "profile", "aws.cognito.signin.user.admin"],
    AllowedOAuthFlowsUserPoolClient: true,
    PreventUserExistenceErrors: "ENABLED",
  });
  add({
    ClientName: "server",
    GenerateSecret: true,
    ExplicitAuthFlows: ["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    AccessTokenValidity: 15,
    TokenValidityUnits: { AccessToken: "minutes" },
  });
  add({
    ClientName: "legacy",
    ExplicitAuthFlows: ["ADMIN_NO_SRP_AUTH"],
    PreventUserExistenceErrors: "LEGACY",
  });
  perform(service, "CreateResourceServer", {
    UserPoolId: pool.id,
    Identifier: "https://api.example.com",
    Name: "api",
    Scopes: [{ ScopeName: "read", ScopeDescription: "read everything" }],
  });
  add({
    ClientName: "machine",
    GenerateSecret: true,
    AllowedOAuthFlows: ["client_credentials"],
    AllowedOAuthScopes: ["https://api.example.com/read"],
    AllowedOAuthFlowsUserPoolClient: true,
  });
  return clientId;
}

/** A pool whose username is the e-mail address, with one app client and nothing else. */
export function createPlainPool(service: CognitoService, name: string): { pool: UserPool; clientId: string } {
  const pool = service.createPool({
    PoolName: name,
    UsernameAttributes: ["email"],
    UsernameConfiguration: { CaseSensitive: false },
  });
  const { UserPoolClient } = perform(service, "CreateUserPoolClient", {
    UserPoolId: pool.id,
    ClientName: "web",
    ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    PreventUserExistenceErrors: "ENABLED",
  });
  return { pool, clientId: (UserPoolClient as { ClientId: string }).ClientId };
}

/** Groups for business, named `group-001` and so on. */
export function addBusinessGroups(service: CognitoService, userPoolId: string, count: number, createdAt: number): void {
  const pool = poolOf(service.state, userPoolId);
  for (let i = 1; i <= count; i += 1) {
    createGroup(
      pool,
      {
        GroupName: `group-${String(i).padStart(3, "0")}`,
        Description: `Group ${i}`,
        Precedence: i,
      },
      createdAt,
    );
  }
}

/** Groups that a migration must treat with care. */
export function addDifficultGroups(service: CognitoService, pool: UserPool, createdAt: number): void {
  const add = (input: Parameters<typeof createGroup>[1]): void => void createGroup(pool, input, createdAt);
  const { accountId } = service.state;
  add({ GroupName: `long-${"g".repeat(123)}`, Description: "d".repeat(2048), Precedence: 0 });
  add({
    GroupName: "with-role",
    RoleArn: `arn:aws:iam::${accountId}:role/app-admin`,
    Precedence: 1,
  });
  add({ GroupName: "empty-group", Description: "nobody is in here" });
  add({ GroupName: "Редакторы🖋", Description: "a name of many scripts" });
  for (const name of manyGroups) add({ GroupName: name });
  for (const provider of [providerNames.google, providerNames.saml, providerNames.oidc]) {
    add({
      GroupName: `${pool.id}_${provider}`,
      Description: `Autogenerated group for users who sign in using ${provider}`,
    });
  }
  // A provider group with a role was made by hand: it only looks automatic.
  add({
    GroupName: `${pool.id}_${providerNames.samlEncrypted}`,
    RoleArn: `arn:aws:iam::${accountId}:role/partner`,
    Precedence: 5,
  });
}
