import { AuthenticationDetails, CognitoUser, CognitoUserPool, type ICognitoStorage } from "amazon-cognito-identity-js";
import {
  createExchange,
  createExchangeHandler,
  createManagementExchanger,
  createMemoryReplayStore,
  createVerifier,
} from "@cognito-to-descope/session";
import {
  carryOver,
  type CarryOverOptions,
  clearStoredSession,
  cookieStorage,
  readStoredSession,
  refreshAtCognito,
  type TokenStorage,
  webStorage,
} from "@cognito-to-descope/session/browser";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { encode, idClaims, NOW, poolKey } from "./issuer.ts";
import { claimsOf, startWorld, type World } from "./world.ts";

/** Local storage as a page has it. */
class PageStorage implements ICognitoStorage {
  readonly items = new Map<string, string>();
  get length(): number {
    return this.items.size;
  }
  key(index: number): string | null {
    return [...this.items.keys()][index] ?? null;
  }
  getItem(key: string): string | null {
    return this.items.get(key) ?? null;
  }
  setItem(key: string, value: string): void {
    this.items.set(key, value);
  }
  removeItem(key: string): void {
    this.items.delete(key);
  }
  clear(): void {
    this.items.clear();
  }
}

/** A document whose cookies work as in a page without a domain. */
class PageDocument {
  readonly jar = new Map<string, string>();
  get cookie(): string {
    return [...this.jar].map(([name, value]) => `${name}=${value}`).join("; ");
  }
  set cookie(text: string) {
    const [pair = "", ...attributes] = text.split("; ");
    const at = pair.indexOf("=");
    if (attributes.some((attribute) => attribute === "max-age=0")) this.jar.delete(pair.slice(0, at));
    else this.jar.set(pair.slice(0, at), pair.slice(at + 1));
  }
}

const PREFIX = "CognitoIdentityServiceProvider.client1";
const token = poolKey.sign(idClaims());

function storageWith(items: Readonly<Record<string, string>>): {
  readonly page: PageStorage;
  readonly storage: TokenStorage;
} {
  const page = new PageStorage();
  for (const [key, value] of Object.entries(items)) page.setItem(key, value);
  return { page, storage: webStorage(page) };
}

/** What Amplify 6 and amazon-cognito-identity-js both write. */
function storedKeys(username: string, prefix: string = PREFIX): Record<string, string> {
  return {
    [`${prefix}.LastAuthUser`]: username,
    [`${prefix}.${username}.idToken`]: token,
    [`${prefix}.${username}.accessToken`]: "access",
    [`${prefix}.${username}.refreshToken`]: "refresh",
    [`${prefix}.${username}.clockDrift`]: "0",
    [`${prefix}.${username}.signInDetails`]: "{}",
    [`${prefix}.${username}.deviceKey`]: "device",
    "amplify-signin-with-hostedUI": "true",
  };
}

describe("a stored session", () => {
  it.for(["ada", "ada@example.com", "a.b.c", "LastAuthUser"])(
    "of %s is found and removed in local storage, and nothing else is",
    (username) => {
      const others = {
        theme: "dark",
        ...storedKeys("bob", "CognitoIdentityServiceProvider.client12"),
        "com.amplify.Cognito.us-east-1:1.identityId": "id",
      };
      delete (others as Record<string, string>)["amplify-signin-with-hostedUI"];
      const { page, storage } = storageWith({ ...others, ...storedKeys(username) });
      expect(readStoredSession("client1", [storage])).toEqual({
        username,
        idToken: token,
        accessToken: "access",
        refreshToken: "refresh",
      });
      clearStoredSession("client1", [storage]);
      expect(readStoredSession("client1", [storage])).toBeUndefined();
      expect(Object.fromEntries(page.items)).toEqual(others);
    },
  );

  it("is found and removed in cookies, as scripts write them and as servers do", () => {
    for (const name of ["ada@example.com", encodeURIComponent("ada@example.com")]) {
      const document = new PageDocument();
      document.cookie = "theme=dark";
      document.cookie = `${encodeURIComponent(`${PREFIX}.LastAuthUser`)}=${encodeURIComponent("ada@example.com")}`;
      for (const key of ["idToken", "accessToken"])
        document.cookie = `${encodeURIComponent(`${PREFIX}.${name}.${key}`)}=${token}`;
      const storage = cookieStorage(document);
      expect(readStoredSession("client1", [storage])).toEqual({
        username: "ada@example.com",
        idToken: token,
        accessToken: token,
        refreshToken: undefined,
      });
      clearStoredSession("client1", [storage]);
      expect(document.cookie).toBe("theme=dark");
    }
  });

  it("is not taken from another client, or half", () => {
    expect(readStoredSession("client2", [storageWith(storedKeys("ada")).storage])).toBeUndefined();
    const { [`${PREFIX}.ada.accessToken`]: _token, ...half } = storedKeys("ada");
    expect(readStoredSession("client1", [storageWith(half).storage])).toBeUndefined();
    expect(readStoredSession("client1")).toBeUndefined();
  });
});

