import { createHmac } from "node:crypto";
import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { HMAC_HEADER } from "../../src/routes/jit/authorize-connector.ts";
import { repeatsMembers } from "../../src/routes/jit/repeated-members.ts";
import { makeGateway } from "../start-gateway.ts";
import { startJit, TOKEN, type TestJit } from "./start-jit.ts";

const CREDENTIALS = { verdict: "invalid_credentials", next: "ask-again", reason: "credentials" };
const SECRET = "an HMAC secret of thirty-two characters";
const NEW_TOKEN = "the token that is to replace the other one";

/** A gateway before which nobody can sign in: what is asked of it is all that counts. */
function startDeaf(jit: object = {}): Promise<TestJit> {
  return startJit({ sandbox: { only: "cognito", profile: "plain", users: 1 }, jit });
}

async function problemOf(response: Response): Promise<readonly [number, unknown]> {
  expect(response.headers.get("content-type")).toBe("application/problem+json");
  const { code } = (await response.json()) as { readonly code: unknown };
  return [response.status, code];
}

const sign = (bytes: string, secret = SECRET): string => createHmac("sha256", secret).update(bytes).digest("base64");

describe("a connector", () => {
  it.for<[string, Readonly<Record<string, string>>]>([
    ["without a token", { authorization: "" }],
    ["with another token", { authorization: `Bearer ${TOKEN}x` }],
    ["with the token in another scheme", { authorization: `Basic ${TOKEN}` }],
    ["with an empty token", { authorization: "Bearer " }],
  ])("%s is not let in, and its body is not looked at", async ([, headers]) => {
    const jit = await startDeaf();
    const response = await jit.post("garbage", headers);
    expect(response.headers.get("www-authenticate")).toBe("Bearer");
    expect(await problemOf(response)).toEqual([401, "unauthorized"]);
    expect(jit.verdicts).toEqual([]);
  });

  it("is let in by an old token and by a new one, and the log says which", async () => {
    const jit = await startDeaf({ tokens: [NEW_TOKEN, TOKEN] });
    const body = { username: "nobody", password: "x" };
    for (const token of [TOKEN, NEW_TOKEN]) {
      expect(await jit.ask(body, { authorization: `bearer  ${token}` })).toEqual(CREDENTIALS);
    }
    expect(jit.verdicts.map(({ token }) => token)).toEqual([1, 0]);
  });

  it("gets an answer that nobody keeps, shows or guesses at, whether it is let in or not", async () => {
    const jit = await startDeaf();
    const body = JSON.stringify({ username: "nobody", password: "x" });
    for (const headers of [{}, { authorization: "Bearer guess" }]) {
      const answer = await jit.post(body, headers);
      expect(Object.fromEntries(answer.headers)).toMatchObject({
        "cache-control": "no-store",
        "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
        "referrer-policy": "no-referrer",
        "strict-transport-security": expect.stringContaining("max-age=") as string,
        "x-content-type-options": "nosniff",
      });
    }
  });

  it("that guesses tokens is slowed down, and nobody else is", async () => {
    const jit = await startDeaf();
    const codes: unknown[] = [];
    for (let index = 0; index < 25; index += 1) {
      codes.push((await problemOf(await jit.post("", { authorization: `Bearer guess ${index}` })))[1]);
    }
    expect(codes.slice(0, 20)).toEqual(Array.from({ length: 20 }, () => "unauthorized"));
    expect(codes.at(-1)).toBe("rate-limited");
    expect(await jit.ask({ username: "nobody", password: "x" })).toEqual(CREDENTIALS);
  });

  it.for<[string, (body: string) => string]>([
    ["body", (body) => body],
    ["rewritten-json", (body) => JSON.stringify(JSON.parse(body))],
    ["base64", (body) => Buffer.from(body).toString("base64")],
  ])("may sign the %s, and the log says which it was", async ([reading, bytes]) => {
    const jit = await startDeaf({ hmacSecrets: ["an old secret of at least thirty-two characters", SECRET] });
    const body = '{ "username": "nobody é😀",\n "password": "x" }';
    const response = await jit.post(body, { [HMAC_HEADER]: sign(bytes(body)) });
    expect([response.status, await response.json()]).toEqual([200, CREDENTIALS]);
    expect(jit.verdicts.map(({ hmacReading }) => hmacReading)).toEqual([reading]);
  });

  it.for<[string, string | undefined]>([
    ["without a signature", undefined],
    [
      "signed with another secret",
      sign('{"username":"nobody","password":"x"}', "another secret, also thirty-two long"),
    ],
    ["with the signature of another body", sign("{}")],
    ["with a signature in hex", Buffer.from(sign('{"username":"nobody","password":"x"}'), "base64").toString("hex")],
    ["with garbage for a signature", "é".repeat(3)],
  ])("%s is not let in, though it has a token", async ([, signature]) => {
    const jit = await startDeaf({ hmacSecrets: [SECRET] });
    const body = JSON.stringify({ username: "nobody", password: "x" });
    const headers = signature === undefined ? {} : { [HMAC_HEADER]: encodeURIComponent(signature) };
    expect(await problemOf(await jit.post(body, headers))).toEqual([401, "unauthorized"]);
  });
});

