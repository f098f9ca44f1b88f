/** A set of numbers of source users: one bit for each user, however many are in it. */
export interface SeqSet {
  readonly size: number;
  /** Adds a number, from 1. Whether it is new. */
  add(seq: number): boolean;
  has(seq: number): boolean;
  /** The numbers in ascending order, in pages. */
  pages(limit: number): Iterable<readonly number[]>;
}

/** An empty set. */
export function createSeqSet(): SeqSet {
  let words = new Uint32Array(1024);
  let size = 0;
  return {
    get size() {
      return size;
    },
    add(seq) {
      const at = seq >>> 5;
      if (at >= words.length) {
        const larger = new Uint32Array(Math.max(at + 1, words.length * 2));
        larger.set(words);
        words = larger;
      }
      const bit = 1 << (seq & 31);
      if (((words[at] ?? 0) & bit) !== 0) return false;
      words[at] = (words[at] ?? 0) | bit;
      size += 1;
      return true;
    },
    has: (seq) => ((words[seq >>> 5] ?? 0) & (1 << (seq & 31))) !== 0,
    *pages(limit) {
      let page: number[] = [];
      for (let at = 0; at < words.length; at += 1) {
        const word = words[at] ?? 0;
        if (word === 0) continue;
        for (let bit = 0; bit < 32; bit += 1) {
          if ((word & (1 << bit)) === 0) continue;
          page.push(at * 32 + bit);
          if (page.length === limit) {
            yield page;
            page = [];
          }
        }
      }
      if (page.length > 0) yield page;
    },
  };
}