describe("what is carried over", () => {
  const answers =
    (status: number, body: unknown): NonNullable<CarryOverOptions["fetch"]> =>
    () =>
      Promise.resolve(Response.json(body, { status }));
  const base = { exchangeUrl: "https://gateway.example.com/x", clientId: "client1", now: () => NOW * 1000 };

  it.for([
    [200, { sessionJwt: "s", refreshJwt: "r" }, { outcome: "exchanged", sessionJwt: "s", refreshJwt: "r" }, false],
    [200, {}, { outcome: "exchanged" }, false],
    [
      401,
      { code: "ERR_EXCHANGE_REFUSED", reason: "no-user" },
      { outcome: "refused", code: "ERR_EXCHANGE_REFUSED", reason: "no-user" },
      true,
    ],
    [403, null, { outcome: "refused", code: "", reason: "" }, true],
    [429, {}, { outcome: "unavailable" }, true],
    [503, {}, { outcome: "unavailable" }, true],
  ] as const)("by an answer %i %o", async ([status, body, expected, isKept]) => {
    const { storage } = storageWith(storedKeys("ada"));
    expect(await carryOver({ ...base, storages: [storage], fetch: answers(status, body) })).toEqual(expected);
    expect(readStoredSession("client1", [storage]) !== undefined).toBe(isKept);
  });

  it("is nothing without a session, and nothing is lost without a network", async () => {
    expect(await carryOver({ ...base, storages: [], fetch: answers(200, {}) })).toEqual({ outcome: "none" });
    const { storage } = storageWith(storedKeys("ada"));
    const failing = { ...base, storages: [storage], fetch: () => Promise.reject(new TypeError("offline")) };
    expect(await carryOver(failing)).toEqual({ outcome: "unavailable" });
    expect(readStoredSession("client1", [storage])).toBeDefined();
  });

  it("refreshes an old token first, and sends the refresh token only when asked", async () => {
    const sent: { authorization: unknown; body: unknown }[] = [];
    const send: NonNullable<CarryOverOptions["fetch"]> = (_url, init) => {
      sent.push({ authorization: new Headers(init.headers).get("authorization"), body: init.body });
      return Promise.resolve(Response.json({}));
    };
    const refresh = (): Promise<string> => Promise.resolve("fresh");
    for (const [age, sendRefreshToken] of [
      [200, false],
      [300, true],
    ] as const) {
      const { storage } = storageWith(storedKeys("ada"));
      const now = (): number => (NOW - 10 + age) * 1000;
      await carryOver({ ...base, now, storages: [storage], fetch: send, refresh, sendRefreshToken });
    }
    expect(sent).toEqual([
      { authorization: `Bearer ${token}`, body: "{}" },
      { authorization: "Bearer fresh", body: '{"refreshToken":"refresh"}' },
    ]);
  });

  it("takes what is stored to be old when it cannot be read", async () => {
    const { storage } = storageWith({ ...storedKeys("ada"), [`${PREFIX}.ada.idToken`]: `x.${encode("[]")}.y` });
    let refreshed = 0;
    const refresh = (): Promise<string> => Promise.resolve(String((refreshed += 1)));
    await carryOver({ ...base, storages: [storage], fetch: answers(200, {}), refresh });
    expect(refreshed).toBe(1);
  });
});

describe("a page that signed in by amazon-cognito-identity-js", () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld({
      descope: { customAttributes: [{ name: "cognitoSub", type: 1, displayName: "Cognito sub" }] },
    });
  });
  afterAll(() => world[Symbol.asyncDispose]());

  it("has a Descope session afterwards, and nothing of Cognito's", async () => {
    const { sandbox } = world;
    const email = "page@example.com";
    const { idToken } = await world.signUp(email);
    sandbox.descopeService.addUser({
      loginId: email,
      email,
      customAttributes: { cognitoSub: String(claimsOf(idToken)["sub"]) },
    });
    const page = new PageStorage();
    await signInOnPage(world, email, page);
    expect(page.length).toBeGreaterThan(4);

    const verifier = createVerifier(world.options);
    const { projectId, managementKey, descope: baseUrl, clientId, region, cognito } = sandbox;
    const handle = createExchangeHandler(
      createExchange({
        verifier,
        exchanger: createManagementExchanger({ projectId, managementKey, baseUrl }),
        replay: createMemoryReplayStore(),
      }),
      { allowedOrigins: [] },
    );
    const carried = await carryOver({
      exchangeUrl: "https://gateway.example.com/v1/session/exchange",
      clientId,
      storages: [webStorage(page)],
      maxAgeSeconds: -1,
      refresh: refreshAtCognito(region, clientId, cognito),
      fetch: (url, init) => handle(new Request(url, init)),
    });
    expect(carried.outcome).toBe("exchanged");
    const { sessionJwt = "" } = carried as { sessionJwt?: string };
    expect((await verifier.verify(sessionJwt)).descopeUserId).toBe(sandbox.descopeService.user(email)?.["userId"]);
    expect(page.length).toBe(0);
  });
});

async function signInOnPage({ sandbox }: World, email: string, storage: ICognitoStorage): Promise<void> {
  const { userPoolId: UserPoolId, clientId: ClientId, cognito: endpoint } = sandbox;
  const pool = new CognitoUserPool({ UserPoolId, ClientId, Storage: storage, endpoint });
  const user = new CognitoUser({ Username: email, Pool: pool, Storage: storage });
  await new Promise<void>((resolve, reject) => {
    user.authenticateUser(new AuthenticationDetails({ Username: email, Password: "Passw0rd!Passw0rd" }), {
      onSuccess: () => resolve(),
      onFailure: (error: unknown) => reject(error instanceof Error ? error : new Error(String(error))),
    });
  });
}
