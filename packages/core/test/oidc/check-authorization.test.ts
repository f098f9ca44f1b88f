import { expect, test } from "vitest";
import { checkAuthorization } from "../../src/oidc/check-authorization.ts";
import { chooseClientId, possibleClientIds } from "../../src/oidc/federated-client-id.ts";
import type { FederatedApp } from "../../src/ports/federated-apps.ts";
import type { OidcProbe, ProbeStop } from "../../src/ports/oidc-probe.ts";

const APPLICATION = "https://app.example/c2d";
const CALLBACK = "https://api.descope.com/v1/oauth/callback";
const HOST = "https://people.auth.eu-west-1.amazoncognito.com";
const REQUEST = `${HOST}/oauth2/authorize?redirect_uri=${encodeURIComponent(CALLBACK)}&state=secret-state`;

function going(...stops: readonly ProbeStop[]): OidcProbe {
  return {
    readDocument: () => Promise.resolve({ status: 0, body: undefined }),
    follow: () => Promise.resolve(stops),
  };
}

const check = (...stops: readonly ProbeStop[]): ReturnType<typeof checkAuthorization> =>
  checkAuthorization(going({ url: REQUEST, status: 302 }, ...stops), REQUEST, APPLICATION, {});

test("a page to sign in on is what it is about; states stay out of what is shown", async () => {
  expect(await check({ url: `${HOST}/login?state=secret-state`, status: 200 })).toEqual({
    ok: true,
    redirectUri: CALLBACK,
    trail: [`${HOST}/oauth2/authorize 302`, `${HOST}/login 200`],
  });
});

test.each<[string, ProbeStop, string, string | undefined]>([
  ["an error page", { url: `${HOST}/error?error=redirect_mismatch`, status: 400 }, "redirect_mismatch", "CallbackURLs"],
  [
    "an error at the way back",
    { url: `${CALLBACK}?error=invalid_scope&error_description=invalid_scope`, status: 200 },
    "invalid_scope",
    "scopes",
  ],
  [
    "a provider that is not offered",
    {
      url: `${CALLBACK}?error=invalid_request&error_description=Login+option+is+not+available`,
      status: 400,
    },
    "invalid_request: Login option is not available",
    "SupportedIdentityProviders",
  ],
  ["an error of Descope", { url: `${APPLICATION}?err=E1+refused`, status: 0 }, "E1 refused", undefined],
  ["a host that does not answer", { url: `${HOST}/login`, status: 0 }, "does not answer", undefined],
  ["a status", { url: `${HOST}/login`, status: 503 }, "answers with status 503", undefined],
  ["the way back at once", { url: `${CALLBACK}?code=x`, status: 200 }, "without a sign-in page", undefined],
  [
    "markup in an error",
    { url: `${HOST}/error?error=${encodeURIComponent("<b>\u001b[31mx</b>")}`, status: 400 },
    "b 31mx /b",
    undefined,
  ],
])("%s is told", async (_what, stop, problem, suggestion) => {
  const result = await check(stop);
  expect(result.ok).toBe(false);
  expect(result.problem).toContain(problem);
  expect(result.suggestion ?? "none").toContain(suggestion ?? "none");
});

const app: FederatedApp = {
  id: "SA2app",
  name: "Amazon Cognito",
  description: "",
  enabled: true,
  loginPageUrl: "",
  issuer: "https://api.descope.com/P2/SA2app",
  discoveryUrl: "https://api.descope.com/P2/SA2app/.well-known/openid-configuration",
  settings: {},
};

test("a client ID that the project tells is not guessed at", async () => {
  expect(possibleClientIds({ ...app, clientId: "C1" }, "P2")).toEqual(["C1"]);
  expect(await chooseClientId(going(), { ...app, clientId: "C1" }, "P2", CALLBACK, {})).toBe("C1");
});

test("otherwise the one is taken that the endpoint accepts, and the likeliest where it accepts none", async () => {
  const pair = Buffer.from("P2:SA2app").toString("base64url");
  expect(possibleClientIds(app, "P2")).toEqual([pair, "SA2app", pair.padEnd(12, "=")]);
  const accepting = (clientId: string): OidcProbe => ({
    readDocument: () =>
      Promise.resolve({ status: 200, body: { authorization_endpoint: "https://api.descope.com/oauth2/v1/authorize" } }),
    follow: (url) =>
      Promise.resolve([{ url, status: new URL(url).searchParams.get("client_id") === clientId ? 200 : 400 }]),
  });
  expect(await chooseClientId(accepting("SA2app"), app, "P2", CALLBACK, {})).toBe("SA2app");
  expect(await chooseClientId(accepting("nobody"), app, "P2", CALLBACK, {})).toBe(pair);
  expect(await chooseClientId(going(), app, "P2", CALLBACK, {})).toBe(pair);
});
