import { X509Certificate, verify } from "node:crypto";
import { inflateRawSync } from "node:zlib";
import * as samlify from "samlify";
import { expect, test } from "vitest";

import { Browser } from "../descope/browser.ts";
import { startIdentityProvider } from "../descope/identity-provider.ts";
import { createSamlIdp, idpEntityId } from "../descope/saml-idp.ts";
import type { SamlIdp } from "../descope/saml-idp.ts";
import { claimsOf, signInPool } from "./sign-in-pool.ts";
import type { SignInPool } from "./sign-in-pool.ts";

const callback = "https://app.example/callback";

async function federatedPool(): Promise<SignInPool> {
  return signInPool({
    pool: { Schema: [{ Name: "groups", AttributeDataType: "String" }] },
    client: {
      AllowedOAuthFlowsUserPoolClient: true,
      AllowedOAuthFlows: ["code"],
      AllowedOAuthScopes: ["openid"],
      CallbackURLs: [callback],
      SupportedIdentityProviders: ["COGNITO"],
    },
  });
}

async function addProvider(
  pool: SignInPool,
  provider: Readonly<Record<string, unknown>> & { readonly ProviderName: string },
): Promise<void> {
  const { call, UserPoolId, ClientId } = pool;
  await call("CreateIdentityProvider", { UserPoolId, ...provider });
  const { UserPoolClient } = (await call("DescribeUserPoolClient", { UserPoolId, ClientId })) as {
    UserPoolClient: object;
  };
  await call("UpdateUserPoolClient", {
    ...UserPoolClient,
    SupportedIdentityProviders: ["COGNITO", provider.ProviderName],
  });
}

const authorizeUrl = (pool: SignInPool, parameters: Readonly<Record<string, string>>): string =>
  `${pool.sandbox.cognito}/oauth2/authorize?${new URLSearchParams({
    client_id: pool.ClientId,
    response_type: "code",
    redirect_uri: callback,
    scope: "openid",
    state: "s",
    ...parameters,
  }).toString()}`;

async function idTokenOf(pool: SignInPool, location: string): Promise<Record<string, unknown>> {
  const answer = await fetch(`${pool.sandbox.cognito}/oauth2/token`, {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "authorization_code",
      client_id: pool.ClientId,
      redirect_uri: callback,
      code: new URL(location).searchParams.get("code") ?? "",
    }),
  });
  const { id_token } = (await answer.json()) as { id_token: string };
  return claimsOf(id_token);
}

/** Signs anybody in at oidc-provider's development pages. */
async function signInAtProvider(browser: Browser, url: string, login: string): Promise<string> {
  let page = await browser.open(url);
  page = await browser.submit(page, { login, password: "any" });
  if (!page.url.startsWith(callback)) page = await browser.submit(page, {});
  return page.url;
}

test("users of an OpenID provider come in, get a profile, and are brought up to date", async () => {
  await using pool = await federatedPool();
  const { call, UserPoolId, sandbox } = pool;
  let name = "Ana";
  await using provider = await startIdentityProvider(`${sandbox.cognito}/oauth2/idpresponse`, (sub) => ({
    email: `${sub}@corp.example`,
    email_verified: true,
    name,
    groups: ["staff", "people & more"],
  }));
  await addProvider(pool, {
    ProviderName: "Corp-IdP",
    ProviderType: "OIDC",
    ProviderDetails: {
      client_id: provider.clientId,
      client_secret: provider.clientSecret,
      attributes_request_method: "GET",
      oidc_issuer: provider.issuer,
      authorize_scopes: "openid email profile",
    },
    AttributeMapping: { email: "email", name: "name", "custom:groups": "groups" },
    IdpIdentifiers: ["corp.example"],
  });
  const back = await signInAtProvider(
    new Browser(callback),
    authorizeUrl(pool, { idp_identifier: "corp.example" }),
    "Ana",
  );
  const claims = await idTokenOf(pool, back);
  expect(claims).toMatchObject({
    "cognito:username": "corp-idp_ana",
    email: "Ana@corp.example",
    email_verified: false,
    name: "Ana",
    "custom:groups": "[staff, people+%26+more]",
    "cognito:groups": [`${UserPoolId}_Corp-IdP`],
    identities: [{ userId: "ana", providerName: "Corp-IdP", providerType: "OIDC", issuer: null, primary: "true" }],
  });
  expect(await call("AdminGetUser", { UserPoolId, Username: "corp-idp_ana" })).toMatchObject({
    UserStatus: "EXTERNAL_PROVIDER",
  });
  name = "Ana Maria";
  const again = await signInAtProvider(
    new Browser(callback),
    authorizeUrl(pool, { identity_provider: "Corp-IdP" }),
    "Ana",
  );
  expect(await idTokenOf(pool, again)).toMatchObject({ sub: claims["sub"], name: "Ana Maria" });

  await call("AdminDisableUser", { UserPoolId, Username: "corp-idp_ana" });
  const refused = await signInAtProvider(
    new Browser(callback),
    authorizeUrl(pool, { identity_provider: "Corp-IdP" }),
    "Ana",
  );
  expect(new URL(refused).searchParams.get("error_description")).toBe("User is disabled.");
});

