import { describe, expect, test } from "vitest";
import { formOf, oidcConnection, samlConnection } from "../../../../packages/core/test/sso/bridge/sample-bridge.ts";
import { createStateSealer } from "../../src/index.ts";
import { type BridgeScene, type SceneOptions, startScene, STATE_SECRET } from "./bridge-scene.ts";
import { type Origin, startOrigin } from "./origin.ts";
import { type Answer, ask, post } from "./raw-client.ts";

const CALL_BACK = "https://api.descope.com/v1/oauth/callback";
const AUTHORIZE = {
  client_id: "Initech-client",
  redirect_uri: CALL_BACK,
  response_type: "code",
  scope: "openid email",
  state: "descope's state / ümlaut",
  nonce: "n-1",
  code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
  code_challenge_method: "S256",
  login_hint: "ana@initech.example",
};

interface OidcScene extends AsyncDisposable {
  readonly scene: BridgeScene;
  readonly provider: Origin;
}

async function startOidc(options: SceneOptions = {}): Promise<OidcScene> {
  const provider = await startOrigin("provider");
  const plain = oidcConnection("Initech");
  const upstream =
    plain.upstream === undefined ? {} : { upstream: { ...plain.upstream, tokenUrl: `${provider.url}/token?v=2` } };
  const scene = await startScene({ connections: [{ ...plain, ...upstream }, samlConnection("Acme")], ...options });
  return {
    scene,
    provider,
    async [Symbol.asyncDispose]() {
      await scene[Symbol.asyncDispose]();
      await provider[Symbol.asyncDispose]();
    },
  };
}

function authorize(scene: BridgeScene, more: Readonly<Record<string, string>> = {}, name = "Initech"): Promise<Answer> {
  return ask(scene.port, { path: `/_bridge/oidc/${name}/authorize?${formOf({ ...AUTHORIZE, ...more })}` });
}

interface Begun {
  readonly state: string;
  readonly cookie: string;
}

async function begin(scene: BridgeScene, more: Readonly<Record<string, string>> = {}): Promise<Begun> {
  const { headers } = await authorize(scene, more);
  const state = new URL(headers.location ?? "").searchParams.get("state") ?? "";
  return { state, cookie: headers["set-cookie"]?.[0]?.split(";")[0] ?? "" };
}

function finish(
  scene: BridgeScene,
  { state, cookie }: Begun,
  more: Readonly<Record<string, string>> = { code: "c-1" },
): Promise<Answer> {
  return ask(scene.port, { path: `/oauth2/idpresponse?${formOf({ ...more, state })}`, headers: { cookie } });
}

