import { type BlockChoice, countReadTogether } from "./choose-postings.ts";
import type { BlockCandidates } from "./narrow-by-outcome.ts";
import { PlaceSet } from "./postings.ts";
import type { PostingsByBlock, SearchTables } from "./search-tables.ts";
import { EVERY_ITEM, type Token } from "./tokens.ts";

/** Items of a block that are looked at as they are, though the index would tell more of them. */
const FEW = 8;

/** What may fit of some blocks, by the index. */
export async function candidatesOf(
  tables: SearchTables,
  choices: readonly BlockChoice[],
): Promise<readonly BlockCandidates[]> {
  const postings = await tables.readPostings(choices.map(({ block, first }) => [block, first]));
  const candidates = choices.map((choice): BlockCandidates => {
    const everyItem = postings.get(choice.block)?.get(EVERY_ITEM);
    return {
      block: choice.block,
      places: choice.isNone ? PlaceSet.none() : placesIn(choice, choice.first, postings),
      items: everyItem === undefined ? 0 : PlaceSet.fromPostings(everyItem).size,
    };
  });
  const unsure = choices.filter(
    ({ others }, index) => others.length > 0 && (candidates[index]?.places.size ?? 0) > FEW,
  );
  for (let start = 0; start < unsure.length;) {
    const some = unsure.slice(start, start + countReadTogether(unsure, start, "others"));
    const more = await tables.readPostings(some.map(({ block, others }) => [block, others]));
    for (const choice of some) {
      candidates[choices.indexOf(choice)]?.places.intersect(
        placesIn(choice, [...choice.first, ...choice.others], bothOf(postings, more)),
      );
    }
    start += some.length;
  }
  return candidates;
}

/** The places that have every one of the tokens that were read, of some alternative of each condition. */
function placesIn({ block, conditions }: BlockChoice, tokens: readonly Token[], postings: PostingsByBlock): PlaceSet {
  const read = new Set(tokens);
  const ofBlock = postings.get(block) ?? new Map<Token, Uint8Array>();
  const places = PlaceSet.all();
  for (const alternatives of conditions) {
    if (alternatives.some((asked) => !asked.some((token) => read.has(token)))) continue;
    const either = PlaceSet.none();
    for (const asked of alternatives) {
      const wanted = asked.filter((token) => read.has(token));
      const found = wanted.flatMap((token) => ofBlock.get(token) ?? []);
      // The index may have been made anew since its sizes were read.
      if (found.length === wanted.length) either.unite(inAll(found));
    }
    places.intersect(either);
    if (places.isEmpty) break;
  }
  return places;
}

/** The places that stand in all postings. The shortest come first: most often nothing is left before the long ones. */
function inAll(postings: readonly Uint8Array[]): PlaceSet {
  const [first, ...others] = postings.toSorted((a, b) => a.length - b.length);
  const places = first === undefined ? PlaceSet.all() : PlaceSet.fromPostings(first);
  for (const bytes of others) {
    if (places.isEmpty) break;
    places.intersect(PlaceSet.fromPostings(bytes));
  }
  return places;
}

function bothOf(one: PostingsByBlock, other: PostingsByBlock): PostingsByBlock {
  return new Map([...other].map(([block, postings]) => [block, new Map([...(one.get(block) ?? []), ...postings])]));
}
