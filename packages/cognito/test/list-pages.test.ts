import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";

import { listPages } from "../src/list-pages.ts";
import type { ListedPage } from "../src/list-pages.ts";
import { collect } from "./support/open-pool.ts";

interface Script {
  readonly pages: readonly (readonly number[])[];
  /** How often the answer before is given again in place of the n-th. */
  readonly repeats: readonly number[];
}

/** A service that answers pages, and now and then its last answer once more. */
function serve({ pages, repeats }: Script): (token: string | undefined) => Promise<ListedPage<number>> {
  let last: ListedPage<number> | undefined;
  const left = [...repeats];
  return async (token) => {
    const index = token === undefined ? 0 : Number(token);
    if (last !== undefined && (left[index] ?? 0) > 0) {
      left[index] = (left[index] ?? 0) - 1;
      return last;
    }
    last = { items: pages[index] ?? [], next: index + 1 < pages.length ? String(index + 1) : undefined };
    return last;
  };
}

const follow = async (
  fetchPage: (token: string | undefined) => Promise<ListedPage<number>>,
  after?: string,
): Promise<{ readonly items: number[]; readonly repeated: number }> => {
  let repeated = 0;
  const options = { operation: "ListUsers", after, keyOf: String, onRepeated: () => void (repeated += 1) };
  const items = (await collect(listPages(fetchPage, options))).flatMap((page) => page.items);
  return { items, repeated };
};

describe("listPages", () => {
  const pages = fc
    .array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 12 })
    .map((sizes) => sizes.map((size, page) => Array.from({ length: size }, (_, index) => page * 10 + index)));

  test.prop([pages])("gives every item once, in order, whatever the size of the pages", async (script) => {
    expect((await follow(serve({ pages: script, repeats: [] }))).items).toEqual(script.flat());
  });

  test.prop([pages, fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 12 })])(
    "gives every item once although pages are answered again",
    async (script, repeats) => {
      expect((await follow(serve({ pages: script, repeats }))).items).toEqual(script.flat());
    },
  );

  test.prop([pages, fc.nat()])("continues after any page's token", async (script, pick) => {
    const from = 1 + (pick % script.length);
    if (from >= script.length) return;
    expect((await follow(serve({ pages: script, repeats: [] }), String(from))).items).toEqual(
      script.slice(from).flat(),
    );
  });

  it("takes an empty token for none", async () => {
    expect((await follow(async () => ({ items: [1], next: "" }))).items).toEqual([1]);
  });

  it("gives up a listing that does not get on", async () => {
    let requests = 0;
    const stuck = follow(async () => {
      requests += 1;
      return { items: [1], next: "same" };
    });
    await expect(stuck).rejects.toMatchObject({ code: "ERR_SOURCE_UNEXPECTED" });
    expect(requests).toBeLessThan(10);
  });
});
