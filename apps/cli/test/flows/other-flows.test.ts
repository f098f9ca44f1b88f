import { decodeJwt } from "jose";
import { type DirectFlowOptions, generateFlow, type GenerateFlowOptions } from "@cognito-to-descope/core";
import { type DescopeVariants, descopeVariantOptions } from "@cognito-to-descope/sandbox";
import { expect, test } from "vitest";
import { Browser } from "../../../../packages/sandbox/test/descope/browser.ts";
import { type FlowWorld, openFlowWorld, PASSWORDS } from "./flow-world.ts";
import { APPLICATION, Visitor } from "./visitor.ts";

const fresh = async (world: FlowWorld, email: string, more: object = {}): Promise<void> => {
  await world.manage("/v1/mgmt/user/create", {
    loginId: email,
    email,
    verifiedEmail: true,
    customAttributes: { freshlyMigrated: true },
    ...more,
  });
};

async function openDirect(
  options: Partial<DirectFlowOptions>,
  variants: Partial<DescopeVariants> = {},
): Promise<AsyncDisposable & { readonly world: FlowWorld; readonly flow: ReturnType<typeof generateFlow> }> {
  const world = await openFlowWorld(variants);
  await world.manage("/v1/mgmt/connector", {
    name: "Cognito",
    type: "http",
    configuration: {
      baseUrl: world.sandbox.cognito,
      headers: [
        { key: "Content-Type", value: "application/x-amz-json-1.1" },
        { key: "X-Amz-Target", value: "AWSCognitoIdentityProviderService.InitiateAuth" },
      ],
    },
  });
  const flow = generateFlow({
    kind: "direct-cognito",
    connector: { name: "Cognito" },
    clientId: world.clientId,
    signUpAction: "password-sign-up",
    ...options,
  });
  await world.take(flow);
  return { world, flow, [Symbol.asyncDispose]: () => world[Symbol.asyncDispose]() };
}

const escapings = descopeVariantOptions.templateEscaping.values;
const results = descopeVariantOptions.connectorResult.values;

test.each(
  escapings.flatMap((templateEscaping) => results.map((connectorResult) => ({ templateEscaping, connectorResult }))),
)(
  "the direct flow asks Cognito itself, with every password once it is known how payloads are escaped: %j",
  async (variants) => {
    await using scene = await openDirect({ templateEscaping: variants.templateEscaping }, variants);
    const { world, flow } = scene;
    // Cognito takes no password with white space.
    for (const [index, password] of PASSWORDS.filter((one) => /^\S+$/.test(one)).entries()) {
      const email = `u${index}@example.com`;
      await world.addUser(email, password);
      const before = world.askedCognito();
      const visitor = await Visitor.enter(world, flow);
      expect(await visitor.press("submit", { email, password })).toBe("signed in");
      expect(visitor.session.user).toMatchObject({ loginIds: [email], customAttributes: { freshlyMigrated: false } });
      expect(world.askedCognito()).toBe(before + 1);
      // Known users skip Cognito.
      const again = await Visitor.enter(world, flow);
      expect(await again.press("submit", { email, password })).toBe("signed in");
      expect(world.askedCognito()).toBe(before + 1);
    }
  },
);

test.each(escapings)(
  "as long as escaping is not known, the direct flow sends no password that would need it (escaping: %s)",
  async (templateEscaping) => {
    await using scene = await openDirect({}, { templateEscaping });
    const { world, flow } = scene;
    await world.addUser("ana@example.com", "Plain-Passw0rd");
    const plain = await Visitor.enter(world, flow);
    const fields = { email: "ana@example.com", password: "Plain-Passw0rd" };
    expect(await plain.press("submit", fields)).toBe("signed in");
    const before = world.askedCognito();
    for (const password of ['Quote"-A1', "Back\\slash-A1", "Line\nbreak-A1"]) {
      const visitor = await Visitor.enter(world, flow);
      expect(await visitor.press("submit", { email: "bob@example.com", password })).toBe("Another way");
    }
    expect(world.askedCognito()).toBe(before);
  },
);

test("whom Cognito does not let in directly tries again, or proves the address and chooses a password", async () => {
  await using scene = await openDirect({});
  const { world, flow } = scene;
  await world.addUser("ana@example.com", "Plain-Passw0rd");
  const visitor = await Visitor.enter(world, flow);
  const fields = { email: "ana@example.com", password: "wrong" };
  expect(await visitor.press("submit", fields)).toBe("Another way");
  expect(await visitor.press("back")).toBe("Sign In");
  expect(await visitor.press("submit", fields)).toBe("Another way");
  expect(await visitor.press("sendCode")).toBe("Verify OTP");
  expect(await visitor.typeCode()).toBe("Choose a new password");
  expect(await visitor.press("save", { newPassword: "Another-Passw0rd" })).toBe("signed in");
  // A temporary password gets a challenge and no tokens.
  await world.cognito("AdminSetUserPassword", {
    UserPoolId: world.userPoolId,
    Username: "ana@example.com",
    Password: "Temporary-1",
    Permanent: false,
  });
  await world.sdk.management.user.delete("ana@example.com");
  const challenged = await Visitor.enter(world, flow);
  const temporary = { email: "ana@example.com", password: "Temporary-1" };
  expect(await challenged.press("submit", temporary)).toBe("Another way");
});

