/** Items that are indexed together: those whose numbers are `block * BLOCK_ITEMS + 1` and up. Their places go from 0. */
export const BLOCK_ITEMS = 16_384;

const BITMAP_BYTES = BLOCK_ITEMS / 8;
const WORDS = BITMAP_BYTES / 4;

/** The block that an item is in. */
export function blockOf(seq: number): number {
  return Math.floor((seq - 1) / BLOCK_ITEMS);
}

/** The number of the item before the first of a block. */
export function blockBase(block: number): number {
  return block * BLOCK_ITEMS;
}

/**
 * Places in a block, ascending, in few bytes: two each, or one bit for every place of the block, whichever is less. Told apart
 * by their length. Bytes are little-endian.
 */
export function toPostings(places: readonly number[]): Uint8Array {
  if (places.length * 2 < BITMAP_BYTES) {
    const bytes = new Uint8Array(places.length * 2);
    for (const [index, place] of places.entries()) {
      bytes[index * 2] = place & 0xff;
      bytes[index * 2 + 1] = place >> 8;
    }
    return bytes;
  }
  const bitmap = new Uint8Array(BITMAP_BYTES);
  for (const place of places) bitmap[place >> 3] = (bitmap[place >> 3] as number) | (1 << (place & 7));
  return bitmap;
}

/** Which share of a block postings of so many bytes have: exactly, or one half where they are one bit for every place. */
export function shareOfSize(bytes: number): number {
  return bytes === BITMAP_BYTES ? 0.5 : bytes / 2 / BLOCK_ITEMS;
}

/** A set of places of one block. */
export class PlaceSet {
  readonly #words: Uint32Array;

  private constructor(words: Uint32Array) {
    this.#words = words;
  }

  static all(): PlaceSet {
    return new PlaceSet(new Uint32Array(WORDS).fill(0xffff_ffff));
  }

  static none(): PlaceSet {
    return new PlaceSet(new Uint32Array(WORDS));
  }

  /** The places that {@link toPostings} was given. */
  static fromPostings(bytes: Uint8Array): PlaceSet {
    const words = new Uint32Array(WORDS);
    if (bytes.length === BITMAP_BYTES) {
      const view = new DataView(bytes.buffer, bytes.byteOffset, BITMAP_BYTES);
      for (let index = 0; index < WORDS; index++) words[index] = view.getUint32(index * 4, true);
    } else {
      for (let index = 0; index < bytes.length; index += 2) {
        const place = (bytes[index] as number) | ((bytes[index + 1] as number) << 8);
        words[place >> 5] = (words[place >> 5] as number) | (1 << (place & 31));
      }
    }
    return new PlaceSet(words);
  }

  add(place: number): void {
    this.#words[place >> 5] = (this.#words[place >> 5] as number) | (1 << (place & 31));
  }

  /** Keeps what the other has as well. */
  intersect(other: PlaceSet): void {
    for (let index = 0; index < WORDS; index++) {
      this.#words[index] = (this.#words[index] as number) & (other.#words[index] as number);
    }
  }

  /** Leaves out what the other has. */
  subtract(other: PlaceSet): void {
    for (let index = 0; index < WORDS; index++) {
      this.#words[index] = (this.#words[index] as number) & ~(other.#words[index] as number);
    }
  }

  /** Takes in what the other has. */
  unite(other: PlaceSet): void {
    for (let index = 0; index < WORDS; index++) {
      this.#words[index] = (this.#words[index] as number) | (other.#words[index] as number);
    }
  }

  /** The places from one on, ascending. */
  from(first: number): readonly number[] {
    const places: number[] = [];
    for (let index = Math.max(0, first >> 5); index < WORDS; index++) {
      let word = this.#words[index] as number;
      while (word !== 0) {
        const bit = 31 - Math.clz32(word & -word);
        const place = index * 32 + bit;
        if (place >= first) places.push(place);
        word &= word - 1;
      }
    }
    return places;
  }

  clear(): void {
    this.#words.fill(0);
  }

  get size(): number {
    let size = 0;
    for (let word of this.#words) {
      word -= (word >>> 1) & 0x5555_5555;
      word = (word & 0x3333_3333) + ((word >>> 2) & 0x3333_3333);
      size += Math.imul((word + (word >>> 4)) & 0x0f0f_0f0f, 0x0101_0101) >>> 24;
    }
    return size;
  }

  get isEmpty(): boolean {
    return this.#words.every((word) => word === 0);
  }
}
