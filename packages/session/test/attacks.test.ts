import { Buffer } from "node:buffer";
import { createHmac, generateKeyPairSync, sign } from "node:crypto";
import { fc } from "@fast-check/vitest";
import { createVerifier, type Reason, SessionError, type Verifier } from "@cognito-to-descope/session";
import { createVerifier as createEdgeVerifier } from "@cognito-to-descope/session/edge";
import { beforeAll, describe, expect, it } from "vitest";
import {
  accessClaims,
  createKey,
  encode,
  idClaims,
  NOW,
  openVerifier,
  POOL_ISSUER,
  poolKey,
  PROJECT,
  projectKey,
  sessionClaims,
  USER,
  verifierOptions,
} from "./issuer.ts";

const stranger = createKey("stranger");
const options = verifierOptions({}, { tokenUse: "access" });

let verifier: Verifier;
const edge = createEdgeVerifier(options);
beforeAll(async () => {
  verifier = await openVerifier({}, { tokenUse: "access" });
  await edge.hydrate();
});

/** Why a token is refused, on both platforms alike. */
async function reasonOf(token: string): Promise<Reason | "accepted"> {
  const reasons = await Promise.all(
    [verifier, edge].map((one) =>
      one.verify(token).then(
        () => "accepted" as const,
        (error: unknown) => {
          if (!(error instanceof SessionError)) throw error;
          return error.reason;
        },
      ),
    ),
  );
  const [reason] = reasons;
  expect(reasons).toEqual([reason, reason]);
  return reason ?? "accepted";
}

/** A token of a header and claims as they are, signed by a key of the pool. */
function signRaw(header: string, claims: string): string {
  const signed = `${encode(header)}.${encode(claims)}`;
  return `${signed}.${sign("sha256", Buffer.from(signed), poolKey.privateKey).toString("base64url")}`;
}

const good = (): string => poolKey.sign(accessClaims());
const header = JSON.stringify({ alg: "RS256", kid: "pool-key" });
const claims = JSON.stringify(accessClaims());
const unsigned = (changed: object): string =>
  `${encode({ alg: "RS256", kid: "pool-key", ...changed })}.${encode(accessClaims())}`;

function hmac(secret: string | Buffer): string {
  const signed = unsigned({ alg: "HS256" });
  return `${signed}.${createHmac("sha256", secret).update(signed).digest("base64url")}`;
}

function withCharacters(token: string, change: (characters: string[], parts: string[]) => void): string {
  const parts = token.split(".");
  const characters = (parts[2] ?? "").split("");
  change(characters, parts);
  return [parts[0], parts[1], characters.join("")].join(".");
}