test("imported users choose a password at their first sign-in, and sign in with it from then on", async () => {
  await using world = await openFlowWorld();
  const flow = generateFlow({ kind: "reset-password" });
  await world.take(flow);
  await fresh(world, "ana@example.com");
  const visitor = await Visitor.enter(world, flow);
  expect(await visitor.press("submit", { email: "ana@example.com" })).toBe("Password Reset Sent");
  expect(await visitor.followLink()).toBe("Choose a new password");
  expect(await visitor.press("save", { newPassword: "Another-Passw0rd" })).toBe("signed in");
  expect(visitor.session.user["customAttributes"]).toEqual({ freshlyMigrated: false });
  const again = await Visitor.enter(world, flow);
  expect(await again.press("submit", { email: "ana@example.com" })).toBe("Password");
  expect(await again.press("submit", { password: "Another-Passw0rd" })).toBe("signed in");
});

test.each([
  ["magic-link", "Magic Link Sent"],
  ["otp-email", "Verify OTP"],
] as const)("without passwords (%s) users prove their address, and strangers learn nothing", async (method, screen) => {
  await using world = await openFlowWorld();
  const flow = generateFlow({ kind: "passwordless", method });
  await world.take(flow);
  await fresh(world, "ana@example.com");
  const stranger = await Visitor.enter(world, flow);
  expect(await stranger.press("submit", { email: "who@example.com" })).toBe(screen);
  const shown = stranger.answer.screen?.state;
  expect(await stranger.press("resend")).toBe(screen);
  expect(world.sandbox.descopeService.messages()).toEqual([]);

  const visitor = await Visitor.enter(world, flow);
  expect(await visitor.press("submit", { email: "ana@example.com" })).toBe(screen);
  expect({ ...visitor.answer.screen?.state, form: undefined }).toEqual({ ...shown, form: undefined });
  expect(await (method === "magic-link" ? visitor.followLink() : visitor.typeCode())).toBe("signed in");
  expect(visitor.session.user["customAttributes"]).toEqual({ freshlyMigrated: false });
});

test("a passkey is offered to those whose device can have one, once", async () => {
  await using world = await openFlowWorld();
  const flow = generateFlow({ kind: "passwordless", method: "otp-sms", identifier: "phone", unknownUsers: "sign-up" });
  await world.take(flow);
  const device = { webAuthnSupport: true };
  const visitor = await Visitor.enter(world, flow, device);
  expect(await visitor.press("submit", { phone: "+15555550100" })).toBe("Verify OTP");
  expect(await visitor.typeCode()).toBe("Promote Passkeys");
  expect(await visitor.press("addPasskey")).toBe("webauthnCreate");
  const { transactionId = "", options = "" } = visitor.answer.webauthn ?? {};
  const { challenge } = (JSON.parse(options) as { publicKey: { challenge: string } }).publicKey;
  const clientDataJSON = Buffer.from(JSON.stringify({ type: "webauthn.create", challenge })).toString("base64url");
  const response = JSON.stringify({ id: "a-credential", type: "public-key", response: { clientDataJSON } });
  expect(await visitor.next(visitor.answer.stepId, "submit", { transactionId, response })).toBe("signed in");
  expect(visitor.session.user["webauthn"]).toBe(true);
  const again = await Visitor.enter(world, flow, device);
  await again.press("submit", { phone: "+15555550100" });
  expect(await again.typeCode()).toBe("signed in");
});

