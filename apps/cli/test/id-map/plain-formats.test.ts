import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { csv } from "../../src/id-map/csv.ts";
import { dynamodb } from "../../src/id-map/dynamodb.ts";
import { jsonl } from "../../src/id-map/jsonl.ts";
import { anEntry, HOSTILE_TEXTS, pagesOf, render } from "./entries.ts";

const entries = HOSTILE_TEXTS.map((username, index) => anEntry(`sub ${index}`, `U${index}`, { username }));

/** Reads a CSV as RFC 4180 has it. */
function parseCsv(text: string): readonly (readonly string[])[] {
  const rows: string[][] = [];
  let row: string[] = [];
  for (const [, quoted, plain = "", end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\n]*))(,|\n|$)/g)) {
    row.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end === ",") continue;
    rows.push(row);
    row = [];
  }
  return rows.filter((one) => one.length > 1);
}

describe("the CSV", () => {
  test("has the four columns, and no value that a spreadsheet would run", async () => {
    const [head, ...rows] = parseCsv(await render(csv(false), pagesOf(entries)));
    expect(head).toEqual(["userPoolId", "username", "sub", "userId"]);
    const escaped = HOSTILE_TEXTS.map((text) => (/^[=+\-@\t\r]/.test(text) ? `'${text}` : text));
    expect(rows).toEqual(escaped.map((username, index) => ["eu-west-1_A", username, `sub ${index}`, `U${index}`]));
  });

  test("has addresses and numbers only when asked for", async () => {
    expect(await render(csv(false), pagesOf(entries))).not.toContain("U1@example.com");
    expect(await render(csv(true), pagesOf(entries))).toContain("U1@example.com");
  });
});

describe("the JSON lines", () => {
  test("have one object for each user, whatever its name", async () => {
    const text = await render(jsonl(false), pagesOf(entries));
    const lines = text.trimEnd().split("\n");
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(
      entries.map(({ userPoolId, username, sub, userId }) => ({ userPoolId, username, sub, userId })),
    );
    expect(await render(jsonl(true), pagesOf(entries))).toContain("U1@example.com");
  });
});

interface Request {
  readonly "id-map": readonly {
    readonly PutRequest: { readonly Item: Readonly<Record<string, { readonly S: string }>> };
  }[];
}

async function requests(...given: Parameters<typeof pagesOf>): Promise<readonly Request[]> {
  const text = await render(dynamodb("id-map", false), pagesOf(...given));
  for (const line of text.split("\n")) expect(Buffer.byteLength(line)).toBeLessThan(128 * 1024);
  return text.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line) as Request]));
}

describe("the DynamoDB requests", () => {
  test("put 25 items each, across pages, and leave out what is not known", async () => {
    const many = Array.from({ length: 60 }, (_, index) => anEntry(`sub ${index}`, `U${index}`, { username: "" }));
    const found = await requests(many);
    expect(found.map((request) => request["id-map"].length)).toEqual([25, 25, 10]);
    expect(found[0]?.["id-map"][1]).toEqual({
      PutRequest: { Item: { sub: { S: "sub 1" }, userId: { S: "U1" }, userPoolId: { S: "eu-west-1_A" } } },
    });
  });

  test("never name a key twice in one request", async () => {
    const found = await requests([anEntry("a", "U1"), anEntry("b", "U2"), anEntry("a", "U3")]);
    expect(found.map((request) => request["id-map"].length)).toEqual([2, 1]);
  });

  test.prop([fc.array(fc.string({ unit: "binary", minLength: 1, maxLength: 9000 }), { maxLength: 60 })], {
    numRuns: 30,
  })("stay within one argument of a command line, and lose nobody, however long names are", async (usernames) => {
    const given = usernames.map((username, index) => anEntry(`sub ${index}`, `U${index}`, { username }));
    const items = (await requests(given, 11)).flatMap((request) => request["id-map"]);
    expect(items.map(({ PutRequest }) => PutRequest.Item["sub"]?.S)).toEqual(given.map(({ sub }) => sub));
  });
});