const attacks: readonly (readonly [name: string, token: () => string, reason: Reason])[] = [
  ["alg none without a signature", () => `${unsigned({ alg: "none" })}.`, "not-three-parts"],
  ["alg none with a signature", () => `${unsigned({ alg: "none" })}.AA`, "algorithm-refused"],
  ["alg NONE", () => `${unsigned({ alg: "NONE" })}.AA`, "algorithm-refused"],
  [
    "HS256 with the public key in PEM as secret",
    () => hmac(poolKey.publicKey.export({ type: "spki", format: "pem" })),
    "algorithm-refused",
  ],
  ["HS256 with the modulus as secret", () => hmac(String(poolKey.jwk["n"])), "algorithm-refused"],
  ["an allowed family but another hash", () => poolKey.sign(accessClaims(), { alg: "RS512" }), "algorithm-refused"],
  ["an algorithm in another case", () => poolKey.sign(accessClaims(), { alg: "rs256" }), "algorithm-refused"],
  ["an algorithm that is a list", () => poolKey.sign(accessClaims(), { alg: ["RS256"] }), "header-invalid"],
  ["an embedded key", () => stranger.sign(accessClaims(), { kid: "pool-key", jwk: stranger.jwk }), "header-refused"],
  [
    "an embedded key with a right signature",
    () => poolKey.sign(accessClaims(), { jwk: poolKey.jwk }),
    "header-refused",
  ],
  ["a key address", () => stranger.sign(accessClaims(), { jku: "https://evil.example/jwks.json" }), "header-refused"],
  [
    "a certificate address",
    () => stranger.sign(accessClaims(), { x5u: "https://evil.example/x5c.pem" }),
    "header-refused",
  ],
  ["a certificate", () => stranger.sign(accessClaims(), { x5c: ["MIIB"] }), "header-refused"],
  ["a critical header", () => poolKey.sign(accessClaims(), { crit: ["exp"] }), "header-refused"],
  ["an unencoded payload", () => poolKey.sign(accessClaims(), { b64: false }), "header-refused"],
  ["a compressed payload", () => poolKey.sign(accessClaims(), { zip: "DEF" }), "header-refused"],
  ["another type", () => poolKey.sign(accessClaims(), { typ: "dpop+jwt" }), "type-refused"],
  ["no key ID", () => poolKey.sign(accessClaims(), { kid: undefined }), "header-invalid"],
  ["an empty key ID", () => poolKey.sign(accessClaims(), { kid: "" }), "header-invalid"],
  ["a key ID that is a path", () => poolKey.sign(accessClaims(), { kid: "../../../../dev/null" }), "keys-cooling-down"],
  [
    "a key ID that is a query",
    () => poolKey.sign(accessClaims(), { kid: "x' UNION SELECT 'key' --" }),
    "keys-cooling-down",
  ],
  [
    "a key ID that is a member of objects",
    () => poolKey.sign(accessClaims(), { kid: "constructor" }),
    "keys-cooling-down",
  ],
  ["a key ID that is the prototype", () => poolKey.sign(accessClaims(), { kid: "__proto__" }), "keys-cooling-down"],
  ["a very long key ID", () => poolKey.sign(accessClaims(), { kid: "k".repeat(300) }), "header-invalid"],
  ["a key ID that is a number", () => poolKey.sign(accessClaims(), { kid: 1 }), "header-invalid"],
  [
    "a stranger's key under the right ID",
    () => stranger.sign(accessClaims(), { kid: "pool-key" }),
    "signature-invalid",
  ],
  ["the project's key for the pool", () => projectKey.sign(accessClaims(), { kid: "pool-key" }), "signature-invalid"],
  ["the project's key with its own ID for the pool", () => projectKey.sign(accessClaims()), "keys-cooling-down"],
  ["the pool's key for the project", () => poolKey.sign(sessionClaims(), { kid: "project-key" }), "signature-invalid"],
  [
    "a strange issuer with the right key",
    () => poolKey.sign(accessClaims({ iss: "https://evil.example/" })),
    "unknown-issuer",
  ],
  ["another pool", () => poolKey.sign(accessClaims({ iss: `${POOL_ISSUER}4` })), "unknown-issuer"],
  ["the issuer with a slash", () => poolKey.sign(accessClaims({ iss: `${POOL_ISSUER}/` })), "unknown-issuer"],
  ["the issuer in capitals", () => poolKey.sign(accessClaims({ iss: POOL_ISSUER.toUpperCase() })), "unknown-issuer"],
  [
    "an issuer that begins like the right one",
    () => poolKey.sign(accessClaims({ iss: POOL_ISSUER.replace(".com/", ".com.evil.example/") })),
    "unknown-issuer",
  ],
  [
    "an issuer with look-alike letters",
    () => poolKey.sign(accessClaims({ iss: POOL_ISSUER.replace("amazonaws", "amаzonaws") })),
    "unknown-issuer",
  ],
  [
    "an issuer with full-width letters",
    () => poolKey.sign(accessClaims({ iss: POOL_ISSUER.replace("cognito", "ｃognito") })),
    "unknown-issuer",
  ],
  ["an issuer with a zero byte", () => poolKey.sign(accessClaims({ iss: `${POOL_ISSUER}\u0000` })), "unknown-issuer"],
  ["an issuer that is a list", () => poolKey.sign(accessClaims({ iss: [POOL_ISSUER] })), "claim-invalid"],
  ["no issuer", () => poolKey.sign(accessClaims({ iss: undefined })), "claim-invalid"],
  ["another project", () => projectKey.sign(sessionClaims({ iss: `${PROJECT.slice(0, -1)}0` })), "unknown-issuer"],
  [
    "another project that ends with ours",
    () => projectKey.sign(sessionClaims({ iss: `https://evil.example/${PROJECT}` })),
    "unknown-issuer",
  ],
  ["a refresh token for a session", () => projectKey.sign(sessionClaims({ drn: "DSR" })), "refresh-token"],
  ["no session name", () => projectKey.sign(sessionClaims({ drn: undefined })), "session-name"],
  ["an access key for a user", () => projectKey.sign(sessionClaims({ sub: USER.replace("U", "K") })), "access-key"],
  ["an ID token for an access token", () => poolKey.sign(idClaims()), "token-use"],
  ["a token of no use", () => poolKey.sign(accessClaims({ token_use: undefined })), "token-use"],
  ["another client", () => poolKey.sign(accessClaims({ client_id: "other" })), "client"],
  [
    "a client in look-alike letters",
    () => poolKey.sign(accessClaims({ client_id: "１example23456789exampleabcd" })),
    "client",
  ],
  [
    "several clients",
    () => poolKey.sign(accessClaims({ client_id: ["1example23456789exampleabcd"] })),
    "claim-invalid",
  ],
  [
    "an access token whose aud is the client",
    () => poolKey.sign(accessClaims({ client_id: "other", aud: "1example23456789exampleabcd" })),
    "client",
  ],
  [
    "an access token for another resource",
    () => poolKey.sign(accessClaims({ aud: "https://other.example" })),
    "resource",
  ],
  ["an expired token", () => poolKey.sign(accessClaims({ exp: NOW - 6 })), "expired"],
  ["an expiry that is a text", () => poolKey.sign(accessClaims({ exp: String(NOW + 3600) })), "claim-invalid"],
  ["an expiry beyond all numbers", () => signRaw(header, claims.replace(/"exp":\d+/, '"exp":1e999')), "claim-invalid"],
  ["no expiry", () => poolKey.sign(accessClaims({ exp: undefined })), "claim-invalid"],
  ["no time of issue", () => poolKey.sign(accessClaims({ iat: undefined })), "claim-invalid"],
  ["an issue in the future", () => poolKey.sign(accessClaims({ iat: NOW + 60 })), "issued-in-future"],
  ["a validity in the future", () => poolKey.sign(accessClaims({ nbf: NOW + 60 })), "not-yet-valid"],
  ["no subject", () => poolKey.sign(accessClaims({ sub: undefined })), "claim-invalid"],
  ["a subject that is a number", () => poolKey.sign(accessClaims({ sub: 7 })), "claim-invalid"],
  ["groups that are a text", () => poolKey.sign(accessClaims({ "cognito:groups": "admins" })), "claim-invalid"],
  ["roles that are a text", () => projectKey.sign(sessionClaims({ roles: "admin" })), "claim-invalid"],
  ["tenants that are a list", () => projectKey.sign(sessionClaims({ tenants: ["acme"] })), "claim-invalid"],
  [
    "a token that is bound to a certificate",
    () => projectKey.sign(sessionClaims({ cnf: { "x5t#S256": "abc" } })),
    "binding-unsupported",
  ],
  ["a bound token without a proof", () => projectKey.sign(sessionClaims({ cnf: { jkt: "abc" } })), "dpop-missing"],
  ["a claim twice", () => signRaw(header, claims.replace("{", '{"sub":"somebody-else",')), "duplicate-key"],
  [
    "a claim twice, once escaped",
    () => signRaw(header, claims.replace("{", '{"s\\u0075b":"somebody-else",')),
    "duplicate-key",
  ],
  [
    "a claim twice, with a space",
    () => signRaw(header, claims.replace("{", '{"sub" : "somebody-else",')),
    "duplicate-key",
  ],
  [
    "a claim twice inside another",
    () => signRaw(header, claims.replace("{", '{"x":[{"a":1,"a":2}],')),
    "duplicate-key",
  ],
  ["a header twice", () => signRaw(header.replace("{", '{"alg":"none",'), claims), "duplicate-key"],
  [
    "a prototype as a claim, twice",
    () => signRaw(header, claims.replace("{", '{"__proto__":{},"__proto__":{},')),
    "duplicate-key",
  ],
  ["deep JSON", () => signRaw(header, claims.replace("{", `{"x":${"[".repeat(17)}${"]".repeat(17)},`)), "too-deep"],
  [
    "very deep JSON",
    () => signRaw(header, claims.replace("{", `{"x":${"[".repeat(4000)}${"]".repeat(4000)},`)),
    "too-deep",
  ],
  ["claims that are a list", () => signRaw(header, `[${claims}]`), "not-json"],
  ["claims that are nothing", () => signRaw(header, "null"), "not-json"],
  ["a byte order mark", () => signRaw(header, `\ufeff${claims}`), "not-json"],
  ["trailing text", () => signRaw(header, `${claims} x`), "not-json"],
  ["a token of one megabyte", () => poolKey.sign(accessClaims({ x: "x".repeat(1_000_000) })), "too-large"],
  ["one megabyte of dots", () => ".".repeat(1_000_000), "too-large"],
  ["many dots", () => ".".repeat(10_000), "not-three-parts"],
  ["a JWE", () => `${good()}.a.b`, "not-three-parts"],
  ["two parts", () => good().split(".").slice(0, 2).join("."), "not-three-parts"],
  ["nothing", () => "", "not-three-parts"],
  ["padding", () => `${good()}==`, "signature-invalid"],
  ["padding in the claims", () => good().replace(/^([^.]+\.[^.]+)/, "$1="), "not-base64url"],
  ["white space at the end", () => `${good()}\n`, "signature-invalid"],
  ["white space in the claims", () => good().replace(".", ". "), "not-base64url"],
  ["an empty signature", () => good().replace(/[^.]+$/, ""), "not-three-parts"],
  ["half a signature", () => good().slice(0, -100), "signature-invalid"],
  ["a signature of zeros", () => withCharacters(good(), (characters) => characters.fill("A")), "signature-invalid"],
  [
    "bits after the last byte",
    () =>
      withCharacters(
        good(),
        (characters) => (characters[characters.length - 1] = flipLowBit(characters.at(-1) ?? "A")),
      ),
    "signature-invalid",
  ],
  [
    "letters of the other base64",
    () =>
      withCharacters(good(), (characters) =>
        characters.forEach(
          (character, at) => (characters[at] = character === "-" ? "+" : character === "_" ? "/" : character),
        ),
      ),
    "signature-invalid",
  ],
  [
    "letters that only look right in their lower byte",
    () => good().replace(/[A-Za-z0-9](?=[^.]*$)/, (character) => String.fromCharCode(character.charCodeAt(0) + 0x100)),
    "signature-invalid",
  ],
  [
    "such letters in the claims",
    () => good().replace(/\.[A-Za-z]/, (character) => `.${String.fromCharCode(character.charCodeAt(1) + 0x100)}`),
    "not-base64url",
  ],
  [
    "invalid UTF-8",
    () =>
      good().replace(/\.[^.]+\./, `.${Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]).toString("base64url")}.`),
    "not-utf8",
  ],
  [
    "overlong UTF-8",
    () =>
      good().replace(
        /\.[^.]+\./,
        `.${Buffer.from([0x7b, 0x22, 0xc0, 0xa2, 0x22, 0x3a, 0x31, 0x7d]).toString("base64url")}.`,
      ),
    "not-utf8",
  ],
];

