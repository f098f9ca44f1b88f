import { setImmediate as nextTurn } from "node:timers/promises";
import {
  createVerifier,
  type KeyEvent,
  type KeyOptions,
  SessionError,
  type Verifier,
} from "@cognito-to-descope/session";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  accessClaims,
  type Clock,
  createClock,
  createKey,
  NOW,
  poolKey,
  type SigningKey,
  verifierOptions,
} from "./issuer.ts";

const JWKS_URI = "https://keys.example.com/jwks.json";

/** An endpoint of keys that tests can break. */
interface Endpoint {
  keys: readonly SigningKey[];
  /** What it answers in place of its keys; a promise makes callers wait. */
  answer: (() => Response | Promise<Response>) | undefined;
  /** When it was asked, in seconds of the test's clock. */
  readonly askedAt: number[];
}

let clock: Clock;
let endpoint: Endpoint;
let events: KeyEvent[];
const unhandled: unknown[] = [];
const note = (reason: unknown): void => void unhandled.push(reason);

beforeEach(() => {
  clock = createClock();
  endpoint = { keys: [poolKey], answer: undefined, askedAt: [] };
  events = [];
  unhandled.length = 0;
  process.on("unhandledRejection", note);
});

afterEach(async () => {
  await nextTurn();
  await nextTurn();
  process.off("unhandledRejection", note);
  expect(unhandled).toEqual([]);
  const gaps = endpoint.askedAt.slice(1).map((at, index) => at - (endpoint.askedAt[index] ?? 0));
  // Whatever a test did: at most one reading in each cooldown.
  expect(Math.min(...gaps, Infinity)).toBeGreaterThanOrEqual(10);
});

function open(keys: KeyOptions = {}): Verifier {
  return createVerifier(
    verifierOptions(
      {
        descope: [],
        now: () => clock.now(),
        keys: { timeoutMs: 40, ...keys },
        onKeys: (event) => void events.push(event),
        fetch: async (url) => {
          expect(url).toBe(JWKS_URI);
          endpoint.askedAt.push(clock.now() / 1000);
          await nextTurn();
          return endpoint.answer?.() ?? Response.json({ keys: endpoint.keys.map(({ jwk }) => jwk) });
        },
      },
      { jwksUri: JWKS_URI },
    ),
  );
}

/** A token of a key that is valid now. */
function token(key: SigningKey = poolKey, change: Record<string, unknown> = {}): string {
  const now = clock.now() / 1000;
  return key.sign(accessClaims({ iat: now, auth_time: now, exp: now + 3600, ...change }));
}

async function reasonOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => "accepted",
    (error: unknown) => (error instanceof SessionError ? error.reason : "another error"),
  );
}