describe("a request", () => {
  it.for<[string, string, readonly [number, string]]>([
    ["that is no JSON", "{", [400, "invalid-credentials-request"]],
    ["that is empty", "", [400, "invalid-credentials-request"]],
    ["that is another JSON", "[1]", [400, "invalid-credentials-request"]],
    ["that is null", "null", [400, "invalid-credentials-request"]],
    ["without a password", '{"username":"a"}', [400, "invalid-credentials-request"]],
    ["without a name", '{"password":"a"}', [400, "invalid-credentials-request"]],
    ["with a number for a name", '{"username":1,"password":"a"}', [400, "invalid-credentials-request"]],
    ["with a list for a password", '{"username":"a","password":["b"]}', [400, "invalid-credentials-request"]],
    ["with null for a password", '{"username":"a","password":null}', [400, "invalid-credentials-request"]],
    [
      "with two passwords",
      '{"username":"a","password":"b","passwordBase64":"Yg=="}',
      [400, "invalid-credentials-request"],
    ],
    ["with a password twice", '{"username":"a","password":"b","password":"c"}', [400, "invalid-credentials-request"]],
    [
      "with a name that stands there twice",
      '{"username":"a","password":"b","user\\u006eame":"c"}',
      [400, "invalid-credentials-request"],
    ],
    ["with base64 that is none", '{"username":"a","passwordBase64":"!"}', [400, "invalid-credentials-request"]],
    ["with base64 of no text", '{"username":"a","passwordBase64":"/w=="}', [400, "invalid-credentials-request"]],
    ["with escapes that are none", '{"username":"a","passwordPercent":"%"}', [400, "invalid-credentials-request"]],
    ["with escapes of no text", '{"username":"a","passwordPercent":"%FF"}', [400, "invalid-credentials-request"]],
    ["for another pool", '{"username":"a","password":"b","userPoolId":"eu-west-1_Other"}', [422, "unknown-user-pool"]],
    [
      "for a pool that is no text",
      '{"username":"a","password":"b","userPoolId":5}',
      [400, "invalid-credentials-request"],
    ],
    ["that is too large", `{"username":"a","password":"${"b".repeat(17_000)}"}`, [413, "body-too-large"]],
  ])("%s is refused as a problem", async ([, body, expected]) => {
    const jit = await startDeaf();
    expect(await problemOf(await jit.post(body))).toEqual(expected);
    expect([jit.verdicts, jit.tries()]).toEqual([[], 0]);
  });

  it("in another media type or by another method is refused", async () => {
    const jit = await startDeaf();
    const body = JSON.stringify({ username: "a", password: "b" });
    expect(await problemOf(await jit.post(body, { "content-type": "text/plain" }))).toEqual([
      415,
      "unsupported-media-type",
    ]);
    const got = await jit.gateway.app.request("/v1/jit/verify");
    expect(got.headers.get("allow")).toBe("POST");
    expect(await problemOf(got)).toEqual([405, "method-not-allowed"]);
    expect((await jit.post(body, { "content-type": "Application/JSON; charset=utf-8" })).status).toBe(200);
  });

  it.for<[string, object]>([
    ["an empty password", { username: "a", password: "" }],
    ["an empty name", { username: "", password: "b" }],
    ["a name of blanks", { username: "  ", password: "b" }],
    ["a huge password", { username: "a", password: "b".repeat(5000) }],
    ["a huge name", { username: "a".repeat(5000), password: "b" }],
    ["control characters in its password", { username: "a", password: "b\u0000\u0007" }],
    ["a line break in its name", { username: "a\r\nb", password: "b" }],
    ["half a character for a password", { username: "a", password: "\ud83d" }],
    ["half a character in its name", { username: "a\udc00", password: "b" }],
  ])("with %s is a wrong password, which Cognito is not asked about", async ([, body]) => {
    const jit = await startDeaf();
    expect(await jit.ask(body)).toEqual(CREDENTIALS);
    expect(jit.tries()).toBe(0);
  });

  it("may hold what the route does not know: it is ignored, and counted", async () => {
    const jit = await startDeaf();
    const body = { username: "nobody", password: "x", more: { password: [1] }, toString: 1 };
    expect(await jit.ask(body)).toEqual(CREDENTIALS);
    expect(jit.verdicts.map(({ unknownFields }) => unknownFields)).toEqual([2]);
  });

  it("without a gateway for passwords finds no such resource", async () => {
    const response = await makeGateway().gateway.app.request("/v1/jit/verify", { method: "POST" });
    expect(response.status).toBe(404);
  });
});