describe("authorization through the bridge", () => {
  test("leads to the provider, with the redirect URI that is registered there and everything else as it was", async () => {
    await using oidc = await startOidc();
    const { status, headers } = await authorize(oidc.scene);
    expect(status).toBe(303);
    const location = new URL(headers.location ?? "");
    expect(location.origin + location.pathname).toBe("https://login.initech.example/authorize");
    const { state, ...others } = Object.fromEntries(location.searchParams);
    expect(others).toEqual({
      ...Object.fromEntries(Object.entries(AUTHORIZE).filter(([name]) => name !== "state")),
      redirect_uri: "https://auth.example.com/oauth2/idpresponse",
    });
    expect(state).toMatch(/^c2d1\.[\w-]+$/);
    expect(headers["set-cookie"]?.[0]).toMatch(
      /^__Host-c2d-[0-9a-f]{8}=[0-9a-f]{32}; Path=\/; Secure; HttpOnly; SameSite=None; Max-Age=600$/,
    );
  });

  test.each([
    ["another client", { client_id: "someone" }],
    ["an address that is not Descope's", { redirect_uri: "https://evil.example/" }],
    ["an address that begins like Descope's", { redirect_uri: `${CALL_BACK}.evil.example` }],
    ["an address with something behind it", { redirect_uri: `${CALL_BACK}?x=1` }],
    ["an address in other letters", { redirect_uri: CALL_BACK.toUpperCase() }],
    ["no address", { redirect_uri: "" }],
    ["a state that no URL has room for", { state: "x".repeat(2049) }],
  ])("from %s leads nowhere", async (_what, more) => {
    await using oidc = await startOidc();
    const { status, headers } = await authorize(oidc.scene, more);
    expect([status, headers.location, headers["set-cookie"]]).toEqual([400, undefined, undefined]);
  });

  test("with a parameter twice leads nowhere", async () => {
    await using oidc = await startOidc();
    for (const twice of ["redirect_uri=https://evil.example", "client_id=x", "state=x", "scope=x"]) {
      const path = `/_bridge/oidc/Initech/authorize?${formOf(AUTHORIZE)}&${twice}`;
      expect((await ask(oidc.scene.port, { path })).status).toBe(400);
    }
  });

  test("for what comes back in a fragment, or is asked in an object, is an error that the client hears", async () => {
    await using oidc = await startOidc();
    for (const [more, error] of [
      [{ response_type: "id_token" }, "unsupported_response_type"],
      [{ request: "e30.e30." }, "request_not_supported"],
      [{ request_uri: "https://evil.example" }, "request_uri_not_supported"],
    ] as const) {
      const { headers } = await authorize(oidc.scene, { ...more, state: "1" });
      expect(headers.location).toBe(`${CALL_BACK}?error=${error}&state=1`);
    }
  });

  test("is there for OIDC connections only, and only when states can be sealed", async () => {
    await using oidc = await startOidc();
    for (const name of ["Acme", "nobody", "%", "Initech%2f"])
      expect((await authorize(oidc.scene, {}, name)).status).toBe(404);
    await using unsealed = await startOidc({ sealer: undefined });
    expect((await authorize(unsealed.scene)).status).toBe(404);
  });
});

describe("a response to the bridge", () => {
  test("leads back to Descope with its own state, and forgets the cookie", async () => {
    await using oidc = await startOidc();
    const begun = await begin(oidc.scene);
    const { status, headers } = await finish(oidc.scene, begun, { code: "c-1", iss: "https://login.initech.example" });
    expect([status, headers["set-cookie"]?.[0]]).toEqual([303, expect.stringMatching(/=; Path=\/; .*Max-Age=0$/)]);
    const location = new URL(headers.location ?? "");
    expect(location.origin + location.pathname).toBe(CALL_BACK);
    expect(Object.fromEntries(location.searchParams)).toEqual({
      code: "c-1",
      iss: "https://login.initech.example",
      state: AUTHORIZE.state,
    });
    expect(oidc.scene.entries.at(-1)).toMatchObject({ to: "descope", reason: "sealed-state", accepted: true });
    expect(oidc.scene.cognito.seen).toEqual([]);
  });

  test("may be an error, and may be posted", async () => {
    await using oidc = await startOidc();
    const { headers } = await finish(oidc.scene, await begin(oidc.scene), {
      error: "access_denied",
      error_description: "no",
    });
    expect(Object.fromEntries(new URL(headers.location ?? "").searchParams)).toMatchObject({
      error: "access_denied",
      error_description: "no",
      state: AUTHORIZE.state,
    });
    const { state, cookie } = await begin(oidc.scene);
    const posted = await post(oidc.scene.port, "/oauth2/idpresponse", formOf({ code: "c-2", state }), { cookie });
    expect(new URL(posted.headers.location ?? "").searchParams.get("code")).toBe("c-2");
  });

  test("counts once, in the browser that began, and for ten minutes", async () => {
    await using oidc = await startOidc();
    const { scene } = oidc;
    const begun = await begin(scene);
    expect((await finish(scene, { ...begun, cookie: "" })).status).toBe(400);
    expect((await finish(scene, { ...begun, cookie: `${begun.cookie}0` })).status).toBe(400);
    expect((await finish(scene, begun)).status).toBe(303);
    expect((await finish(scene, begun)).status).toBe(400);

    const late = await begin(scene);
    scene.clock.time += 600_000;
    expect((await finish(scene, late)).status).toBe(400);
    const early = await begin(scene);
    scene.clock.time += 599_999;
    expect((await finish(scene, early)).status).toBe(303);
    expect(scene.cognito.seen).toEqual([]);
  });

  test("counts for no state that the bridge did not seal, or that somebody changed", async () => {
    await using oidc = await startOidc();
    const begun = await begin(oidc.scene);
    const sealed = begun.state.slice(5);
    const stranger = await createStateSealer([`${STATE_SECRET} of somebody else`]);
    const forged = await stranger.seal(
      JSON.stringify(["eu-west-1_AbCdEf123/Initech", "", CALL_BACK, 9e15, "0".repeat(32)]),
    );
    const changed = Array.from({ length: 40 }, (_, index) => {
      const at = Math.floor((index * sealed.length) / 40);
      return `${sealed.slice(0, at)}${sealed[at] === "A" ? "B" : "A"}${sealed.slice(at + 1)}`;
    });
    for (const state of [forged, sealed.slice(1), `${sealed}A`, `${sealed}=`, "", "!", ...changed]) {
      expect((await finish(oidc.scene, { ...begun, state: `c2d1.${state}` })).status).toBe(400);
    }
    expect((await finish(oidc.scene, begun)).status).toBe(303);
  });

  test("goes to Cognito with every other state", async () => {
    await using oidc = await startOidc();
    expect((await ask(oidc.scene.port, { path: "/oauth2/idpresponse?code=c&state=H4sIAAAA" })).body).toBe("cognito ok");
    expect((await post(oidc.scene.port, "/oauth2/idpresponse", "code=c&state=H4sIAAAA")).body).toBe("cognito ok");
    expect(oidc.scene.cognito.seen.map(({ url, body }) => [url, body])).toEqual([
      ["/oauth2/idpresponse?code=c&state=H4sIAAAA", ""],
      ["/oauth2/idpresponse", "code=c&state=H4sIAAAA"],
    ]);
  });

  test("is opened with the secret before as well, while it is being replaced", async () => {
    const before = await createStateSealer([STATE_SECRET]);
    const during = await createStateSealer([`${STATE_SECRET} anew`, STATE_SECRET]);
    expect(await during.open(await before.seal("text"))).toBe("text");
    expect(await before.open(await during.seal("text"))).toBeUndefined();
    await expect(createStateSealer(["short"])).rejects.toThrow("at least 32 characters");
  });
});