test("a linked identity signs in as the local user", async () => {
  await using pool = await federatedPool();
  const { call, UserPoolId, sandbox } = pool;
  await using provider = await startIdentityProvider(`${sandbox.cognito}/oauth2/idpresponse`, () => ({}));
  await addProvider(pool, {
    ProviderName: "Corp",
    ProviderType: "OIDC",
    ProviderDetails: {
      client_id: provider.clientId,
      client_secret: provider.clientSecret,
      attributes_request_method: "GET",
      oidc_issuer: provider.issuer,
      authorize_scopes: "openid",
    },
  });
  await pool.addUser("local");
  await call("AdminLinkProviderForUser", {
    UserPoolId,
    DestinationUser: { ProviderName: "Cognito", ProviderAttributeValue: "local" },
    SourceUser: { ProviderName: "Corp", ProviderAttributeName: "Cognito_Subject", ProviderAttributeValue: "ana" },
  });
  const back = await signInAtProvider(new Browser(callback), authorizeUrl(pool, { identity_provider: "Corp" }), "ana");
  expect(await idTokenOf(pool, back)).toMatchObject({ "cognito:username": "local" });
});

interface SamlPool extends AsyncDisposable {
  readonly pool: SignInPool;
  readonly idp: SamlIdp;
  readonly acsUrl: string;
  readonly audience: string;
  /** Begins at the application; gives what the provider gets. */
  begin(): Promise<{ readonly relay: string; readonly requestId: string; readonly request: string }>;
  post(response: string, relay: string): Promise<Response>;
}

async function samlPool(details: object = {}): Promise<SamlPool> {
  const pool = await federatedPool();
  const idp = createSamlIdp();
  await addProvider(pool, {
    ProviderName: "Okta",
    ProviderType: "SAML",
    ProviderDetails: { MetadataFile: idp.metadata(), ...details },
    AttributeMapping: { email: "mail", name: "fullName", "custom:groups": "memberOf" },
  });
  const acsUrl = `${pool.sandbox.cognito}/saml2/idpresponse`;
  return {
    pool,
    idp,
    acsUrl,
    audience: `urn:amazon:cognito:sp:${pool.UserPoolId}`,
    begin: async () => {
      const answer = await fetch(authorizeUrl(pool, { identity_provider: "Okta" }), { redirect: "manual" });
      const { searchParams } = new URL(answer.headers.get("location") ?? "");
      const request = inflateRawSync(Buffer.from(searchParams.get("SAMLRequest") ?? "", "base64")).toString();
      const requestId = /\bID="([^"]+)"/.exec(request)?.[1] ?? "";
      return { relay: searchParams.get("RelayState") ?? "", requestId, request };
    },
    post: (SAMLResponse, RelayState) =>
      fetch(acsUrl, { method: "POST", redirect: "manual", body: new URLSearchParams({ SAMLResponse, RelayState }) }),
    [Symbol.asyncDispose]: () => pool[Symbol.asyncDispose](),
  };
}

const errorOf = (answer: Response): string =>
  new URL(answer.headers.get("location") ?? "").searchParams.get("error_description") ?? "";

test("a SAML assertion signs in, once", async () => {
  await using saml = await samlPool();
  const { idp, acsUrl, audience } = saml;
  const { relay, requestId, request } = await saml.begin();
  expect(request).toContain(
    `<saml:Issuer xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">${audience}</saml:Issuer>`,
  );
  const response = await idp.respond({ acsUrl, audience, inResponseTo: requestId, email: "Ana@Acme.example" });
  const back = await saml.post(response, relay);
  const claims = await idTokenOf(saml.pool, back.headers.get("location") ?? "");
  expect(claims).toMatchObject({
    "cognito:username": "okta_ana@acme.example",
    email: "Ana@Acme.example",
    "custom:groups": "[staff, people]",
    identities: [{ providerType: "SAML", issuer: idpEntityId, userId: "ana@acme.example" }],
  });
  expect((await saml.post(response, relay)).status).toBe(400);
  const second = await saml.begin();
  expect(errorOf(await saml.post(response, second.relay))).toMatch(/InResponseTo/);
});

test.each([
  ["for somebody else", { audience: "urn:amazon:cognito:sp:other" }, /audience/i],
  ["that has expired", { lifetimeMs: -120_000 }, /subject confirmation/],
  ["of another provider", { issuer: "https://evil.example" }, /issuer/i],
])("refuses an assertion %s", async (_what, wrong, message) => {
  await using saml = await samlPool();
  const { relay, requestId } = await saml.begin();
  const right = { acsUrl: saml.acsUrl, audience: saml.audience, inResponseTo: requestId };
  const answer = await saml.post(await saml.idp.respond({ ...right, ...wrong }), relay);
  expect(errorOf(answer)).toMatch(message);
});

