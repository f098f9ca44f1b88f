import { expect, test } from "vitest";

import { modelOperations } from "../../src/cognito/aws-model.ts";
import { operations } from "../../src/cognito/operations.ts";
import { startSandbox } from "../../src/index.ts";
import type { Sandbox } from "../../src/index.ts";
import { caller } from "./raw-call.ts";

type Call = ReturnType<typeof caller>;

async function emptyPool(input: object = {}): Promise<{ sandbox: Sandbox; call: Call; UserPoolId: string }> {
  const sandbox = await startSandbox({ only: "cognito", profile: "empty" });
  const call = caller(sandbox);
  const { UserPool } = (await call("CreateUserPool", { PoolName: "p", ...input })) as { UserPool: { Id: string } };
  return { sandbox, call, UserPoolId: UserPool.Id };
}

const attributesOf = (user: unknown): Record<string, string> => {
  const { UserAttributes = [], Attributes = UserAttributes } = user as Record<
    string,
    { Name: string; Value: string }[]
  >;
  return Object.fromEntries(Attributes.map(({ Name, Value }) => [Name, Value]));
};

test("every operation is one of AWS's, and unsigned ones are AWS's too", () => {
  expect(Object.keys(operations).filter((name) => !Object.hasOwn(modelOperations, name))).toEqual([]);
});

test("a pool is created, described, updated in full, listed and deleted", async () => {
  const { sandbox, call, UserPoolId } = await emptyPool({
    UsernameAttributes: ["email"],
    UserPoolTags: { a: "b" },
    Schema: [
      { Name: "email", Required: true },
      { Name: "plan", AttributeDataType: "String" },
      { Name: "risk", AttributeDataType: "Number", DeveloperOnlyAttribute: true },
    ],
    DeletionProtection: "ACTIVE",
    AutoVerifiedAttributes: ["email"],
  });
  await using _ = sandbox;
  const described = (await call("DescribeUserPool", { UserPoolId }))["UserPool"] as Record<string, unknown>;
  expect(described).toMatchObject({
    Id: UserPoolId,
    Arn: `arn:aws:cognito-idp:us-east-1:123456789012:userpool/${UserPoolId}`,
    UsernameAttributes: ["email"],
    MfaConfiguration: "OFF",
    DeletionProtection: "ACTIVE",
    UserPoolTags: { a: "b" },
    EstimatedNumberOfUsers: 0,
  });
  expect(described).not.toHaveProperty("UsernameConfiguration");
  const schema = described["SchemaAttributes"] as {
    Name: string;
    Required: boolean;
    DeveloperOnlyAttribute: boolean;
  }[];
  expect(schema.find(({ Name }) => Name === "email")).toMatchObject({ Required: true });
  expect(schema.slice(-2).map(({ Name }) => Name)).toEqual(["custom:plan", "dev:custom:risk"]);
  await call("AddCustomAttributes", { UserPoolId, CustomAttributes: [{ Name: "more", AttributeDataType: "Boolean" }] });
  await expect(call("DeleteUserPool", { UserPoolId })).rejects.toThrow("deletion protection is activated");
  await call("UpdateUserPool", { UserPoolId });
  const updated = (await call("DescribeUserPool", { UserPoolId }))["UserPool"] as Record<string, unknown>;
  expect(updated).toMatchObject({ DeletionProtection: "INACTIVE", Name: "p" });
  expect(updated).not.toHaveProperty("AutoVerifiedAttributes");
  expect(await call("ListTagsForResource", { ResourceArn: updated["Arn"] })).toEqual({ Tags: { a: "b" } });
  await call("TagResource", { ResourceArn: updated["Arn"], Tags: { c: "d" } });
  await call("UntagResource", { ResourceArn: updated["Arn"], TagKeys: ["a"] });
  expect(await call("ListTagsForResource", { ResourceArn: updated["Arn"] })).toEqual({ Tags: { c: "d" } });
  expect(await call("ListUserPools", { MaxResults: 60 })).toMatchObject({ UserPools: [{ Id: UserPoolId }] });
  await call("DeleteUserPool", { UserPoolId });
  await expect(call("DescribeUserPool", { UserPoolId })).rejects.toThrow(`User pool ${UserPoolId} does not exist.`);
});

