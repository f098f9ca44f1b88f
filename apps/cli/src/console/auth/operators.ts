import { randomBytes, scrypt, type ScryptOptions, timingSafeEqual } from "node:crypto";

/** What a passphrase is checked by. */
export interface PassphraseHash {
  /** Cost of scrypt: a power of two. */
  readonly cost: number;
  readonly blockSize: number;
  readonly parallelization: number;
  readonly salt: Buffer;
  readonly hash: Buffer;
}

/** Operators by name. */
export type Operators = ReadonlyMap<string, PassphraseHash>;

/** Shortest passphrase. */
export const MIN_PASSPHRASE_LENGTH = 12;

/** 64 MiB and a tenth of a second for each try, on the machines of 2026. */
const COST = 65_536;
const BLOCK_SIZE = 8;
const PARALLELIZATION = 1;
const HASH_BYTES = 32;
/** No more than that is spent on an entry, whoever wrote it. */
const MOST_MEMORY = 256 * 1024 * 1024;

const NAME = /^[\w.@-]{1,64}$/;

/** Whether operators may be called so: letters, digits and `_.@-`, at most 64. */
export function isOperatorName(name: string): boolean {
  return NAME.test(name);
}

/** Makes the entry of an operator: `ana=scrypt:65536:8:1:<salt>:<hash>`. No shell and no file of variables finds anything in it. */
export async function operatorEntry(name: string, passphrase: string): Promise<string> {
  const salt = randomBytes(16);
  const made = { cost: COST, blockSize: BLOCK_SIZE, parallelization: PARALLELIZATION, salt };
  const hash = await derive(passphrase, made, HASH_BYTES);
  const parts = [COST, BLOCK_SIZE, PARALLELIZATION, salt.toString("base64url"), hash.toString("base64url")];
  return `${name}=scrypt:${parts.join(":")}`;
}

/** Reads entries, which commas stand between; undefined when one of them is none. */
export function parseOperators(text: string): Operators | undefined {
  const operators = new Map<string, PassphraseHash>();
  for (const entry of text.split(",").map((part) => part.trim())) {
    const at = entry.indexOf("=");
    const name = entry.slice(0, at);
    const hash = parseHash(entry.slice(at + 1));
    if (at < 1 || !isOperatorName(name) || operators.has(name) || hash === undefined) return undefined;
    operators.set(name, hash);
  }
  return operators;
}

function parseHash(text: string): PassphraseHash | undefined {
  const match = /^scrypt:(\d{1,8}):(\d{1,2}):(\d{1,2}):([\w-]{20,86}):([\w-]{40,86})$/.exec(text);
  if (match === null) return undefined;
  const [, cost, blockSize, parallelization, salt = "", hash = ""] = match;
  const read = {
    cost: Number(cost),
    blockSize: Number(blockSize),
    parallelization: Number(parallelization),
    salt: Buffer.from(salt, "base64url"),
    hash: Buffer.from(hash, "base64url"),
  };
  const isPowerOfTwo = Number.isInteger(Math.log2(read.cost)) && read.cost >= 16_384;
  const fits = 128 * read.cost * read.blockSize < MOST_MEMORY && read.blockSize > 0 && read.parallelization > 0;
  return isPowerOfTwo && fits ? read : undefined;
}

/** Whether a passphrase is the right one. Takes its time, whatever the answer. */
export async function isPassphrase(passphrase: string, expected: PassphraseHash): Promise<boolean> {
  return timingSafeEqual(await derive(passphrase, expected, expected.hash.length), expected.hash);
}

/** Nobody's passphrase, which takes as long to check as those of the operators. */
export function decoyOf(operators: Operators): PassphraseHash {
  const [first] = operators.values();
  return {
    cost: first?.cost ?? COST,
    blockSize: first?.blockSize ?? BLOCK_SIZE,
    parallelization: first?.parallelization ?? PARALLELIZATION,
    salt: randomBytes(16),
    hash: randomBytes(first?.hash.length ?? HASH_BYTES),
  };
}

function derive(passphrase: string, given: Omit<PassphraseHash, "hash">, bytes: number): Promise<Buffer> {
  const { cost, blockSize, parallelization, salt } = given;
  const options: ScryptOptions = { cost, blockSize, parallelization, maxmem: MOST_MEMORY };
  return new Promise((resolve, reject) => {
    // The same letters may be typed as different characters.
    scrypt(passphrase.normalize("NFKC"), salt, bytes, options, (error, key) => {
      if (error === null) resolve(key);
      else reject(error);
    });
  });
}
