/** Deterministic randomness: the same seed gives the same sequence on every machine. */

/** A source of pseudo-random numbers. Not for secrets. */
export interface SeededRandom {
  /** The next 32 random bits, as an unsigned integer. */
  uint32(): number;
  /** A number in [0, 1). */
  fraction(): number;
  /** An integer in [0, below). */
  integer(below: number): number;
  /** One member of a list that is not empty. */
  pick<T>(list: readonly T[]): T;
  /** True with the given probability. */
  chance(probability: number): boolean;
}

/**
 * Creates a xoshiro128** generator from a text or number seed.
 *
 * @param seed - Any text or number; equal seeds give equal sequences.
 */
export function createSeededRandom(seed: string | number): SeededRandom {
  let state = 0x9e3779b9;
  for (const char of String(seed)) {
    state = Math.imul(state ^ (char.codePointAt(0) ?? 0), 0x85ebca6b);
    state ^= state >>> 13;
  }
  const splitmix = (): number => {
    state = (state + 0x9e3779b9) | 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return (z ^ (z >>> 15)) | 0;
  };
  let a = splitmix();
  let b = splitmix();
  let c = splitmix();
  let d = splitmix() | 1;

  const uint32 = (): number => {
    const scaled = Math.imul(b, 5);
    const result = Math.imul((scaled << 7) | (scaled >>> 25), 9);
    const t = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= t;
    d = (d << 11) | (d >>> 21);
    return result >>> 0;
  };
  const fraction = (): number => uint32() / 4294967296;
  const integer = (below: number): number => Math.floor(fraction() * below);
  return {
    uint32,
    fraction,
    integer,
    pick: <T>(list: readonly T[]): T => {
      if (list.length === 0) throw new RangeError("cannot pick from an empty list");
      return list[integer(list.length)] as T;
    },
    chance: (probability) => fraction() < probability,
  };
}

/** Makes UUIDs of version 4 from a random source; fast enough for millions. */
export function createUuidSource(random: SeededRandom): () => string {
  const hex: readonly string[] = Array.from({ length: 65536 }, (_, n) => n.toString(16).padStart(4, "0"));
  const part = (bits: number): string => hex[bits & 0xffff] as string;
  return () => {
    const one = random.uint32();
    const two = random.uint32();
    const three = random.uint32();
    const four = random.uint32();
    // Joined, not concatenated: millions of ropes would take several times the memory of flat strings.
    return [
      part(one >>> 16),
      part(one),
      "-",
      part(two >>> 16),
      "-",
      part((two & 0x0fff) | 0x4000),
      "-",
      part(((three >>> 16) & 0x3fff) | 0x8000),
      "-",
      part(three),
      part(four >>> 16),
      part(four),
    ].join("");
  };
}
