import { createContext, runInContext } from "node:vm";
import { fc, test as property } from "@fast-check/vitest";
import { expect, test } from "vitest";
import { drawFlow } from "../../src/flows/draw/draw-flow.ts";
import { derivedId } from "../../src/flows/generate/derived-id.ts";
import { generateFlow } from "../../src/flows/generate/generate-flow.ts";
import { madeByUs } from "../../src/flows/generate/mark.ts";
import { ENCODE_CREDENTIALS, ESCAPE_CREDENTIALS, IS_PLAIN, TAKE_LOGIN_ID } from "../../src/flows/generate/scripts.ts";
import { lintFlow } from "../../src/flows/lint/lint-flow.ts";
import { EVERY_KIND } from "./every-kind.ts";

/** Findings that a flow of the guide's own words cannot be without. */
const UNAVOIDABLE: ReadonlySet<string> = new Set(["action-unknown", "password-not-encoded"]);

test.each(EVERY_KIND)("a generated flow is the same each time, and the linter finds nothing in it: %j", (options) => {
  const { document, kind } = generateFlow(options);
  expect(JSON.stringify(generateFlow(options).document)).toBe(JSON.stringify(document));
  const findings = lintFlow(document).filter(({ rule }) => options.kind !== "direct-cognito" || !UNAVOIDABLE.has(rule));
  expect(findings).toEqual([]);
  expect(madeByUs(document.metadata.description ?? "")).toBe(kind);
  expect(drawFlow(document)).toBe(drawFlow(generateFlow(options).document));
});

test("every task has a place of its own in the console", () => {
  for (const options of EVERY_KIND) {
    const views = Object.values(generateFlow(options).document.contents.tasks).map(({ view }) => JSON.stringify(view));
    expect(new Set(views).size).toBe(views.length);
  }
});

test("what a flow needs of the project is said", () => {
  expect(generateFlow({ kind: "combined", connector: { name: "Gateway" } }).needs).toEqual({
    connectors: ["Gateway"],
    oauthProviders: [],
    customAttributes: ["freshlyMigrated"],
    roles: [],
    flows: [],
    methods: ["otp-email", "otp-sms", "password"],
  });
  expect(generateFlow({ kind: "cognito-oidc", provider: "pool" }).needs).toMatchObject({
    oauthProviders: ["pool"],
    methods: ["magic-link", "oauth"],
  });
});

test("IDs are of the service's own form, and differ", () => {
  const ids = Array.from({ length: 2000 }, (_, n) => derivedId("SC", `flow/${n}`));
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of ids) expect(id).toMatch(/^SC2[0-9A-Za-z]{27}$/);
});

test("a mark is at the end of a description, and of a kind that there is", () => {
  expect(madeByUs("Text. Made by c2d: combined. ")).toBe("combined");
  expect(madeByUs("Made by c2d: combined. Then changed by Ana.")).toBeUndefined();
  expect(madeByUs("Made by c2d: something-else.")).toBeUndefined();
});

/** Runs a script as the service does: its arguments by name, and what it returns. */
function run(code: string, scope: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const text = runInContext(`JSON.stringify((function () {${code}\n})())`, createContext({ ...scope })) as string;
  return JSON.parse(text) as Record<string, unknown>;
}

const typed = fc.string({ unit: "binary" });

property.prop([typed, typed])(
  "login ID and password are encoded so that no payload can change them",
  (username, password) => {
    const encoded = run(ENCODE_CREDENTIALS, { username, password });
    expect(encoded).toEqual({
      usernameBase64: Buffer.from(username).toString("base64"),
      passwordBase64: Buffer.from(password).toString("base64"),
    });
    for (const value of Object.values(encoded)) expect(JSON.stringify(value)).toBe(`"${String(value)}"`);
  },
);

property.prop([typed, typed])(
  "what is called plain needs no escaping, and what is escaped comes back",
  (username, password) => {
    const { plain } = run(IS_PLAIN, { username, password });
    const asTyped = `{"u":"${username}","p":"${password}"}`;
    if (plain === true) expect(JSON.parse(asTyped)).toEqual({ u: username, p: password });
    else expect(JSON.stringify(username + password)).not.toBe(`"${username}${password}"`);
    const escaped = run(ESCAPE_CREDENTIALS, { username, password });
    const payload = `{"u":"${String(escaped["username"])}","p":"${String(escaped["password"])}"}`;
    expect(JSON.parse(payload)).toEqual({ u: username, p: password });
  },
);

test("a script lives with values that are missing, or not even declared", () => {
  expect(run(ENCODE_CREDENTIALS, {})).toEqual({ usernameBase64: "", passwordBase64: "" });
  expect(run(TAKE_LOGIN_ID, { typed: "ana" })).toEqual({ loginId: "ana" });
  expect(run(TAKE_LOGIN_ID, { typed: "ana", fromBody: undefined, fromWrapped: "bob" })).toEqual({ loginId: "bob" });
  expect(run(TAKE_LOGIN_ID, { typed: "ana", fromBody: "carl", fromWrapped: "" })).toEqual({ loginId: "carl" });
});
