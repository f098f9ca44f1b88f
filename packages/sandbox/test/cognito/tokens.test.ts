import { CognitoJwtVerifier } from "aws-jwt-verify";
import { SimpleJwksCache } from "aws-jwt-verify/jwk";
import { expect, test } from "vitest";

import { claimsOf, signInPool, tokensOf } from "./sign-in-pool.ts";
import type { SignInPool } from "./sign-in-pool.ts";

/** The verifier that AWS publishes, with keys from the sandbox instead of AWS's host. */
function verifierOf(pool: SignInPool, tokenUse: "id" | "access") {
  const jwksCache = new SimpleJwksCache({
    fetcher: {
      fetch: async (uri) => {
        const own = uri.replace("https://cognito-idp.us-east-1.amazonaws.com", pool.sandbox.cognito);
        return (await fetch(own)).arrayBuffer();
      },
    },
  });
  return CognitoJwtVerifier.create({ userPoolId: pool.UserPoolId, tokenUse, clientId: pool.ClientId }, { jwksCache });
}

test("aws-jwt-verify accepts both tokens, which are signed by different keys", async () => {
  await using pool = await signInPool();
  await pool.addUser("ada", { email: "ada@example.com", email_verified: "true", name: "Ada" });
  const { IdToken, AccessToken } = tokensOf(await pool.signIn("ada"));
  const id = await verifierOf(pool, "id").verify(IdToken);
  const access = await verifierOf(pool, "access").verify(AccessToken);
  expect(id).toMatchObject({
    aud: pool.ClientId,
    email: "ada@example.com",
    email_verified: true,
    "cognito:username": "ada",
  });
  expect(access).toMatchObject({ client_id: pool.ClientId, username: "ada", scope: "aws.cognito.signin.user.admin" });
  expect(id.iss).toBe(`https://cognito-idp.us-east-1.amazonaws.com/${pool.UserPoolId}`);
  expect(id.origin_jti).toBe(access.origin_jti);
  const kid = (token: string): string =>
    (JSON.parse(Buffer.from(token.split(".")[0] ?? "", "base64url").toString()) as { kid: string }).kid;
  expect(kid(IdToken)).not.toBe(kid(AccessToken));
  await expect(verifierOf(pool, "id").verify(AccessToken)).rejects.toThrow("Token use not allowed");
});

test("after a rotation old tokens verify until the old keys are dropped", async () => {
  await using pool = await signInPool();
  await pool.addUser("ada");
  const { keys } = pool.sandbox.cognitoService.state.pools.get(pool.UserPoolId)?.auth ?? {};
  const old = tokensOf(await pool.signIn("ada")).IdToken;
  keys?.rotate();
  const fresh = tokensOf(await pool.signIn("ada")).IdToken;
  await verifierOf(pool, "id").verify(old);
  await verifierOf(pool, "id").verify(fresh);
  keys?.dropRetired();
  await expect(verifierOf(pool, "id").verify(old)).rejects.toThrow(/not found in the JWKS/);
  await verifierOf(pool, "id").verify(fresh);
});

test("groups become claims, ranked by precedence, with their roles", async () => {
  await using pool = await signInPool();
  const { call, UserPoolId } = pool;
  await pool.addUser("ada");
  const role = (name: string): string => `arn:aws:iam::123456789012:role/${name}`;
  await call("CreateGroup", { UserPoolId, GroupName: "users", Precedence: 9, RoleArn: role("user") });
  await call("CreateGroup", { UserPoolId, GroupName: "admins", Precedence: 1, RoleArn: role("admin") });
  await call("CreateGroup", { UserPoolId, GroupName: "others" });
  for (const GroupName of ["users", "others", "admins"])
    await call("AdminAddUserToGroup", { UserPoolId, Username: "ada", GroupName });
  const { IdToken, AccessToken } = tokensOf(await pool.signIn("ada"));
  expect(claimsOf(IdToken)).toMatchObject({
    "cognito:groups": ["admins", "users", "others"],
    "cognito:roles": [role("admin"), role("user")],
    "cognito:preferred_role": role("admin"),
  });
  expect(claimsOf(AccessToken)).toMatchObject({ "cognito:groups": ["admins", "users", "others"] });
  expect(claimsOf(AccessToken)).not.toHaveProperty("cognito:roles");
});

test("custom attributes are strings, and a client reads only what it may", async () => {
  await using pool = await signInPool({
    pool: {
      Schema: [
        { Name: "seats", AttributeDataType: "Number" },
        { Name: "hidden", AttributeDataType: "String" },
      ],
    },
    client: { ReadAttributes: ["custom:seats", "updated_at"] },
  });
  await pool.addUser("ada", { "custom:seats": "7", "custom:hidden": "x", email: "a@example.com", updated_at: "5" });
  const claims = claimsOf(tokensOf(await pool.signIn("ada")).IdToken);
  expect(claims).toMatchObject({ "custom:seats": "7", updated_at: 5 });
  expect(claims).not.toHaveProperty("custom:hidden");
  expect(claims).not.toHaveProperty("email");
});