/** Another spelling of the same bytes, where the last character has bits to spare. */
function flipLowBit(character: string): string {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  return alphabet[alphabet.indexOf(character) ^ 1] ?? "A";
}

describe("a token that must not be accepted", () => {
  it("is not the one that the others are made from", async () => {
    expect(await reasonOf(good())).toBe("accepted");
    expect(await reasonOf(projectKey.sign(sessionClaims()))).toBe("accepted");
  });

  it.for(attacks)("%s", async ([, token, reason]) => {
    expect(await reasonOf(token())).toBe(reason);
  });

  it("is anything that is not a text", () => {
    for (const token of [undefined, null, 1, {}, [good()], new String(good())]) {
      expect(() => verifier.verifySync(token as string)).toThrow(expect.objectContaining({ reason: "not-a-string" }));
    }
  });

  it("is one of a weak key, of a private one, or of one for encryption, even if the issuer publishes it", async () => {
    const weak = createKey("weak", 1024);
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const leaked = { ...privateKey.export({ format: "jwk" }), kid: "leaked", alg: "RS256" };
    const encryption = { ...createKey("encryption").jwk, use: "enc" };
    const jwks = { keys: [weak.jwk, leaked, encryption, { kty: "oct", kid: "weak", k: "c2VjcmV0" }, poolKey.jwk] };
    const careful = createVerifier(verifierOptions({ descope: [], fetch: () => Promise.resolve(Response.json(jwks)) }));
    await careful.hydrate();
    for (const kid of ["weak", "leaked", "encryption"]) {
      const token = kid === "weak" ? weak.sign(accessClaims()) : poolKey.sign(accessClaims(), { kid });
      expect(() => careful.verifySync(token)).toThrow(expect.objectContaining({ reason: "keys-cooling-down" }));
    }
    expect(careful.verifySync(good()).subject).toBe(accessClaims()["sub"]);
  });

  it("has an error without the token, a claim of it, or a stack", async () => {
    const secret = poolKey.sign(accessClaims({ client_id: "secret-client", username: "secret-name" }));
    const error = await verifier.verify(secret).catch((failure: unknown) => failure as SessionError);
    const shown = `${JSON.stringify(error)} ${(error as SessionError).message} ${(error as SessionError).stack}`;
    expect(shown).not.toMatch(/secret|eyJ|\n/);
  });
});