async function withCognitoAsProvider(world: FlowWorld): Promise<void> {
  const { UserPoolClient } = (await world.cognito("CreateUserPoolClient", {
    UserPoolId: world.userPoolId,
    ClientName: "descope",
    GenerateSecret: true,
    AllowedOAuthFlowsUserPoolClient: true,
    AllowedOAuthFlows: ["code"],
    AllowedOAuthScopes: ["openid", "email", "profile"],
    CallbackURLs: [`${world.sandbox.descope}/v1/oauth/callback`],
    SupportedIdentityProviders: ["COGNITO"],
  })) as { UserPoolClient: { ClientId: string; ClientSecret: string } };
  await world.cognito("CreateUserPoolDomain", { UserPoolId: world.userPoolId, Domain: "before" });
  const discovery = await fetch(`${world.sandbox.cognito}/${world.userPoolId}/.well-known/openid-configuration`);
  const found = (await discovery.json()) as Record<string, string>;
  await world.manage("/v1/mgmt/oauth/provider", {
    id: "cognito",
    clientId: UserPoolClient.ClientId,
    clientSecret: UserPoolClient.ClientSecret,
    allowedGrantTypes: ["authorization_code"],
    issuer: found["issuer"],
    authUrl: found["authorization_endpoint"],
    tokenUrl: found["token_endpoint"],
    userDataUrl: found["userinfo_endpoint"],
    jwksUrl: found["jwks_uri"],
    scopes: ["openid", "email", "profile"],
    userDataClaimsMapping: {
      loginId: "email",
      email: "email",
      verifiedEmail: "email_verified",
      customAttributes: { cognitoSub: "sub" },
    },
  });
}

test.each([
  ["magic-link", "ana@example.com"],
  ["password", "new@example.com"],
] as const)("users sign in at Cognito once, and here from then on (afterwards: %s)", async (afterwards, email) => {
  await using world = await openFlowWorld();
  await withCognitoAsProvider(world);
  const sub = await world.addUser(email, "Plain-Passw0rd");
  await fresh(world, "ana@example.com");
  const flow = generateFlow({ kind: "cognito-oidc", afterwards });
  await world.take(flow);
  const visitor = await Visitor.enter(world, flow);
  expect(await visitor.press("submit", { email })).toBe("redirect");
  const browser = new Browser(APPLICATION);
  const login = await browser.open(visitor.answer.redirect?.url ?? "");
  const back = new URL((await browser.submit(login, { username: email, password: "Plain-Passw0rd" })).url);
  const [, stepId = ""] = (back.searchParams.get("descope-login-flow") ?? "").split(/_(?=[^_]*$)/);
  await visitor.next(stepId, "submit", { exchangeCode: back.searchParams.get("code") ?? "" });
  if (afterwards === "password") await visitor.press("save", { newPassword: "Another-Passw0rd" });
  expect(visitor.session.user).toMatchObject({
    loginIds: [email],
    verifiedEmail: true,
    customAttributes: { freshlyMigrated: false, cognitoSub: sub },
  });

  const asked = world.askedCognito();
  const again = await Visitor.enter(world, flow);
  const second = await again.press("submit", { email });
  expect(second).toBe(afterwards === "password" ? "Password" : "Magic Link Sent");
  await (afterwards === "password" ? again.press("submit", { password: "Another-Passw0rd" }) : again.followLink());
  expect(again.sees).toBe("signed in");
  expect(world.askedCognito()).toBe(asked);
});

test.each([{ method: "password" }, { method: "otp-email" }] as const)(
  "the flow for Cognito as the relying party puts the email address into the token, however one signs in: %j",
  async ({ method }) => {
    await using world = await openFlowWorld();
    const flow = generateFlow({ kind: "token-claims", method });
    await world.take(flow);
    await fresh(world, "ana@example.com");
    const visitors = [await Visitor.enter(world, flow)];
    const [visitor] = visitors;
    if (method === "password") {
      await visitor?.press("forgot", { email: "ana@example.com" });
      await visitor?.followLink();
      await visitor?.press("save", { newPassword: "Another-Passw0rd" });
      const again = await Visitor.enter(world, flow);
      await again.press("submit", { email: "ana@example.com", password: "Another-Passw0rd" });
      visitors.push(again);
    } else {
      await visitor?.press("submit", { email: "ana@example.com" });
      await visitor?.typeCode();
    }
    for (const { session } of visitors)
      expect(decodeJwt(session.sessionJwt)).toMatchObject({ email: "ana@example.com", email_verified: true });
  },
);

test.each([
  [{ kind: "direct-cognito", connector: { name: "c" }, clientId: "abc" }, /step "Sign Up \/ Password" is not known/],
  [
    { kind: "direct-cognito", connector: { name: "c" }, clientId: "abc", signUpAction: "Sign Up" },
    /lower-case letters/,
  ],
  [{ kind: "direct-cognito", connector: { name: "c" }, clientId: 'a"b', signUpAction: "x" }, /app client ID/],
  [{ kind: "jit-password", connector: { name: " " } }, /needs a name/],
  [{ kind: "jit-password", connector: { name: "c" }, timeoutSeconds: 0 }, /1 to 60 seconds/],
  [{ kind: "jit-password", connector: { name: "c" }, userPoolId: 'x"y' }, /user pool ID/],
  [{ kind: "reset-password", flowId: "no spaces" }, /flow ID/],
] as const)("options that cannot make a flow are refused: %j", (options, message) => {
  expect(() => generateFlow(options as GenerateFlowOptions)).toThrow(message);
});