const PASSWORDS = [
  '"',
  "\\",
  '\\"',
  "{{form.email}}",
  "é😀",
  "%41%",
  "a+b/c=",
  "null",
  "</script>",
  "\u2028",
  '","username":"x',
];

describe("a password", () => {
  it("with quotes, backslashes or anything else reaches Cognito unharmed, in every encoding", async () => {
    const jit = await startJit({ sandbox: { profile: "plain", users: 1 } });
    const pool = jit.sandbox.generated?.pool;
    const told: unknown[] = [];
    for (const [index, special] of PASSWORDS.entries()) {
      const username = `user-${index}-"\\é`;
      const password = `${special} Passw0rd`;
      pool?.users.add({
        username,
        sub: `sub-${index}`,
        attributes: [["email", "a@example.com"]],
        status: "CONFIRMED",
        createdAt: 1,
        password,
      });
      const base64 = (text: string): string => Buffer.from(text).toString("base64");
      const bodies = [
        { username, password },
        { usernameBase64: base64(username), passwordBase64: base64(password) },
        { username, passwordBase64: Buffer.from(password).toString("base64url") },
        { usernamePercent: encodeURIComponent(username), passwordPercent: encodeURIComponent(password) },
      ];
      for (const body of bodies) told.push((await jit.ask(body))["verdict"]);
    }
    expect(told).toEqual(Array.from({ length: PASSWORDS.length * 4 }, () => "ok"));
    expect(new Set(jit.verdicts.map(({ encoding }) => encoding))).toEqual(new Set(["plain", "base64", "percent"]));
  });

  it("in a template that does not escape it is refused or unharmed, and takes no other name along", async () => {
    const jit = await startJit({ sandbox: { users: 60 } });
    const own = jit.credentials("complete-profile");
    const template = (username: string, password: string): string =>
      `{"username":"${username}","password":"${password}"}`;
    // Somebody who types another's name, and for a password a piece of JSON with an account of its own.
    const injected = `x","username":"${own.username}","password":"${own.password}`;
    expect((await jit.post(template("victim", injected))).status).toBe(400);
    expect((await jit.post(template("victim", 'x"'))).status).toBe(400);
    expect(jit.tries()).toBe(0);
  });
});

describe("members that stand twice", () => {
  test.prop([fc.jsonValue({ maxDepth: 4 })])("are not found in what has none", (value) => {
    expect(repeatsMembers(JSON.stringify({ value, a: [value, value], b: '"a":1,{', c: { a: 1, b: { a: 2 } } }))).toBe(
      false,
    );
  });

  test.prop([fc.string(), fc.jsonValue({ maxDepth: 2 })])("are found, however they are written", (name, value) => {
    const member = `${JSON.stringify(name)} : ${JSON.stringify(value)}`;
    expect(repeatsMembers(`{${member},"between ${name.length}x":[{}], ${member}}`)).toBe(true);
  });
});