/** One way to change a valid token. */
const mutation = fc.oneof(
  fc.record({
    kind: fc.constant("replace" as const),
    at: fc.nat(),
    by: fc.constantFrom(..."ABCXYZabcxyz0189-_+/=.%\n é".split("")),
  }),
  fc.record({ kind: fc.constant("delete" as const), at: fc.nat(), count: fc.integer({ min: 1, max: 5 }) }),
  fc.record({
    kind: fc.constant("insert" as const),
    at: fc.nat(),
    text: fc.string({ minLength: 1, maxLength: 5, unit: "binary" }),
  }),
  fc.record({ kind: fc.constant("swap" as const), at: fc.nat(), other: fc.nat() }),
  fc.record({ kind: fc.constant("claim" as const), at: fc.nat(), value: fc.jsonValue({ maxDepth: 1 }) }),
  fc.record({ kind: fc.constant("header" as const), at: fc.nat(), value: fc.jsonValue({ maxDepth: 1 }) }),
);

type Mutation = typeof mutation extends fc.Arbitrary<infer T> ? T : never;

function mutate(token: string, change: Mutation): string {
  const at = change.at % token.length;
  switch (change.kind) {
    case "replace":
      return token.slice(0, at) + change.by + token.slice(at + 1);
    case "delete":
      return token.slice(0, at) + token.slice(at + change.count);
    case "insert":
      return token.slice(0, at) + change.text + token.slice(at);
    case "swap": {
      const parts = token.split(".");
      const other = change.other % parts.length;
      const first = change.at % parts.length;
      [parts[first], parts[other]] = [parts[other] ?? "", parts[first] ?? ""];
      return parts.join(".");
    }
    case "claim":
    case "header": {
      // The content changes and the signature stays.
      const parts = token.split(".");
      const index = change.kind === "header" ? 0 : 1;
      const value = readObject(parts[index] ?? "");
      // The change before this one broke it.
      if (value === undefined) return token;
      const keys = Object.keys(value);
      value[keys[change.at % keys.length] ?? ""] = change.value;
      parts[index] = encode(value);
      return parts.join(".");
    }
    default:
      return change satisfies never;
  }
}

function readObject(part: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(Buffer.from(part, "base64url").toString()) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

describe("100,000 valid tokens, each changed somewhere", () => {
  it("are all refused, for a reason", { timeout: 120_000 }, () => {
    const tokens = [poolKey.sign(accessClaims()), projectKey.sign(sessionClaims({ name: "Zoë" }))];
    const accepted: string[] = [];
    let tried = 0;
    fc.assert(
      fc.property(fc.nat({ max: 1 }), fc.array(mutation, { minLength: 1, maxLength: 2 }), (which, changes) => {
        const original = tokens[which] ?? "";
        const changed = changes.reduce((token, change) => (token === "" ? token : mutate(token, change)), original);
        if (changed === original) return;
        tried += 1;
        try {
          verifier.verifySync(changed);
          accepted.push(changed);
        } catch (error) {
          if (!(error instanceof SessionError)) throw error;
        }
      }),
      { numRuns: 106_000 },
    );
    expect(accepted).toEqual([]);
    expect(tried).toBeGreaterThan(100_000);
    // Many get as far as the signature.
    const { cognito, descope } = verifier.statistics().refused;
    expect((cognito["signature-invalid"] ?? 0) + (descope["signature-invalid"] ?? 0)).toBeGreaterThan(20_000);
  });
});