test("refuses an assertion that was changed, or signed by somebody else", async () => {
  await using saml = await samlPool();
  const { relay, requestId } = await saml.begin();
  const options = { acsUrl: saml.acsUrl, audience: saml.audience, inResponseTo: requestId };
  const xml = Buffer.from(await saml.idp.respond(options), "base64").toString();
  const changed = Buffer.from(xml.replaceAll("ana@acme.example", "boss@acme.example")).toString("base64");
  expect(errorOf(await saml.post(changed, relay))).toMatch(/signature/i);
  const other = await saml.begin();
  const forged = await createSamlIdp().respond({ ...options, inResponseTo: other.requestId });
  expect(errorOf(await saml.post(forged, other.relay))).toMatch(/signature/i);
  const third = await saml.begin();
  const signed = await saml.idp.respond({ ...options, inResponseTo: third.requestId });
  const bare = Buffer.from(signed, "base64")
    .toString()
    .replace(/<ds:Signature[\s\S]*?<\/ds:Signature>/g, "");
  const unsigned = Buffer.from(bare).toString("base64");
  expect(errorOf(await saml.post(unsigned, third.relay))).toMatch(/signature/i);
});

test("an assertion that nobody asked for counts only where the provider allows it", async () => {
  const relayOf = (pool: SignInPool): string =>
    new URLSearchParams({
      identity_provider: "Okta",
      client_id: pool.ClientId,
      redirect_uri: callback,
      response_type: "code",
      scope: "openid",
    }).toString();
  await using open = await samlPool({ IDPInit: "true" });
  const response = await open.idp.respond({ acsUrl: open.acsUrl, audience: open.audience });
  const back = await open.post(response, relayOf(open.pool));
  expect(back.headers.get("location")).toContain(`${callback}?code=`);
  expect(errorOf(await open.post(response, relayOf(open.pool)))).toBe("the assertion was used before");
  await using closed = await samlPool();
  const unasked = await closed.idp.respond({ acsUrl: closed.acsUrl, audience: closed.audience });
  const refused = await closed.post(unasked, relayOf(closed.pool));
  expect(refused.status).toBe(400);
  expect(await refused.text()).toContain("Invalid relayState from identity provider");
});

test("requests are signed where the provider asks for it, by the pool's certificate", async () => {
  await using saml = await samlPool({ RequestSigningAlgorithm: "rsa-sha256", EncryptedResponses: "true" });
  const { pool } = saml;
  const { Certificate } = (await pool.call("GetSigningCertificate", { UserPoolId: pool.UserPoolId })) as {
    Certificate: string;
  };
  const certificate = new X509Certificate(Buffer.from(Certificate, "base64"));
  expect(certificate.verify(certificate.publicKey)).toBe(true);
  expect(Date.parse(certificate.validTo) - Date.parse(certificate.validFrom)).toBeGreaterThan(3650 * 86_400_000);
  const answer = await fetch(authorizeUrl(pool, { identity_provider: "Okta" }), { redirect: "manual" });
  const location = answer.headers.get("location") ?? "";
  const signed = /(SAMLRequest=.*&SigAlg=[^&]*)&Signature=([^&]*)/.exec(location);
  const signature = Buffer.from(decodeURIComponent(signed?.[2] ?? ""), "base64");
  expect(verify("sha256", Buffer.from(signed?.[1] ?? ""), certificate.publicKey, signature)).toBe(true);
  const described = await pool.call("DescribeIdentityProvider", { UserPoolId: pool.UserPoolId, ProviderName: "Okta" });
  expect(described).toMatchObject({
    IdentityProvider: { ProviderDetails: { ActiveEncryptionCertificate: Certificate } },
  });
});

test("an assertion may come encrypted to the pool's certificate, and to no other", async () => {
  await using saml = await samlPool({ EncryptedResponses: "true" });
  const { pool, idp, acsUrl, audience } = saml;
  const { IdentityProvider } = (await pool.call("DescribeIdentityProvider", {
    UserPoolId: pool.UserPoolId,
    ProviderName: "Okta",
  })) as { IdentityProvider: { ProviderDetails: Record<string, string> } };
  const settings = {
    metadata: idp.metadata(),
    isAssertionEncrypted: true,
    dataEncryptionAlgorithm: "http://www.w3.org/2009/xmlenc11#aes256-gcm",
    keyEncryptionAlgorithm: "http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p",
  };
  const encryptFor = (certificate: string, response: string): Promise<string> =>
    samlify.SamlLib.encryptAssertion(
      samlify.IdentityProvider(settings),
      samlify.ServiceProvider({ entityID: audience, encryptCert: certificate }),
      Buffer.from(response, "base64").toString(),
    );
  const signIn = async (certificate: string): Promise<Response> => {
    const { relay, requestId } = await saml.begin();
    const response = await idp.respond({ acsUrl, audience, inResponseTo: requestId });
    return saml.post(await encryptFor(certificate, response), relay);
  };
  const own = IdentityProvider.ProviderDetails["ActiveEncryptionCertificate"] ?? "";
  const back = await signIn(own);
  expect(await idTokenOf(pool, back.headers.get("location") ?? "")).toMatchObject({ email: "ana@acme.example" });
  const other = createSamlIdp().certificate.replaceAll(/-----[^-]+-----|\s/g, "");
  expect(errorOf(await signIn(other))).not.toBe("");
});