test("username and alias attributes exclude each other", async () => {
  const { sandbox, call } = await emptyPool();
  await using _ = sandbox;
  const both = { PoolName: "q", UsernameAttributes: ["email"], AliasAttributes: ["email"] };
  await expect(call("CreateUserPool", both)).rejects.toMatchObject({ name: "InvalidParameterException" });
});

test("MFA configuration is set and read", async () => {
  const { sandbox, call, UserPoolId } = await emptyPool();
  await using _ = sandbox;
  expect(await call("GetUserPoolMfaConfig", { UserPoolId })).toMatchObject({ MfaConfiguration: "OFF" });
  await expect(call("SetUserPoolMfaConfig", { UserPoolId, MfaConfiguration: "ON" })).rejects.toMatchObject({
    name: "InvalidParameterException",
  });
  await call("SetUserPoolMfaConfig", {
    UserPoolId,
    MfaConfiguration: "OPTIONAL",
    SoftwareTokenMfaConfiguration: { Enabled: true },
  });
  expect(await call("GetUserPoolMfaConfig", { UserPoolId })).toEqual({
    MfaConfiguration: "OPTIONAL",
    SoftwareTokenMfaConfiguration: { Enabled: true },
  });
  expect(await call("DescribeUserPool", { UserPoolId })).toMatchObject({ UserPool: { MfaConfiguration: "OPTIONAL" } });
});

test("a prefix domain and a custom domain belong to one pool, and an unknown one is an empty description", async () => {
  const { sandbox, call, UserPoolId } = await emptyPool();
  await using _ = sandbox;
  await call("CreateUserPoolDomain", { UserPoolId, Domain: "prefix" });
  const CertificateArn = "arn:aws:acm:us-east-1:123456789012:certificate/x";
  const custom = { UserPoolId, Domain: "auth.example.com", CustomDomainConfig: { CertificateArn } };
  expect(await call("CreateUserPoolDomain", custom)).toMatchObject({
    CloudFrontDomain: expect.stringMatching(/\.cloudfront\.net$/) as string,
  });
  expect(await call("DescribeUserPool", { UserPoolId })).toMatchObject({
    UserPool: { Domain: "prefix", CustomDomain: "auth.example.com" },
  });
  expect(await call("DescribeUserPoolDomain", { Domain: "auth.example.com" })).toMatchObject({
    DomainDescription: { UserPoolId, Status: "ACTIVE", CustomDomainConfig: { CertificateArn } },
  });
  expect(await call("DescribeUserPoolDomain", { Domain: "nobody" })).toEqual({ DomainDescription: {} });
  await expect(call("CreateUserPoolDomain", { UserPoolId, Domain: "prefix" })).rejects.toMatchObject({
    name: "InvalidParameterException",
  });
  await expect(call("DeleteUserPool", { UserPoolId })).rejects.toThrow("It has a domain configured");
  await call("DeleteUserPoolDomain", { UserPoolId, Domain: "prefix" });
  await call("DeleteUserPoolDomain", { UserPoolId, Domain: "auth.example.com" });
  await call("DeleteUserPool", { UserPoolId });
});

