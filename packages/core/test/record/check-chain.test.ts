import { createHash } from "node:crypto";
import { fc, test as propertyTest } from "@fast-check/vitest";
import { describe, expect, test } from "vitest";
import { canonicalJson } from "../../src/record/canonical-json.ts";
import { checkChain, type ClaimedChain } from "../../src/record/check-chain.ts";
import { chainEvent, chainStart, type ChainedEvent, hashEventData } from "../../src/record/event-chain.ts";
import { createRowDigest } from "../../src/record/row-digest.ts";

const digest = { sha256: (text: string): string => createHash("sha256").update(text).digest("hex") };

function aChain(length: number): Omit<ClaimedChain, "events"> & { readonly events: readonly ChainedEvent[] } {
  const earlier = [{ at: 1, type: "old", data: { what: "before" } }];
  const events: ChainedEvent[] = [];
  let head = { events: 0, hash: chainStart(digest, "run-1", earlier) };
  for (let at = 1; at <= length; at += 1) {
    const event = chainEvent(digest, head, { at, type: "said", data: { n: at, text: `line ${at}`, ok: true } });
    events.push(event);
    head = { events: event.seq, hash: event.hash };
  }
  return { run: "run-1", earlier, events, head };
}

describe("canonicalJson", () => {
  test("sorts names by UTF-16 code units, at every depth, and writes numbers and strings as ECMAScript does", () => {
    expect(
      canonicalJson({ b: [1e21, -0, 0.1, { z: null, "\u20ac": '\r"', "\ud83d\ude00": 1, "\ufb33": 2 }], a: true }),
    ).toBe('{"a":true,"b":[1e+21,0,0.1,{"z":null,"\u20ac":"\\r\\"","\ud83d\ude00":1,"\ufb33":2}]}');
  });

  propertyTest.prop([fc.jsonValue()])("keeps what a value says, in whatever order its names were written", (value) => {
    expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
    expect(canonicalJson(JSON.parse(canonicalJson(value)))).toBe(canonicalJson(value));
  });
});

describe("checkChain", () => {
  test("finds nothing wrong with a chain that is whole, with and without the words of its events", () => {
    const chain = aChain(5);
    expect(checkChain(digest, chain)).toEqual([]);
    const events = chain.events.map(({ data, ...event }) => ({ ...event, dataHash: hashEventData(digest, data) }));
    expect(checkChain(digest, { ...chain, events })).toEqual([]);
    expect(checkChain(digest, { run: "run-1", earlier: [], events: [], head: undefined })).toEqual([]);
  });

  propertyTest.prop([
    fc.nat({ max: 4 }),
    fc.constantFrom("at", "type", "data", "seq", "previous", "hash"),
    fc.jsonValue(),
  ])("finds any change of any event", (index, field, value) => {
    const chain = aChain(5);
    const event = chain.events[index] as ChainedEvent;
    fc.pre(canonicalJson(value) !== canonicalJson(event[field as keyof ChainedEvent]));
    const events = chain.events.with(index, { ...event, [field]: value });
    expect(checkChain(digest, { ...chain, events })).toHaveLength(1);
  });

  test("finds an event that was taken out, put in, moved or cut off, and says which", () => {
    const chain = aChain(4);
    const [one, two, three, four] = chain.events as [ChainedEvent, ChainedEvent, ChainedEvent, ChainedEvent];
    const problem = (events: readonly ChainedEvent[]): string => checkChain(digest, { ...chain, events }).join();
    expect(problem([one, three, four])).toContain("event 3 (said) of run run-1 follows event 1");
    expect(problem([one, one, two, three, four])).toContain("event 1 (said) of run run-1 follows event 1");
    expect(problem([one, three, two, four])).toContain("event 3");
    expect(problem([one, two, three])).toContain("ends with event 3, and its head says 4");
    expect(problem([])).toContain("ends with event 0");
    expect(checkChain(digest, { ...chain, head: undefined })).toEqual([
      "the head of the chain of run run-1 is missing",
    ]);
    expect(checkChain(digest, { ...chain, run: "run-2" })).toHaveLength(1);
    expect(checkChain(digest, { ...chain, earlier: [] })[0]).toContain("before the chain of run run-1 began");
  });

  test("finds a chain of which one event was made anew, because the next one does not follow", () => {
    const chain = aChain(3);
    const [one, two] = chain.events as [ChainedEvent, ChainedEvent];
    const head = { events: 1, hash: one.hash };
    const events = chain.events.with(1, chainEvent(digest, head, { ...two, data: { n: 99 } }));
    expect(checkChain(digest, { ...chain, events })[0]).toContain("event 3 (said) of run run-1 does not follow");
  });
});

describe("createRowDigest", () => {
  propertyTest.prop([
    fc.array(fc.array(fc.oneof(fc.string(), fc.integer(), fc.constant(null)), { maxLength: 3 }), { maxLength: 30 }),
  ])("differs for any change of a row, of their order or of their number", (rows) => {
    const of = (list: readonly (readonly unknown[])[]): string => {
      const made = createRowDigest(digest);
      for (const row of list) made.add(...row);
      return made.value();
    };
    expect(of(rows)).toBe(of(rows));
    expect(of([...rows, []])).not.toBe(of(rows));
    for (const index of rows.keys()) expect(of(rows.with(index, ["changed", index, -1]))).not.toBe(of(rows));
  });

  test("does not hold what was added: a million rows are hashed in blocks", () => {
    const rows = createRowDigest(digest);
    for (let n = 0; n < 501; n += 1) rows.add(n);
    expect(rows.rows).toBe(501);
    expect(rows.value()).toMatch(/^[0-9a-f]{64}$/);
    expect(rows.value()).toBe(rows.value());
    expect(createRowDigest(digest).value()).toBe("0".repeat(64));
  });
});
