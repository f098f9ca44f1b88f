import DescopeClient from "@descope/node-sdk";
import { decodeJwt } from "jose";
import { expect, test } from "vitest";

import { caller } from "./cognito/raw-call.ts";
import { Browser } from "./descope/browser.ts";
import { startSandbox } from "../src/index.ts";

const application = "https://app.example/callback";
const password = "Str0ng-enough";

test.each(["aws", "updated", "sandbox"] as const)(
  "a user of Cognito signs in to Descope through Cognito's managed login (issuer: %s)",
  async (issuer) => {
    await using sandbox = await startSandbox({ profile: "empty", cognito: { issuer } });
    const call = caller(sandbox);
    const { UserPool } = (await call("CreateUserPool", {
      PoolName: "p",
      AliasAttributes: ["email"],
      Schema: [{ Name: "plan", AttributeDataType: "String" }],
    })) as { UserPool: { Id: string } };
    const UserPoolId = UserPool.Id;
    const { UserPoolClient } = (await call("CreateUserPoolClient", {
      UserPoolId,
      ClientName: "descope",
      GenerateSecret: true,
      AllowedOAuthFlowsUserPoolClient: true,
      AllowedOAuthFlows: ["code"],
      AllowedOAuthScopes: ["openid", "email", "profile"],
      CallbackURLs: [`${sandbox.descope}/v1/oauth/callback`],
      SupportedIdentityProviders: ["COGNITO"],
    })) as { UserPoolClient: { ClientId: string; ClientSecret: string } };
    await call("CreateUserPoolDomain", { UserPoolId, Domain: "before" });
    await call("AdminCreateUser", {
      UserPoolId,
      Username: "ada",
      MessageAction: "SUPPRESS",
      UserAttributes: [
        { Name: "email", Value: "ada@example.com" },
        { Name: "email_verified", Value: "true" },
        { Name: "given_name", Value: "Ada" },
        { Name: "custom:plan", Value: "paid" },
      ],
    });
    await call("AdminSetUserPassword", { UserPoolId, Username: "ada", Password: password, Permanent: true });
    const { UserAttributes } = (await call("AdminGetUser", { UserPoolId, Username: "ada" })) as {
      UserAttributes: readonly { Name: string; Value: string }[];
    };
    const sub = UserAttributes.find(({ Name }) => Name === "sub")?.Value;
    const discovered = (await (
      await fetch(`${sandbox.cognito}/${UserPoolId}/.well-known/openid-configuration`)
    ).json()) as Record<string, string>;

    const { projectId, managementKey } = sandbox;
    const sdk = DescopeClient({ projectId, managementKey, baseUrl: sandbox.descope });
    const manage = (path: string, body: object): Promise<Response> =>
      fetch(sandbox.descope + path, {
        method: "POST",
        headers: { authorization: `Bearer ${projectId}:${managementKey}`, "content-type": "application/json" },
        body: JSON.stringify(body),
      });
    const attributes = ["cognitoSub", "plan"].map((name) => ({ name, type: 1 }));
    expect((await manage("/v1/mgmt/user/customattribute/create", { attributes })).status).toBe(200);
    await sdk.management.user.create("ada@example.com", { email: "ada@example.com", verifiedEmail: true });
    const provider = await manage("/v1/mgmt/oauth/provider", {
      id: "cognito",
      clientId: UserPoolClient.ClientId,
      clientSecret: UserPoolClient.ClientSecret,
      allowedGrantTypes: ["authorization_code"],
      issuer: discovered["issuer"],
      authUrl: discovered["authorization_endpoint"],
      tokenUrl: discovered["token_endpoint"],
      userDataUrl: discovered["userinfo_endpoint"],
      jwksUrl: discovered["jwks_uri"],
      scopes: ["openid", "email", "profile"],
      userDataClaimsMapping: {
        loginId: "email",
        email: "email",
        verifiedEmail: "email_verified",
        givenName: "given_name",
        customAttributes: { cognitoSub: "sub", plan: "custom:plan" },
      },
    });
    expect([provider.status, await provider.json()]).toMatchObject([200, { id: "cognito" }]);

    const started = await sdk.oauth.start("cognito", application);
    const browser = new Browser(application);
    const login = await browser.open(started.data?.url ?? "");
    const wrong = await browser.submit(login, { username: "ada", password: "wrong" });
    expect(wrong.text).toContain("Incorrect username or password.");
    const back = new URL((await browser.submit(wrong, { username: "ada", password })).url);
    expect(back.origin + back.pathname).toBe(application);
    const { data } = await sdk.oauth.exchange(back.searchParams.get("code") ?? "");
    expect(data?.user).toMatchObject({
      loginIds: ["ada@example.com"],
      givenName: "Ada",
      verifiedEmail: true,
      OAuth: { cognito: true },
      customAttributes: { cognitoSub: sub, plan: "paid" },
    });
    expect(sandbox.descopeService.countUsers()).toBe(1);
    expect(decodeJwt(data?.sessionJwt ?? "")).toMatchObject({ sub: data?.user?.userId, drn: "DS", amr: ["oauth"] });
    expect((await sdk.validateSession(data?.sessionJwt ?? "")).token["sub"]).toBe(data?.user?.userId);
  },
);