/** Lets a reading that runs in the background end. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await nextTurn();
}

describe("keys", () => {
  it("are read once for a hundred first tokens", async () => {
    const verifier = open();
    const reasons = await Promise.all(Array.from({ length: 100 }, () => reasonOf(verifier.verify(token()))));
    expect(new Set(reasons)).toEqual(new Set(["accepted"]));
    expect(endpoint.askedAt).toHaveLength(1);
  });

  it("are not read for tokens of strangers, for expired tokens, or for those of another client", async () => {
    const verifier = open();
    for (const change of [{ iss: "https://evil.example" }, { exp: NOW - 60 }, { client_id: "other" }]) {
      await expect(verifier.verify(token(poolKey, change))).rejects.toThrow(SessionError);
    }
    expect(endpoint.askedAt).toEqual([]);
  });

  it("are missing for verifySync until they are read, which it begins", async () => {
    const verifier = open();
    expect(() => verifier.verifySync(token())).toThrow(
      expect.objectContaining({ reason: "keys-unavailable", status: 503 }),
    );
    await settle();
    expect(verifier.verifySync(token()).cognitoSub).toBe(accessClaims()["sub"]);
  });

  it("are read by hydrate, which says when there are none", async () => {
    await open().hydrate();
    expect(endpoint.askedAt).toHaveLength(1);
    clock.advance(10);
    endpoint.answer = () => new Response("no", { status: 500 });
    await expect(open().hydrate()).rejects.toThrow(expect.objectContaining({ reason: "keys-unavailable" }));
  });

  it("are read again in the background, a little early at random, and nobody waits", async () => {
    const verifier = open({ refreshSeconds: 1000, jitter: 0.5 });
    await verifier.hydrate();
    clock.advance(999);
    await verifier.verify(token());
    expect(endpoint.askedAt).toHaveLength(1);
    clock.advance(2);
    endpoint.answer = () => new Promise(() => undefined);
    expect(verifier.verifySync(token()).kind).toBe("user");
    expect(await reasonOf(verifier.verify(token()))).toBe("accepted");
    expect(endpoint.askedAt).toHaveLength(2);
  });

  it("are read earlier by the jitter", async () => {
    const early = createVerifier(
      verifierOptions(
        {
          descope: [],
          now: () => clock.now(),
          random: () => 1,
          keys: { refreshSeconds: 1000, jitter: 0.5 },
          fetch: async () => {
            endpoint.askedAt.push(clock.now() / 1000);
            return Response.json({ keys: [poolKey.jwk] });
          },
        },
        { jwksUri: JWKS_URI },
      ),
    );
    await early.hydrate();
    clock.advance(501);
    await early.verify(token());
    expect(endpoint.askedAt).toHaveLength(2);
  });

  it("rotate without a failed request", async () => {
    const verifier = open();
    await verifier.verify(token());
    for (let round = 0; round < 5; round += 1) {
      clock.advance(60);
      const next = createKey();
      const old = endpoint.keys;
      endpoint.keys = [...old, next];
      const tokens = [token(next), token(), token(next)];
      const reasons = await Promise.all(tokens.map((one) => reasonOf(verifier.verify(one))));
      expect(reasons).toEqual(["accepted", "accepted", "accepted"]);
      expect(endpoint.askedAt).toHaveLength(round + 2);
    }
  });

  it("that were withdrawn are refused once the keys are read again", async () => {
    const verifier = open({ refreshSeconds: 100 });
    const old = createKey();
    endpoint.keys = [poolKey, old];
    expect(await reasonOf(verifier.verify(token(old)))).toBe("accepted");
    endpoint.keys = [poolKey];
    clock.advance(101);
    await verifier.verify(token());
    await settle();
    clock.advance(11);
    expect(await reasonOf(verifier.verify(token(old)))).toBe("key-unknown");
  });

  it("that were withdrawn during a long rest are refused at once", async () => {
    const verifier = open({ refreshSeconds: 100 });
    await verifier.verify(token());
    endpoint.keys = [createKey()];
    clock.advance(201);
    expect(await reasonOf(verifier.verify(token()))).toBe("key-unknown");
  });
});

const failures: readonly (readonly [name: string, answer: () => Response | Promise<Response>, failure: string])[] = [
  ["down", () => Promise.reject(new TypeError("fetch failed")), "unreachable"],
  ["slow", () => new Promise(() => undefined), "timeout"],
  ["slow in its body", () => new Response(new ReadableStream({ pull: () => new Promise(() => undefined) })), "timeout"],
  [
    "broken in its body",
    () => new Response(new ReadableStream({ pull: () => Promise.reject(new Error("cut")) })),
    "unreachable",
  ],
  ["answering 500", () => new Response("{}", { status: 500 }), "status"],
  ["redirecting", () => new Response(null, { status: 302, headers: { location: "https://evil.example" } }), "status"],
  ["answering garbage", () => new Response("<html>"), "not-json"],
  ["answering nothing", () => new Response(""), "not-json"],
  ["answering no body", () => new Response(null), "not-json"],
  ["answering null", () => Response.json(null), "not-json"],
  ["answering keys that are no list", () => Response.json({ keys: {} }), "not-json"],
  ["answering no keys", () => Response.json({ keys: [] }), "no-usable-key"],
  [
    "answering keys that are none",
    () => Response.json({ keys: [null, 1, {}, { kty: "RSA", kid: "x", n: "!", e: "AQAB" }] }),
    "no-usable-key",
  ],
  ["answering without end", () => new Response(endless()), "too-large"],
];

/** A body that never ends. */
function endless(): ReadableStream<Uint8Array> {
  return new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(10_000).fill(0x20)) });
}