describe("a token request through the bridge", () => {
  const request = { grant_type: "authorization_code", code: "c-1", redirect_uri: CALL_BACK, code_verifier: "v~1" };
  const token = (
    scene: BridgeScene,
    form: Readonly<Record<string, string>>,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer> => post(scene.port, "/_bridge/oidc/Initech/token", formOf(form), headers);

  test("reaches the provider with the redirect URI that is registered there and with the client's secret", async () => {
    await using oidc = await startOidc();
    oidc.provider.answer = undefined;
    const answer = await token(oidc.scene, { ...request, client_id: "Initech-client", client_secret: "s" });
    expect([answer.status, answer.body]).toEqual([200, "provider ok"]);
    const [seen] = oidc.provider.seen;
    expect(seen?.url).toBe("/token?v=2");
    expect(Object.fromEntries(new URLSearchParams(seen?.body))).toEqual({
      ...request,
      redirect_uri: "https://auth.example.com/oauth2/idpresponse",
      client_id: "Initech-client",
      client_secret: "s",
    });
    const basic = `Basic ${Buffer.from("Initech-client:s").toString("base64")}`;
    await token(oidc.scene, request, { authorization: basic, cookie: "a=1" });
    expect(oidc.provider.seen[1]?.headers.authorization).toBe(basic);
    expect(oidc.provider.seen[1]?.headers.cookie).toBeUndefined();
  });

  test("is one of so many that one address may send, and the others come to nobody", async () => {
    await using oidc = await startOidc();
    oidc.provider.answer = undefined;
    const send = async (): Promise<Answer> => await token(oidc.scene, { ...request, client_id: "Initech-client" });
    for (let count = 0; count < 200; count += 1) expect((await send()).status).toBe(200);
    const refused = await send();
    expect([refused.status, refused.headers["retry-after"], oidc.provider.seen.length]).toEqual([429, "1", 200]);
    oidc.scene.clock.time += 1000;
    expect((await send()).status).toBe(200);
  });

  test("comes back as the provider answers, errors too", async () => {
    await using oidc = await startOidc();
    oidc.provider.answer = (incoming, response) => {
      incoming.resume();
      response.writeHead(400, { "content-type": "application/json", "set-cookie": "a=1", pragma: "no-cache" });
      response.end('{"error":"invalid_grant"}');
    };
    const answer = await token(oidc.scene, { ...request, client_id: "Initech-client" });
    expect([answer.status, answer.body]).toEqual([400, '{"error":"invalid_grant"}']);
    expect(answer.headers).toMatchObject({ "content-type": "application/json", pragma: "no-cache" });
    expect(answer.headers["set-cookie"]).toBeUndefined();
    oidc.provider.answer = (incoming) => incoming.socket.destroy();
    expect((await token(oidc.scene, { ...request, client_id: "Initech-client" })).status).toBe(502);
  });

  test.each([
    ["of another client", { client_id: "someone" }, {}, 401, "invalid_client"],
    ["of no client", {}, {}, 401, "invalid_client"],
    ["of two clients", { client_id: "Initech-client" }, { authorization: "Basic c29tZW9uZTpz" }, 401, "invalid_client"],
    [
      "with credentials that cannot be read",
      { client_id: "Initech-client" },
      { authorization: "Bearer x" },
      401,
      "invalid_client",
    ],
    ["for a password", { client_id: "Initech-client", grant_type: "password" }, {}, 400, "unsupported_grant_type"],
    [
      "for another address",
      { client_id: "Initech-client", redirect_uri: "https://evil.example" },
      {},
      400,
      "invalid_request",
    ],
    ["for no address", { client_id: "Initech-client", redirect_uri: "" }, {}, 400, "invalid_request"],
  ])("%s reaches nobody", async (_what, more, headers, status, error) => {
    await using oidc = await startOidc();
    const answer = await token(oidc.scene, { ...request, ...more }, headers);
    expect([answer.status, JSON.parse(answer.body)]).toEqual([status, { error }]);
    expect(oidc.provider.seen).toEqual([]);
  });

  test("renews without an address", async () => {
    await using oidc = await startOidc();
    const answer = await token(oidc.scene, {
      grant_type: "refresh_token",
      refresh_token: "r",
      client_id: "Initech-client",
    });
    expect(answer.status).toBe(200);
    expect(oidc.provider.seen[0]?.body).toBe("grant_type=refresh_token&refresh_token=r&client_id=Initech-client");
  });
});

describe("a bridge of a pool without a custom domain", () => {
  const host = { upstream: "https://acme.auth.eu-west-1.amazoncognito.com", upstreamClient: "4descope" };

  test("names the provider to Cognito, for Descope's client and addresses only", async () => {
    await using scene = await startScene({ connections: [samlConnection("Acme", { class: "F" })], host });
    const query = {
      client_id: "4descope",
      redirect_uri: CALL_BACK,
      response_type: "code",
      state: "s",
      scope: "openid",
    };
    const at = (more: Readonly<Record<string, string>>, name = "Acme"): Promise<Answer> =>
      ask(scene.port, { path: `/_bridge/oidc/${name}/authorize?${formOf({ ...query, ...more })}` });
    const location = `${host.upstream}/oauth2/authorize?${formOf({ ...query, identity_provider: "Acme" })}`;
    expect((await at({})).headers.location).toBe(location);
    expect((await at({ identity_provider: "Other" })).headers.location).toContain("identity_provider=Acme");
    expect((await at({ client_id: "someone" })).status).toBe(400);
    expect((await at({ redirect_uri: "https://evil.example" })).status).toBe(400);
    expect((await at({}, "Other")).status).toBe(404);
    expect((await post(scene.port, "/_bridge/oidc/Acme/token", "client_id=4descope")).status).toBe(404);
  });

  test("passes nothing through", async () => {
    await using scene = await startScene({ host: { upstreamClient: "4descope" } });
    for (const path of ["/login", "/oauth2/authorize", "/oauth2/idpresponse?state=x"]) {
      expect((await ask(scene.port, { path })).status).toBe(404);
    }
    expect((await post(scene.port, "/saml2/idpresponse", "SAMLResponse=x&RelayState=s/1")).status).toBe(404);
    expect([...scene.cognito.seen, ...scene.descope.seen]).toEqual([]);
  });
});