test("an app client's update replaces everything", async () => {
  const { sandbox, call, UserPoolId } = await emptyPool();
  await using _ = sandbox;
  const { UserPoolClient } = (await call("CreateUserPoolClient", {
    UserPoolId,
    ClientName: "web",
    GenerateSecret: true,
    ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH"],
    CallbackURLs: ["https://a.example/cb"],
    ReadAttributes: ["email"],
  })) as { UserPoolClient: Record<string, unknown> };
  const ClientId = UserPoolClient["ClientId"];
  expect(UserPoolClient).toMatchObject({
    ClientSecret: expect.stringMatching(/^[a-z0-9]{51}$/) as string,
    RefreshTokenValidity: 30,
  });
  await call("UpdateUserPoolClient", { UserPoolId, ClientId, RefreshTokenValidity: 7 });
  const described = (await call("DescribeUserPoolClient", { UserPoolId, ClientId }))["UserPoolClient"] as object;
  expect(described).toMatchObject({
    ClientName: "web",
    ClientSecret: UserPoolClient["ClientSecret"],
    RefreshTokenValidity: 7,
  });
  expect(described).not.toHaveProperty("ExplicitAuthFlows");
  expect(described).not.toHaveProperty("CallbackURLs");
  expect(await call("ListUserPoolClients", { UserPoolId, MaxResults: 60 })).toEqual({
    UserPoolClients: [{ ClientId, UserPoolId, ClientName: "web" }],
  });
  const mixed = { UserPoolId, ClientName: "m", ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH"] };
  await expect(call("CreateUserPoolClient", mixed)).rejects.toMatchObject({ name: "InvalidParameterException" });
  const stranger = { UserPoolId, ClientName: "s", SupportedIdentityProviders: ["Nope"] };
  await expect(call("CreateUserPoolClient", stranger)).rejects.toThrow(
    `The provider Nope does not exist for User Pool ${UserPoolId}.`,
  );
  await call("DeleteUserPoolClient", { UserPoolId, ClientId });
  await expect(call("DescribeUserPoolClient", { UserPoolId, ClientId })).rejects.toThrow(
    `User pool client ${String(ClientId)} does not exist.`,
  );
});

test("identity providers come back with what Cognito adds and without Apple's private key", async () => {
  const { sandbox, call, UserPoolId } = await emptyPool();
  await using _ = sandbox;
  const metadata =
    '<EntityDescriptor entityID="idp"><IDPSSODescriptor><SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://idp.example/sso?a=1&amp;b=2"/></IDPSSODescriptor></EntityDescriptor>';
  await call("CreateIdentityProvider", {
    UserPoolId,
    ProviderName: "Saml",
    ProviderType: "SAML",
    ProviderDetails: { MetadataFile: metadata },
    AttributeMapping: { email: "mail" },
    IdpIdentifiers: ["corp.example"],
  });
  await call("CreateIdentityProvider", {
    UserPoolId,
    ProviderName: "SignInWithApple",
    ProviderType: "SignInWithApple",
    ProviderDetails: { client_id: "c", team_id: "t", key_id: "k", private_key: "secret", authorize_scopes: "email" },
  });
  const described = await call("DescribeIdentityProvider", { UserPoolId, ProviderName: "Saml" });
  expect(described).toMatchObject({
    IdentityProvider: {
      ProviderDetails: { MetadataFile: metadata, SSORedirectBindingURI: "https://idp.example/sso?a=1&b=2" },
      AttributeMapping: { email: "mail" },
    },
  });
  expect(await call("GetIdentityProviderByIdentifier", { UserPoolId, IdpIdentifier: "corp.example" })).toEqual(
    described,
  );
  const apple = await call("DescribeIdentityProvider", { UserPoolId, ProviderName: "SignInWithApple" });
  expect(apple).toMatchObject({
    IdentityProvider: {
      ProviderDetails: { oidc_issuer: "https://appleid.apple.com" },
      AttributeMapping: { username: "sub" },
    },
  });
  expect(JSON.stringify(apple)).not.toContain("private_key");
  const twice = {
    UserPoolId,
    ProviderName: "Saml",
    ProviderType: "SAML",
    ProviderDetails: { MetadataURL: "https://x.example" },
  };
  await expect(call("CreateIdentityProvider", twice)).rejects.toMatchObject({ name: "DuplicateProviderException" });
  await call("UpdateIdentityProvider", { UserPoolId, ProviderName: "Saml", IdpIdentifiers: [] });
  await expect(
    call("GetIdentityProviderByIdentifier", { UserPoolId, IdpIdentifier: "corp.example" }),
  ).rejects.toMatchObject({
    name: "ResourceNotFoundException",
  });
  expect(await call("ListIdentityProviders", { UserPoolId, MaxResults: 1 })).toMatchObject({
    Providers: [{ ProviderName: "Saml", ProviderType: "SAML" }],
    NextToken: expect.any(String) as string,
  });
  await call("DeleteIdentityProvider", { UserPoolId, ProviderName: "Saml" });
  expect(await call("ListIdentityProviders", { UserPoolId })).toMatchObject({
    Providers: [{ ProviderName: "SignInWithApple" }],
  });
});

test("groups have members, in pages, until they are deleted", async () => {
  const { sandbox, call, UserPoolId } = await emptyPool();
  await using _ = sandbox;
  const RoleArn = "arn:aws:iam::123456789012:role/admin";
  await call("CreateGroup", { UserPoolId, GroupName: "admins", Description: "d", RoleArn, Precedence: 0 });
  await expect(call("CreateGroup", { UserPoolId, GroupName: "admins" })).rejects.toMatchObject({
    name: "GroupExistsException",
  });
  for (const name of ["a", "b", "c"]) {
    await call("AdminCreateUser", { UserPoolId, Username: name, MessageAction: "SUPPRESS" });
    await call("AdminAddUserToGroup", { UserPoolId, Username: name, GroupName: "admins" });
  }
  await call("AdminAddUserToGroup", { UserPoolId, Username: "a", GroupName: "admins" });
  const first = await call("ListUsersInGroup", { UserPoolId, GroupName: "admins", Limit: 2 });
  expect(first).toMatchObject({ Users: [{ Username: "a" }, { Username: "b" }] });
  await call("AdminRemoveUserFromGroup", { UserPoolId, Username: "a", GroupName: "admins" });
  const rest = await call("ListUsersInGroup", {
    UserPoolId,
    GroupName: "admins",
    Limit: 2,
    NextToken: first["NextToken"],
  });
  expect(rest).toMatchObject({ Users: [{ Username: "c" }] });
  expect(rest).not.toHaveProperty("NextToken");
  expect(await call("AdminListGroupsForUser", { UserPoolId, Username: "b" })).toMatchObject({
    Groups: [{ GroupName: "admins", UserPoolId, Description: "d", RoleArn, Precedence: 0 }],
  });
  await call("UpdateGroup", { UserPoolId, GroupName: "admins", Precedence: 3 });
  expect(await call("GetGroup", { UserPoolId, GroupName: "admins" })).toMatchObject({
    Group: { Precedence: 3, Description: "d" },
  });
  await call("DeleteGroup", { UserPoolId, GroupName: "admins" });
  expect(await call("ListGroups", { UserPoolId })).toEqual({ Groups: [] });
  expect(await call("AdminListGroupsForUser", { UserPoolId, Username: "b" })).toEqual({ Groups: [] });
  await expect(call("GetGroup", { UserPoolId, GroupName: "admins" })).rejects.toThrow("Group not found.");
});

test("a user lives from invitation to deletion", async () => {
  const { sandbox, call, UserPoolId } = await emptyPool({ Schema: [{ Name: "plan", AttributeDataType: "String" }] });
  await using _ = sandbox;
  const created = await call("AdminCreateUser", {
    UserPoolId,
    Username: "ada",
    UserAttributes: [
      { Name: "email", Value: "ada@example.com" },
      { Name: "email_verified", Value: "true" },
      { Name: "custom:plan", Value: 'quoted "x" \\ \u0001' },
    ],
    DesiredDeliveryMediums: ["EMAIL"],
  });
  expect(created).toMatchObject({ User: { Username: "ada", Enabled: true, UserStatus: "FORCE_CHANGE_PASSWORD" } });
  expect(sandbox.cognitoService.messages()).toMatchObject([{ to: "ada@example.com", purpose: "invitation" }]);
  const get = (): Promise<Record<string, unknown>> => call("AdminGetUser", { UserPoolId, Username: "ada" });
  expect(attributesOf(await get())).toMatchObject({ email: "ada@example.com", "custom:plan": 'quoted "x" \\ \u0001' });
  const sub = attributesOf(await get())["sub"];
  expect(await call("AdminGetUser", { UserPoolId, Username: sub })).toMatchObject({ Username: "ada" });

  await call("AdminUpdateUserAttributes", {
    UserPoolId,
    Username: "ada",
    UserAttributes: [{ Name: "email", Value: "new@example.com" }],
  });
  expect(attributesOf(await get())).toMatchObject({ email: "new@example.com", email_verified: "false" });
  await call("AdminDeleteUserAttributes", { UserPoolId, Username: "ada", UserAttributeNames: ["custom:plan"] });
  expect(attributesOf(await get())).not.toHaveProperty("custom:plan");

  await expect(call("AdminSetUserPassword", { UserPoolId, Username: "ada", Password: "short" })).rejects.toMatchObject({
    name: "InvalidPasswordException",
    message: "Password did not conform with policy: Password not long enough",
  });
  await call("AdminSetUserPassword", { UserPoolId, Username: "ada", Password: "Str0ng-enough", Permanent: true });
  expect(await get()).toMatchObject({ UserStatus: "CONFIRMED" });
  await call("AdminDisableUser", { UserPoolId, Username: "ada" });
  expect(await get()).toMatchObject({ Enabled: false });
  await call("AdminEnableUser", { UserPoolId, Username: "ada" });
  await expect(call("AdminResetUserPassword", { UserPoolId, Username: "ada" })).rejects.toThrow(
    "Cannot reset password for the user as there is no registered/verified email or phone_number",
  );
  await call("AdminUpdateUserAttributes", {
    UserPoolId,
    Username: "ada",
    UserAttributes: [{ Name: "email_verified", Value: "true" }],
  });
  await call("AdminResetUserPassword", { UserPoolId, Username: "ada" });
  expect(await get()).toMatchObject({ UserStatus: "RESET_REQUIRED" });
  await call("AdminDeleteUser", { UserPoolId, Username: "ada" });
  await expect(get()).rejects.toMatchObject({ name: "UserNotFoundException", message: "User does not exist." });
  expect(await call("ListUsers", { UserPoolId })).toEqual({ Users: [] });
});

test.each([
  [[{ Name: "custom:nope", Value: "x" }], /Type for attribute \{custom:nope\} could not be determined/],
  [[{ Name: "email", Value: "nonsense" }], /^Invalid email address format\.$/],
  [[{ Name: "phone_number", Value: "0123" }], /^Invalid phone number format\.$/],
  [[{ Name: "birthdate", Value: "1984" }], /birthdate: String must be longer than or equal to minLength/],
  [[{ Name: "email_verified", Value: "perhaps" }], /email_verified: Attribute does not match its type/],
  [[{ Name: "identities", Value: "[]" }], /could not be determined/],
])("refuses the attributes %j", async (UserAttributes, message) => {
  const { sandbox, call, UserPoolId } = await emptyPool();
  await using _ = sandbox;
  await expect(call("AdminCreateUser", { UserPoolId, Username: "x", UserAttributes })).rejects.toMatchObject({
    name: "InvalidParameterException",
    message: expect.stringMatching(message) as string,
  });
});

test("where the e-mail address is the username, the username is the sub and the address is unique", async () => {
  const { sandbox, call, UserPoolId } = await emptyPool({
    UsernameAttributes: ["email"],
    UsernameConfiguration: { CaseSensitive: false },
  });
  await using _ = sandbox;
  const create = (Username: string): Promise<Record<string, unknown>> =>
    call("AdminCreateUser", { UserPoolId, Username });
  const { User } = (await create("Ada@example.com")) as { User: { Username: string } };
  expect(attributesOf(User)).toEqual({ sub: User.Username, email: "Ada@example.com" });
  await expect(create("ada@EXAMPLE.com")).rejects.toMatchObject({ name: "UsernameExistsException" });
  await expect(create("ada")).rejects.toThrow("Username should be an email.");
  expect(await call("AdminGetUser", { UserPoolId, Username: "ADA@example.com" })).toMatchObject({
    Username: User.Username,
  });
});

test("as an alias, an address has one verified holder; it moves only by force", async () => {
  const { sandbox, call, UserPoolId } = await emptyPool({ AliasAttributes: ["email"] });
  await using _ = sandbox;
  const create = (Username: string, verified: string, more: object = {}): Promise<unknown> =>
    call("AdminCreateUser", {
      UserPoolId,
      Username,
      UserAttributes: [
        { Name: "email", Value: "one@example.com" },
        { Name: "email_verified", Value: verified },
      ],
      ...more,
    });
  await create("first", "true");
  await create("unverified", "false");
  await expect(create("second", "true")).rejects.toMatchObject({ name: "AliasExistsException" });
  await create("second", "true", { ForceAliasCreation: true });
  expect(await call("AdminGetUser", { UserPoolId, Username: "one@example.com" })).toMatchObject({ Username: "second" });
  expect(attributesOf(await call("AdminGetUser", { UserPoolId, Username: "first" }))).toMatchObject({
    email_verified: "false",
  });
  await expect(create("third@example.com", "false")).rejects.toThrow("Username cannot be of email format");
});

test("an external identity is linked to a local user once, five at most", async () => {
  const { sandbox, call, UserPoolId } = await emptyPool();
  await using _ = sandbox;
  await call("CreateIdentityProvider", {
    UserPoolId,
    ProviderName: "Idp",
    ProviderType: "OIDC",
    ProviderDetails: {
      client_id: "c",
      attributes_request_method: "GET",
      oidc_issuer: "https://i.example",
      authorize_scopes: "openid",
    },
  });
  await call("AdminCreateUser", { UserPoolId, Username: "ada" });
  await call("AdminCreateUser", { UserPoolId, Username: "bob" });
  const link = (user: string, subject: string): Promise<unknown> =>
    call("AdminLinkProviderForUser", {
      UserPoolId,
      DestinationUser: { ProviderName: "Cognito", ProviderAttributeValue: user },
      SourceUser: { ProviderName: "Idp", ProviderAttributeName: "Cognito_Subject", ProviderAttributeValue: subject },
    });
  await link("ada", "s1");
  const { identities = "" } = attributesOf(await call("AdminGetUser", { UserPoolId, Username: "ada" }));
  expect(JSON.parse(identities)).toEqual([
    {
      userId: "s1",
      providerName: "Idp",
      providerType: "OIDC",
      issuer: null,
      primary: false,
      dateCreated: expect.any(Number) as number,
    },
  ]);
  await expect(link("ada", "s1")).rejects.toThrow("SourceUser is already linked to DestinationUser");
  await expect(link("bob", "s1")).rejects.toThrow("Merging is not currently supported");
  for (const subject of ["s2", "s3", "s4", "s5"]) await link("ada", subject);
  await expect(link("ada", "s6")).rejects.toMatchObject({ name: "LimitExceededException" });
  await call("AdminDisableProviderForUser", {
    UserPoolId,
    User: { ProviderName: "Idp", ProviderAttributeName: "Cognito_Subject", ProviderAttributeValue: "s1" },
  });
  await link("bob", "s1");
});

test("users sign up and confirm with the code that was sent", async () => {
  const { sandbox, call, UserPoolId } = await emptyPool({
    AutoVerifiedAttributes: ["email"],
    UsernameAttributes: ["email"],
  });
  await using _ = sandbox;
  const { UserPoolClient } = (await call("CreateUserPoolClient", { UserPoolId, ClientName: "w" })) as {
    UserPoolClient: { ClientId: string };
  };
  const { ClientId } = UserPoolClient;
  const Username = "ada@example.com";
  await expect(call("SignUp", { ClientId, Username, Password: "weakweak" })).rejects.toMatchObject({
    name: "InvalidPasswordException",
  });
  expect(await call("SignUp", { ClientId, Username, Password: "Str0ng-enough" })).toMatchObject({
    UserConfirmed: false,
    CodeDeliveryDetails: { Destination: "a***@e***", DeliveryMedium: "EMAIL", AttributeName: "email" },
  });
  const code = sandbox.cognitoService.messages().at(-1)?.code ?? "";
  await expect(call("ConfirmSignUp", { ClientId, Username, ConfirmationCode: "nope" })).rejects.toMatchObject({
    name: "CodeMismatchException",
  });
  await call("ConfirmSignUp", { ClientId, Username, ConfirmationCode: code });
  const user = await call("AdminGetUser", { UserPoolId, Username });
  expect(user).toMatchObject({ UserStatus: "CONFIRMED" });
  expect(attributesOf(user)).toMatchObject({ email_verified: "true" });
  await expect(call("ConfirmSignUp", { ClientId, Username, ConfirmationCode: code })).rejects.toThrow(
    "User cannot be confirmed. Current status is CONFIRMED",
  );
});

test("a custom domain and a resource server are updated", async () => {
  const { sandbox, call, UserPoolId } = await emptyPool();
  await using _ = sandbox;
  const certificate = (name: string): object => ({
    CertificateArn: `arn:aws:acm:us-east-1:123456789012:certificate/${name}`,
  });
  const Domain = "auth.example.com";
  await call("CreateUserPoolDomain", { UserPoolId, Domain, CustomDomainConfig: certificate("one") });
  await call("UpdateUserPoolDomain", { UserPoolId, Domain, CustomDomainConfig: certificate("two") });
  expect(await call("DescribeUserPoolDomain", { Domain })).toMatchObject({
    DomainDescription: { CustomDomainConfig: certificate("two") },
  });
  await call("CreateResourceServer", { UserPoolId, Identifier: "api", Name: "old" });
  await call("UpdateResourceServer", {
    UserPoolId,
    Identifier: "api",
    Name: "new",
    Scopes: [{ ScopeName: "read", ScopeDescription: "r" }],
  });
  expect(await call("ListResourceServers", { UserPoolId, MaxResults: 10 })).toMatchObject({
    ResourceServers: [{ Identifier: "api", Name: "new", Scopes: [{ ScopeName: "read" }] }],
  });
  await call("DeleteResourceServer", { UserPoolId, Identifier: "api" });
  await expect(call("DescribeResourceServer", { UserPoolId, Identifier: "api" })).rejects.toMatchObject({
    name: "ResourceNotFoundException",
  });
});