test("refresh tokens give new tokens of the same sign-in until they are revoked or expire", async () => {
  await using pool = await signInPool({
    client: {
      RefreshTokenValidity: 1,
      AccessTokenValidity: 5,
      TokenValidityUnits: { AccessToken: "minutes", RefreshToken: "days" },
    },
  });
  const { call, ClientId } = pool;
  await pool.addUser("ada");
  const first = tokensOf(await pool.signIn("ada"));
  expect(first.ExpiresIn).toBe(300);
  const refresh = (REFRESH_TOKEN: string): Promise<Record<string, unknown>> =>
    call("InitiateAuth", { ClientId, AuthFlow: "REFRESH_TOKEN_AUTH", AuthParameters: { REFRESH_TOKEN } });
  pool.pass(10_000);
  const second = tokensOf(await refresh(first.RefreshToken));
  expect(second).not.toHaveProperty("RefreshToken");
  const [before, after] = [claimsOf(first.AccessToken), claimsOf(second.AccessToken)];
  expect(after).toMatchObject({ origin_jti: before["origin_jti"], auth_time: before["auth_time"] });
  expect(after["jti"]).not.toBe(before["jti"]);
  await expect(refresh("nonsense")).rejects.toMatchObject({
    name: "NotAuthorizedException",
    message: "Invalid Refresh Token",
  });

  await call("RevokeToken", { Token: first.RefreshToken, ClientId });
  await expect(refresh(first.RefreshToken)).rejects.toThrow("Refresh Token has been revoked");
  await expect(call("GetUser", { AccessToken: second.AccessToken })).rejects.toThrow("Access Token has been revoked");
  const third = tokensOf(await pool.signIn("ada"));
  pool.pass(25 * 3600 * 1000);
  await expect(refresh(third.RefreshToken)).rejects.toThrow("Refresh Token has expired");
  await expect(call("GetUser", { AccessToken: third.AccessToken })).rejects.toThrow("Access Token has expired");
});

test("signing out everywhere voids all tokens, later sign-ins count", async () => {
  await using pool = await signInPool();
  const { call, UserPoolId } = pool;
  await pool.addUser("ada");
  const one = tokensOf(await pool.signIn("ada"));
  const two = tokensOf(await pool.signIn("ada"));
  await call("GlobalSignOut", { AccessToken: one.AccessToken });
  await expect(call("GetUser", { AccessToken: two.AccessToken })).rejects.toThrow("Access Token has been revoked");
  const three = tokensOf(await pool.signIn("ada"));
  await call("GetUser", { AccessToken: three.AccessToken });
  await call("AdminUserGlobalSignOut", { UserPoolId, Username: "ada" });
  await expect(call("GetUser", { AccessToken: three.AccessToken })).rejects.toThrow("Access Token has been revoked");
});

test("with rotation each refresh token works once, and the old one for a grace period", async () => {
  await using pool = await signInPool({
    client: { RefreshTokenRotation: { Feature: "ENABLED", RetryGracePeriodSeconds: 10 } },
  });
  const { call, ClientId } = pool;
  await pool.addUser("ada");
  const { RefreshToken } = tokensOf(await pool.signIn("ada"));
  const next = tokensOf(await call("GetTokensFromRefreshToken", { ClientId, RefreshToken }));
  expect(next.RefreshToken).not.toBe(RefreshToken);
  await call("GetTokensFromRefreshToken", { ClientId, RefreshToken });
  pool.pass(10_001);
  await expect(call("GetTokensFromRefreshToken", { ClientId, RefreshToken })).rejects.toThrow(
    "Refresh Token has been revoked",
  );
  await call("GetTokensFromRefreshToken", { ClientId, RefreshToken: next.RefreshToken });
});

test("the issuer may be the multi-region form or the sandbox itself", async () => {
  await using updated = await signInPool({ cognito: { issuer: "updated" } });
  await updated.addUser("ada");
  expect(claimsOf(tokensOf(await updated.signIn("ada")).IdToken)["iss"]).toBe(
    `https://issuer-cognito-idp.us-east-1.amazonaws.com/${updated.UserPoolId}`,
  );
  await using local = await signInPool({ cognito: { issuer: "sandbox" } });
  const issuer = `${local.sandbox.cognito}/${local.UserPoolId}`;
  const discovery = await (await fetch(`${issuer}/.well-known/openid-configuration`)).json();
  expect(discovery).toMatchObject({ issuer, jwks_uri: `${issuer}/.well-known/jwks.json` });
});