describe.each(failures)("an endpoint of keys that is %s", (_name, answer, failure) => {
  it("refuses no valid token while old keys are allowed, and is asked once in each cooldown", async () => {
    const verifier = open({ refreshSeconds: 100, staleIfErrorSeconds: 1000 });
    await verifier.verify(token());
    endpoint.answer = answer;
    for (let second = 0; second < 1000; second += 5) {
      clock.advance(5);
      expect(verifier.verifySync(token()).kind).toBe("user");
      expect(await reasonOf(verifier.verify(token()))).toBe("accepted");
      await settle();
    }
    // A reading that never ends is given up by the clock on the wall, not by the test's.
    await new Promise((resolve) => setTimeout(resolve, 60));
    clock.advance(11);
    expect(await reasonOf(verifier.verify(token()))).toBe("keys-unavailable");
    expect(events.filter(({ kind }) => kind === "failed")[0]).toMatchObject({ failure, source: "us-east-1_AbCdEf123" });

    endpoint.answer = undefined;
    clock.advance(11);
    expect(await reasonOf(verifier.verify(token()))).toBe("accepted");
  });

  it("is asked once in each cooldown when it never worked", async () => {
    const verifier = open();
    endpoint.answer = answer;
    for (let round = 0; round < 4; round += 1) {
      const reasons = await Promise.all(Array.from({ length: 50 }, () => reasonOf(verifier.verify(token()))));
      expect(new Set(reasons)).toEqual(new Set(["keys-unavailable"]));
      expect(endpoint.askedAt.length).toBe(Math.floor(round / 2) + 1);
      clock.advance(round % 2 === 0 ? 5 : 6);
    }
  });
});

describe("a flood of unknown key IDs", () => {
  it("causes one reading in each cooldown, and hurts no valid token", async () => {
    const verifier = open();
    await verifier.verify(token());
    const strangers = Array.from({ length: 500 }, (_, index) =>
      poolKey.sign(accessClaims({ exp: NOW + 86_400 }), { kid: `unknown-${index}` }),
    );
    for (let second = 0; second < 30; second += 1) {
      clock.advance(1);
      const flood = strangers.map((one) => reasonOf(verifier.verify(one)));
      expect(verifier.verifySync(token()).kind).toBe("user");
      const reasons = new Set(await Promise.all(flood));
      expect(reasons.has("accepted")).toBe(false);
      expect(await reasonOf(verifier.verify(token()))).toBe("accepted");
    }
    expect(endpoint.askedAt.length).toBeLessThanOrEqual(4);
  });

  it("answers for a new key ID within the cooldown that it may be asked again, and then accepts it", async () => {
    const verifier = open();
    await verifier.verify(token());
    const next = createKey();
    endpoint.keys = [poolKey, next];
    clock.advance(4);
    const error = await verifier.verify(token(next)).catch((failure: unknown) => failure as SessionError);
    expect(error).toMatchObject({ reason: "keys-cooling-down", status: 503, retryAfterSeconds: 6 });
    clock.advance(6);
    expect(await reasonOf(verifier.verify(token(next)))).toBe("accepted");
  });

  it("remembers for a while that a key ID is unknown", async () => {
    const verifier = open({ unknownKeySeconds: 60 });
    const stranger = createKey("nobody");
    await verifier.verify(token());
    clock.advance(10);
    expect(await reasonOf(verifier.verify(token(stranger)))).toBe("key-unknown");
    clock.advance(50);
    expect(await reasonOf(verifier.verify(token(stranger)))).toBe("key-unknown");
    expect(endpoint.askedAt).toHaveLength(2);
    clock.advance(11);
    endpoint.keys = [stranger];
    expect(await reasonOf(verifier.verify(token(stranger)))).toBe("accepted");
  });
});
